// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/walk.h"

/* real/file, secret/file, to-real -> real, to-secret -> ../secret ..., in a directory of ours,
 * which is the working directory. */
static char work[] = "/tmp/pinfold-walk-XXXXXX";

static void make_file(const char *path)
{
	auto_close int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(work) || chdir(work) < 0)
		return -1;
	assert_int_equal(mkdir("real", 0755), 0);
	assert_int_equal(mkdir("real/below", 0755), 0);
	assert_int_equal(mkdir("secret", 0755), 0);
	make_file("real/file");
	make_file("secret/file");
	assert_int_equal(symlink("real", "to-real"), 0);
	assert_int_equal(symlink("../secret", "real/to-secret"), 0);
	assert_int_equal(symlink("file", "real/to-file"), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	return 0;
}

static int tear_down(void **state)
{
	auto_free char *command = mem_printf("rm -rf %s", work);

	(void)state;
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1;
}

/* Opens PATH; RESULT is 0 or -errno, AT where the walk got to, below our directory unless it starts
 * with a slash. */
static void walk_to(const char *path, int result, const char *at)
{
	auto_free char *whole = *at == '/' ? mem_strdup(at)
					   : mem_printf("%s%s%s", work, *at ? "/" : "", at);
	struct walk walk;
	auto_close int fd = walk_open(path, &walk);

	if (fd < 0)
		assert_int_equal(fd, result);
	else
		assert_int_equal(0, result);
	assert_string_equal(walk.path, whole);
	if (fd >= 0) {
		auto_close int again = walk_open_again(walk.path);
		struct stat a, b;

		assert_true(again >= 0 || again == -ENOSYS);
		if (again < 0)
			return;
		assert_int_equal(fstat(fd, &a), 0);
		assert_int_equal(fstat(again, &b), 0);
		assert_true(a.st_dev == b.st_dev && a.st_ino == b.st_ino);
	}
}

static void a_path_without_links_is_opened(void **state)
{
	(void)state;
	walk_to("real", 0, "real");
	walk_to("real/", 0, "real");
	walk_to("./real//below/.", 0, "real/below");
	walk_to("real/file", 0, "real/file");
	walk_to("real/below/../file", 0, "real/file");
	walk_to("real/below/../../secret/../real", 0, "real");
	walk_to(".", 0, "");
	walk_to("/", 0, "/");
	walk_to("/..", 0, "/");
	walk_to("/../tmp/..//tmp", 0, "/tmp");
}

static void what_is_not_there_is_named(void **state)
{
	(void)state;
	walk_to("real/none/below", -ENOENT, "real/none");
	walk_to("real/file/below", -ENOTDIR, "real/file");
	walk_to("real/file/..", -ENOTDIR, "real/file");
	walk_to("real/file/", -ENOTDIR, "real/file");
	walk_to("none/../real", -ENOENT, "none");
}

static void no_link_of_another_folder_is_followed(void **state)
{
	auto_free char *absolute = mem_printf("%s/to-real/below", work);

	(void)state;
	walk_to("to-real", -ELOOP, "to-real");
	walk_to("to-real/", -ELOOP, "to-real");
	walk_to("to-real/file", -ELOOP, "to-real");
	walk_to("to-real/..", -ELOOP, "to-real");
	walk_to("real/to-secret/file", -ELOOP, "real/to-secret");
	walk_to("real/to-file", -ELOOP, "real/to-file");
	walk_to("dangling", -ELOOP, "dangling");
	walk_to(absolute, -ELOOP, "to-real");
}

/* /tmp is root's and at depth 1, but anybody may create a link there. */
static void no_link_is_followed_where_others_may_write(void **state)
{
	auto_free char *link = mem_printf("%s-link", work);

	(void)state;
	assert_int_equal(symlink(work, link), 0);
	walk_to(link, -ELOOP, link);
	assert_int_equal(unlink(link), 0);
}

