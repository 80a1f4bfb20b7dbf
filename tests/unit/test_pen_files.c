// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of real pens, and roots that were made to lead the set-up astray. */
#include "tests/unit/run_pen.h"

#include <sys/mount.h>

static char work[] = "/tmp/pinfold-test-XXXXXX";

/* Runs a script on the host, in the tests' own directory. */
static void host(const char *script)
{
	auto_free char *line = mem_printf("cd %s && { %s\n}", work, script);

	if (system(line) != 0)
		fail_msg("on the host: %s", script);
}

static char *in_work(const char *name)
{
	static char paths[8][PATH_MAX];
	static size_t next;
	char *path = paths[next++ % ARRAY_SIZE(paths)];

	snprintf(path, PATH_MAX, "%s/%s", work, name);
	return path;
}

static void add_bind(char *source, char *target, bool is_writable, bool is_optional)
{
	*array_append(&settings.binds) = (struct bind_setting){
		.place = here,
		.source = source,
		.target = target,
		.is_writable = is_writable,
		.is_optional = is_optional,
	};
}

static void set_path(struct path_setting *setting, char *path)
{
	*setting = (struct path_setting){ .place = here, .path = path };
}

/* A root with just enough to run a static or dynamic program of the host. */
static void make_root(const char *name)
{
	auto_free char *script = mem_printf(
		"mkdir -p %s && cd %s && mkdir -p usr bin lib lib64 dev proc tmp etc data", name,
		name);

	host(script);
	set_path(&settings.root, in_work(name));
	add_bind("/usr", "/usr", false, false);
	add_bind("/usr/bin", "/bin", false, false);
	add_bind("/usr/lib", "/lib", false, false);
	add_bind("/usr/lib64", "/lib64", false, true);
}

static void assert_refused(const char *name)
{
	struct outcome outcome;

	run_shell(&outcome, "exit 0");
	if (!outcome.error && outcome.result.end != PEN_FAILED)
		fail_msg("%s: the set-up went on", name);
	assert_true(diags_has_error(&outcome.diags));
	outcome_finish(&outcome);
}

static void a_bind_is_readonly_with_all_below(void **state)
{
	(void)state;
	host("mkdir -p tree/sub && echo a >tree/file");
	if (mount("tmpfs", in_work("tree/sub"), "tmpfs", 0, NULL) < 0)
		skip();
	host("echo b >tree/sub/file && chmod -R a+rwX tree");
	add_bind(in_work("tree"), "/in/deep", false, false);
	assert_output("cat /in/deep/file /in/deep/sub/file", "a\nb\n");
	assert_exit("echo x >/in/deep/file", 2);
	assert_exit("echo x >/in/deep/sub/file", 2);
	assert_exit("touch /in/x 2>/dev/null", 1);
	umount2(in_work("tree/sub"), MNT_DETACH);
}

/* Returns whether the file system of the tests' directory supports id-mapped mounts. */
static bool can_map_ids(void)
{
	struct outcome outcome;
	bool can;

	run_shell(&outcome, "exit 0");
	can = outcome.error != -EINVAL;
	outcome_finish(&outcome);
	return can;
}

static void what_is_written_belongs_to_the_folders_owner(void **state)
{
	(void)state;
	host("mkdir -p out && chmod 755 out && chown 1234:2345 out");
	add_bind(in_work("out"), "/out", true, false);
	if (!can_map_ids()) {
		printf("# reason: ids cannot be mapped on this file system (a tmpfs: Linux 6.3)\n");
		skip();
	}
	assert_exit("echo hi >/out/file && mkdir /out/dir && test -O /out/file", 0);
	host("test \"$(stat -c %u:%g out/file)\" = 1234:2345");
	host("test \"$(stat -c %u:%g out/dir)\" = 1234:2345");
	host("echo root >out/root && chown 0:0 out/root && chmod 600 out/root");
	assert_exit("echo x >/out/root", 2);
	assert_output("stat -c %u /out/root", "0\n");
}