static void links_of_the_system_are_followed(void **state)
{
	auto_free char *self = mem_printf("/proc/%d", (int)getpid());
	auto_free char *status = mem_printf("/proc/%d/status", (int)getpid());
	auto_free char *cwd = mem_printf("/proc/%d/cwd", (int)getpid());
	struct stat st;

	(void)state;
	if (lstat("/proc/self", &st) < 0 || st.st_uid != 0)
		skip();
	walk_to("/proc/self", 0, self);
	walk_to("/proc/self/status", 0, status);
	walk_to("/proc/self/status/", -ENOTDIR, status);
	walk_to("/proc/self/fd/../status", 0, status);
	walk_to("/proc/../proc/self/status", 0, status);
	walk_to("/proc/self/cwd/real", -ELOOP, cwd);
}

static void open_in_root(const char *path, int result, const char *at)
{
	struct walk walk;
	int fd = walk_open(path, &walk);

	if ((fd < 0 ? fd : 0) == result && str_eq(walk.path, at)) {
		cleanup_close(&fd);
		return;
	}
	fprintf(stderr, "%s: %d at %s, not %d at %s\n", path, fd, walk.path, result, at);
	_exit(1);
}

/* In a root of our own, where depth, owner and mode are ours to choose. */
static void walk_in_own_root(void)
{
	static const char *const folders[] = { "/a", "/a/b", "/others", "/group", "/nobody" };

	if (chroot(work) < 0 || chdir("/") < 0 || chmod("/", 0755) < 0)
		_exit(2);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		auto_free char *link = mem_printf("%s/link", folders[i]);

		if (mkdir(folders[i], 0755) < 0 || symlink("/real", link) < 0)
			_exit(3);
	}
	if (chmod("/others", 01777) < 0 || chmod("/group", 0775) < 0 ||
	    chown("/nobody", 65533, 0) < 0 || symlink("a/../real/file", "/file") < 0 ||
	    symlink("loop", "/loop") < 0 || symlink("a/b/link", "/deep") < 0)
		_exit(4);
	open_in_root("/to-real/below", 0, "/real/below");
	open_in_root("to-real/below", 0, "/real/below");
	open_in_root("/a/link/below", 0, "/real/below");
	open_in_root("/a/b/link/below", -ELOOP, "/a/b/link");
	open_in_root("/a/b/../link/below", 0, "/real/below");
	open_in_root("/deep/below", -ELOOP, "/a/b/link");
	open_in_root("/others/link", -ELOOP, "/others/link");
	open_in_root("/group/link", -ELOOP, "/group/link");
	open_in_root("/nobody/link", -ELOOP, "/nobody/link");
	open_in_root("/file", 0, "/real/file");
	open_in_root("/file/", -ENOTDIR, "/real/file");
	open_in_root("/loop", -ELOOP, "/");
	if (chdir("/a/b") < 0)
		_exit(5);
	open_in_root("../link", 0, "/real");
	open_in_root("link", -ELOOP, "/a/b/link");
	if (chdir("/a") < 0)
		_exit(5);
	open_in_root("link", 0, "/real");
	_exit(0);
}

static void depth_owner_and_mode_of_the_folder_decide(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		walk_in_own_root();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void the_folder_of_a_file_is_opened(void **state)
{
	static const struct {
		const char *path;
		int err;
		const char *name;
	} rows[] = {
		{ "real/new", 0, "new" },
		{ "new", 0, "new" },
		{ "real/to-file", 0, "to-file" },
		{ "to-real/new", -ELOOP, NULL },
		{ "real/", -EISDIR, NULL },
		{ "real/..", -EISDIR, NULL },
		{ "", -ENOENT, NULL },
		{ "none/new", -ENOENT, NULL },
		{ "real/file/new", -ENOTDIR, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *name = NULL;
		struct walk walk;
		auto_close int fd = walk_open_parent(rows[i].path, &name, &walk);

		assert_int_equal(fd < 0 ? fd : 0, rows[i].err);
		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		else
			assert_null(name);
	}
}

static void a_long_path_is_refused(void **state)
{
	char path[2 * WALK_ROOM];
	struct walk walk;

	(void)state;
	memset(path, '/', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(walk_open(path, &walk), -ENAMETOOLONG);
	for (size_t i = 0; i + 2 < sizeof(path); i += 2)
		memcpy(path + i, "a/", 2);
	path[WALK_ROOM - 1] = '\0';
	assert_int_equal(walk_open(path, &walk), -ENOENT);
}

static void the_hint_names_what_to_write_instead(void **state)
{
	auto_free char *hint = mem_printf("'%s/to-real' is a symbolic link, which an earlier run "
					  "could have created; if it leads where it should, write "
					  "'%s/real/new' instead",
					  work, work);
	struct diags diags = { 0 };

	(void)state;
	diags_fail(&diags, -ELOOP, "cannot open it");
	walk_hint("to-real/new", &diags);
	assert_string_equal(diags.v[0].hint, hint);
	diags_finish(&diags);
}

/* Swaps a directory and a link that leads elsewhere, as its owner may. */
static atomic_bool is_over;

static void *swap(void *data)
{
	(void)data;
	while (!is_over)
		renameat2(AT_FDCWD, "swapped", AT_FDCWD, "evil", RENAME_EXCHANGE);
	return NULL;
}

static void a_swap_wins_nothing(void **state)
{
	struct stat secret;
	pthread_t thread;
	int n_links = 0, n_opened = 0;

	(void)state;
	assert_int_equal(mkdir("swapped", 0755), 0);
	make_file("swapped/file");
	assert_int_equal(symlink("secret", "evil"), 0);
	assert_int_equal(stat("secret/file", &secret), 0);
	assert_int_equal(pthread_create(&thread, NULL, swap, NULL), 0);
	for (int i = 0; i < 20000; i++) {
		struct walk walk;
		auto_close int fd = walk_open("swapped/file", &walk);
		struct stat st;

		n_links += fd == -ELOOP;
		if (fd < 0)
			continue;
		n_opened++;
		assert_int_equal(fstat(fd, &st), 0);
		assert_true(st.st_ino != secret.st_ino);
	}
	is_over = true;
	pthread_join(thread, NULL);
	/* Both were seen, or nothing was tried. */
	assert_true(n_links > 0 && n_opened > 0);
}

/* Each rename on the machine can end the way of a path with ".." by EAGAIN. */
static void renames_elsewhere_do_not_count(void **state)
{
	auto_close int here = open(".", O_PATH | O_CLOEXEC);
	pthread_t thread;

	(void)state;
	is_over = false;
	assert_int_equal(pthread_create(&thread, NULL, swap, NULL), 0);
	for (int i = 0; i < 20000; i++) {
		auto_close int fd = fd_open_resolved(here, "real/../real/file", O_PATH,
						     RESOLVE_IN_ROOT);

		assert_true(fd >= 0);
	}
	is_over = true;
	pthread_join(thread, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_without_links_is_opened),
		cmocka_unit_test(what_is_not_there_is_named),
		cmocka_unit_test(no_link_of_another_folder_is_followed),
		cmocka_unit_test(no_link_is_followed_where_others_may_write),
		cmocka_unit_test(links_of_the_system_are_followed),
		cmocka_unit_test(the_folder_of_a_file_is_opened),
		cmocka_unit_test(a_long_path_is_refused),
		cmocka_unit_test(the_hint_names_what_to_write_instead),
		cmocka_unit_test(a_swap_wins_nothing),
		cmocka_unit_test(renames_elsewhere_do_not_count),
		cmocka_unit_test(depth_owner_and_mode_of_the_folder_decide),
	};

	return cmocka_run_group_tests_name("walk", tests, set_up, tear_down);
}