static void a_writable_bind_where_ids_cannot_be_mapped_is_an_error(void **state)
{
	char *const argv[] = { "true", NULL };
	struct outcome outcome;

	(void)state;
	add_bind("/proc/sys", "/out", true, false);
	run_with(&outcome, argv, NULL);
	assert_int_not_equal(outcome.error, 0);
	assert_non_null(strstr(outcome.diags.v[0].hint, "user"));
	outcome_finish(&outcome);
}

static void a_missing_source_is_an_error_unless_try(void **state)
{
	(void)state;
	add_bind("/no/such/directory", "/data", false, true);
	assert_exit("exit 0", 0);
	settings.binds.v[0].is_optional = false;
	assert_refused("missing source");
}

static void no_mount_point_is_made_on_the_host(void **state)
{
	(void)state;
	host("mkdir -p bound && chmod 777 bound");
	add_bind(in_work("bound"), "/b", true, false);
	add_bind("/usr", "/b/new/usr", false, false);
	assert_refused("mount point in a bound directory");
	host("test -z \"$(ls -A bound)\"");
	/* as who could make it there: ids that are mapped keep root away */
	settings.user = (struct user_setting){ .place = here, .uid = geteuid(), .gid = getegid() };
	assert_refused("mount point in a bound directory of one's own");
	host("test -z \"$(ls -A bound)\"");
}

static void files_and_tmpfs_and_hidden_paths(void **state)
{
	(void)state;
	host("echo one >one && mkdir -p secret && echo s >secret/s && chmod -R a+rX .");
	add_bind(in_work("one"), "/etc/hostname", false, false);
	add_bind(in_work("secret"), "/tmp/x/secret", false, false);
	*array_append(&settings.tmpfs) = (struct tmpfs_setting){
		.place = here,
		.target = "/scratch",
		.size = 1 << 20,
		.mode = 01777,
	};
	set_path(array_append(&settings.hidden), "/tmp/x/secret/s");
	set_path(array_append(&settings.hidden), "/usr/share");
	assert_output("cat /etc/hostname; ls /tmp/x/secret", "one\ns\n");
	assert_exit("cat /tmp/x/secret/s 2>/dev/null", 1);
	assert_exit("ls /usr/share >/dev/null 2>&1", 2);
	assert_exit("head -c 900000 /dev/zero >/scratch/a", 0);
	assert_exit("head -c 1200000 /dev/zero >/scratch/a 2>/dev/null", 1);
	set_path(array_append(&settings.hidden), "/no/such/path");
	assert_refused("hidden path that is not there");
}

static void the_working_directory_is_checked(void **state)
{
	char cwd[PATH_MAX];

	(void)state;
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	host("mkdir -p here && echo w >here/w && chmod -R a+rX .");
	assert_int_equal(chdir(in_work("here")), 0);
	assert_output("cat w; test -d /run && ls -A /run", "w\n");
	assert_exit("echo x >w", 2);
	assert_int_equal(chdir("/root"), 0);
	assert_output("pwd", "/\n");
	assert_int_equal(chdir("/"), 0);
	assert_output("pwd", "/\n");
	assert_int_equal(chdir(cwd), 0);
	set_path(&settings.workdir, "/usr/lib");
	assert_output("pwd", "/usr/lib\n");
	set_path(&settings.workdir, "/proc/self/fd/1");
	assert_refused("magic link as workdir");
	set_path(&settings.workdir, "/proc/self/cwd");
	assert_refused("magic link as workdir");
	set_path(&settings.workdir, "/no/such");
	assert_refused("missing workdir");
}

static void a_root_of_its_own_works(void **state)
{
	(void)state;
	make_root("jail");
	set_path(&settings.workdir, "/");
	host("echo inside >jail/data/file && chmod -R a+rX .");
	assert_output("cat /data/file; pwd; ls /", "inside\n/\nbin\ndata\ndev\netc\nlib\nlib64\n"
						   "proc\ntmp\nusr\n");
	assert_exit("echo x >/dev/null && echo y >/tmp/y && test -d /proc/1", 0);
	assert_exit("echo x >/data/file", 2);
	assert_exit("cd -P / && cd -P .. && cd -P .. && test ! -e root && test ! -e var", 0);
	assert_exit("cd -P /tmp && test -e ../../root -o -e ../../../var", 1);
	host("test -z \"$(ls -A jail/tmp jail/dev | grep -v :)\"");
}

/* Each replaces one place in a root by a link to the host; none may be followed. */
static void links_in_a_root_are_refused(void **state)
{
	static const char *const places[] = { "dev", "proc", "tmp", "data" };

	(void)state;
	host("mkdir -p victim && chmod 777 victim && ls -la victim | grep -v ' [.][.]$' "
	     ">victim.before");
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		static const char *const targets[] = { "victim", "../victim" };

		for (size_t k = 0; k < ARRAY_SIZE(targets); k++) {
			auto_free char *script =
				mem_printf("rm -rf evil/%s && ln -s %s%s evil/%s", places[i],
					   k ? "" : work, k ? "/../victim" : "/victim", places[i]);

			make_root("evil");
			host(script);
			add_bind("/usr/share", "/data/x", false, false);
			assert_refused(places[i]);
			reset_settings(NULL);
			host("rm -rf evil");
		}
	}
	host("ls -la victim | grep -v ' [.][.]$' >victim.after && cmp victim.before victim.after");
}

static void a_link_as_a_parent_is_refused(void **state)
{
	(void)state;
	make_root("evil");
	host("mkdir -p victim/sub && rm -rf evil/data && ln -s ../victim evil/data");
	add_bind("/usr/share", "/data/sub", false, false);
	assert_refused("link as a parent");
	settings.binds.n--;
	set_path(array_append(&settings.hidden), "/data/sub");
	assert_refused("hidden path behind a link");
}

static void nothing_can_be_mounted_on_proc(void **state)
{
	char *const argv[] = { "true", NULL };
	static char *const targets[] = { "/proc", "/proc/self", "//proc/./sys",
					 "/",	  "/a/../proc", "relative" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct pen_request request = { .settings = &settings, .argv = argv };
		struct diags diags = { 0 };
		struct pen *pen;

		add_bind("/usr", targets[i], false, false);
		assert_int_equal(pen_create(&request, &pen, &diags), -EINVAL);
		assert_int_equal(diags.n, 1);
		assert_non_null(diags.v[0].hint);
		diags_finish(&diags);
		settings.binds.n = 0;
	}
}

static void mounts_do_not_cross(void **state)
{
	(void)state;
	host("mkdir -p shared && chmod 777 shared");
	if (mount(work, work, NULL, MS_BIND, NULL) < 0)
		skip();
	assert_int_equal(mount(NULL, work, NULL, MS_SHARED, NULL), 0);
	add_bind(work, "/w", false, false);
	assert_output("grep -c -E 'shared|master' /proc/self/mountinfo", "0\n");
	umount2(work, MNT_DETACH);
}

static int make_work(void **state)
{
	(void)state;
	if (geteuid() != 0)
		return 0;
	return mkdtemp(work) && chmod(work, 0755) == 0 ? 0 : -1;
}

static int remove_work(void **state)
{
	(void)state;
	if (geteuid() == 0 && chdir("/") == 0) {
		auto_free char *line = mem_printf("rm -rf %s", work);

		return system(line);
	}
	return 0;
}

int main(void)
{
#define PEN_TEST(name) cmocka_unit_test_teardown(name, reset_settings)
	const struct CMUnitTest tests[] = {
		PEN_TEST(a_bind_is_readonly_with_all_below),
		PEN_TEST(what_is_written_belongs_to_the_folders_owner),
		PEN_TEST(a_writable_bind_where_ids_cannot_be_mapped_is_an_error),
		PEN_TEST(a_missing_source_is_an_error_unless_try),
		PEN_TEST(no_mount_point_is_made_on_the_host),
		PEN_TEST(files_and_tmpfs_and_hidden_paths),
		PEN_TEST(the_working_directory_is_checked),
		PEN_TEST(a_root_of_its_own_works),
		PEN_TEST(links_in_a_root_are_refused),
		PEN_TEST(a_link_as_a_parent_is_refused),
		PEN_TEST(nothing_can_be_mounted_on_proc),
		PEN_TEST(mounts_do_not_cross),
	};
#undef PEN_TEST

	if (geteuid() != 0) {
		printf("1..0 # SKIP needs root: mounts and owners are set up on the host\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, make_work, remove_work);
}
