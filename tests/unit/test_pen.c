// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Launches real pens, with a filter that allows everything. Needs root, or unprivileged user
 * namespaces for those tests that set no limit.
 */
#include "tests/unit/run_pen.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

static void set_limit(enum limit_kind kind, uint64_t value)
{
	settings.limits[kind] = (struct limit_setting){ .place = here, .value = value };
}

static void statuses_are_exact(void **state)
{
	static const int statuses[] = { 0, 1, 2, 123, 124, 125, 126, 127, 128, 137, 254, 255 };
	static const int signals[] = { SIGHUP, SIGINT, SIGABRT, SIGKILL, SIGSEGV, SIGTERM, SIGSYS };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		auto_free char *script = mem_printf("exit %d", statuses[i]);

		assert_exit(script, statuses[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		auto_free char *script = mem_printf("kill -%d $$", signals[i]);
		struct outcome outcome;

		run_shell(&outcome, script);
		assert_int_equal(outcome.result.end, PEN_SIGNALED);
		assert_int_equal(outcome.result.signal, signals[i]);
		outcome_finish(&outcome);
	}
}

static void a_missing_command_is_not_found(void **state)
{
	char *const by_name[] = { "no-such-command", NULL };
	char *const by_path[] = { "/usr/no/such", NULL };
	struct outcome outcome;

	(void)state;
	run_with(&outcome, by_name, NULL);
	assert_int_equal(outcome.error, 0);
	assert_int_equal(outcome.result.end, PEN_NOT_FOUND);
	assert_true(diags_has_error(&outcome.diags));
	outcome_finish(&outcome);
	run_with(&outcome, by_path, NULL);
	assert_int_equal(outcome.result.end, PEN_NOT_FOUND);
	outcome_finish(&outcome);
}

static void what_is_no_program_is_not_executable(void **state)
{
	static char *const files[] = { "/etc/passwd", "/etc", "/usr/lib/os-release" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *const argv[] = { files[i], NULL };
		struct outcome outcome;

		run_with(&outcome, argv, NULL);
		assert_int_equal(outcome.error, 0);
		assert_int_equal(outcome.result.end, PEN_NOT_EXECUTABLE);
		assert_true(diags_has_error(&outcome.diags));
		outcome_finish(&outcome);
	}
}

static void the_command_has_no_rights(void **state)
{
	(void)state;
	if (geteuid() == 0)
		assert_output("grep -E '^Groups' /proc/self/status", "Groups:\t \n");
	assert_output("grep -E '^Cap|^NoNewPrivs|^Seccomp:' /proc/self/status",
		      "CapInh:\t0000000000000000\n"
		      "CapPrm:\t0000000000000000\n"
		      "CapEff:\t0000000000000000\n"
		      "CapBnd:\t0000000000000000\n"
		      "CapAmb:\t0000000000000000\n"
		      "NoNewPrivs:\t1\n"
		      "Seccomp:\t2\n");
	assert_exit("test $(id -u) != 0 && test $(id -u) != 65534 && test $(id -g) != 0", 0);
	assert_exit("unshare -U true 2>/dev/null", 1);
	assert_exit("unshare -m true 2>/dev/null", 1);
}

static void assert_payload(const char *name, int status);

static void kept_capabilities_are_kept_and_no_others(void **state)
{
	(void)state;
	settings.capabilities = (struct capability_setting){ here, 1 << 10 | 1 << 18 | 1 << 19 };
	/* Over two execs, for a user who is not root; pid 1 keeps none of them, but where its user
	 * is not the command's, the one to pass signals on. */
	assert_output("test $(id -u) != 0 && grep -hE '^Cap|^NoNewPrivs' /proc/self/status && "
		      "grep -E '^Cap(Prm|Eff|Amb)' /proc/1/status | sed s/20$/00/",
		      "CapInh:\t00000000000c0400\n"
		      "CapPrm:\t00000000000c0400\n"
		      "CapEff:\t00000000000c0400\n"
		      "CapBnd:\t00000000000c0400\n"
		      "CapAmb:\t00000000000c0400\n"
		      "NoNewPrivs:\t1\n"
		      "CapPrm:\t0000000000000000\n"
		      "CapEff:\t0000000000000000\n"
		      "CapAmb:\t0000000000000000\n");
	/* CAP_SYS_PTRACE is worth nothing against pid 1, whose memory is not of this namespace. */
	assert_payload("touch-init", 0);
	assert_exit("unshare -U true 2>/dev/null", 1);
	settings.capabilities.mask = 1ULL << 62;
	{
		struct outcome outcome;

		run_shell(&outcome, "true");
		assert_int_equal(outcome.error, -EINVAL);
		outcome_finish(&outcome);
	}
}

static void shared_namespaces_are_the_callers(void **state)
{
	static const char script[] = "readlink /proc/self/ns/ipc /proc/self/ns/uts "
				     "/proc/self/ns/cgroup /proc/self/ns/net";
	struct strbuf own = { 0 };
	struct outcome outcome;
	char link[64];

	(void)state;
	run_shell(&outcome, script);
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = { "ipc", "uts", "cgroup", "net" };
		auto_free char *path = mem_printf("/proc/self/ns/%s", names[i]);
		ssize_t len = readlink(path, link, sizeof(link) - 1);

		assert_true(len > 0);
		link[len] = '\0';
		strbuf_printf(&own, "%s\n", link);
		assert_null(strstr(outcome.output, link));
	}
	outcome_finish(&outcome);
	for (size_t i = 0; i < SHARE_COUNT; i++)
		settings.shared[i] = here;
	settings.net = (struct net_setting){ here, NET_HOST };
	assert_output(script, own.text);
	run_shell(&outcome, "exit 0");
	assert_int_equal(outcome.enforced.namespaces, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID);
	outcome_finish(&outcome);
	strbuf_finish(&own);
}

static void the_command_sees_three_descriptors(void **state)
{
	int fds[] = { 7, 63, 900 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		int root = open("/", O_RDONLY | O_DIRECTORY);

		assert_true(root >= 0);
		assert_int_equal(dup2(root, fds[i]), fds[i]);
		close(root);
	}
	/* 3 is ls's own. */
	assert_output("ls /proc/self/fd | tr '\\n' ' '", "0 1 2 3 ");
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
}

static void a_folder_as_input_is_refused(void **state)
{
	auto_close int old = dup(STDIN_FILENO);
	auto_close int root = open("/", O_RDONLY | O_DIRECTORY);
	char *const argv[] = { "true", NULL };
	struct pen_request request = { .settings = &settings, .argv = argv };
	struct diags diags = { 0 };
	struct pen *pen = NULL;
	int err;

	(void)state;
	dup2(root, STDIN_FILENO);
	err = pen_create(&request, &pen, &diags);
	dup2(old, STDIN_FILENO);
	assert_int_equal(err, -EISDIR);
	assert_true(diags_has_error(&diags));
	diags_finish(&diags);
}

static void the_files_are_the_default_view(void **state)
{
	auto_free char *folder = getcwd(NULL, 0);

	(void)state;
	/* which is shown in addition, unless it is in what is shown anyway */
	assert_int_equal(chdir("/usr"), 0);
	assert_exit("touch /usr/x 2>/dev/null", 1);
	assert_exit("touch /x 2>/dev/null", 1);
	assert_exit("touch /dev/x 2>/dev/null", 1);
	assert_exit("test -e /../home -o -e /tmp/../../home -o -e /proc/../../../srv", 1);
	assert_exit("test -e /home -o -e /var/log -o -e /sys -o -e /srv -o -e /root", 1);
	assert_exit("cat /etc/shadow 2>/dev/null", 1);
	assert_exit("cat /proc/kcore >/dev/null 2>&1", 1);
	assert_exit("cat /proc/timer_list >/dev/null 2>&1", 1);
	assert_exit("echo 1 >/proc/sys/kernel/core_pattern", 2);
	assert_exit("echo hi >/tmp/x && test \"$(cat /tmp/x)\" = hi && echo x >/dev/null", 0);
	assert_exit("echo hi >/dev/shm/x && head -c 8 /dev/urandom >/tmp/y", 0);
	assert_output("echo /proc/[0-9]*", "/proc/1 /proc/2\n");
	assert_output("cat /proc/sys/kernel/hostname", "pinfold\n");
	assert_output("ls /sys/class/net /proc/self/net/dev 2>/dev/null", "/proc/self/net/dev\n");
	assert_output("grep -c : /proc/self/net/dev", "1\n");
	assert_int_equal(chdir(folder), 0);
}

static void pid_1_shows_nothing(void **state)
{
	(void)state;
	setenv("SECRET_OF_CALLER", "hunter2", 1);
	assert_exit("env | grep -q hunter[2]", 1);
	assert_output("tr '\\0' ' ' </proc/1/cmdline | sed 's/ *$//'", "pinfold-init");
	assert_exit("cat /proc/1/environ >/dev/null 2>&1", 1);
	assert_exit("cat /proc/1/maps >/dev/null 2>&1", 1);
	assert_exit("ls /proc/1/fd >/dev/null 2>&1", 2);
	assert_exit("ls /proc/1/root/ >/dev/null 2>&1", 2);
	assert_exit("! grep -rqs hunter[2] /proc/[0-9]*/environ /proc/[0-9]*/cmdline", 0);
	assert_exit("kill -9 1; kill -TERM 1; kill -SEGV 1; kill -CHLD 1; exit 7", 7);
	unsetenv("SECRET_OF_CALLER");
}

/* Runs this program in the pen as one that tries something; it exits with 0 when that failed. */
static void assert_payload(const char *name, int status)
{
	char *const argv[] = { "/tmp/payload", (char *)name, NULL };
	auto_free char *self = realpath("/proc/self/exe", NULL);
	struct outcome outcome;

	*array_append(&settings.binds) =
		(struct bind_setting){ .place = here, .source = self, .target = "/tmp/payload" };
	run_with(&outcome, argv, NULL);
	settings.binds.n--;
	assert_int_equal(outcome.error, 0);
	assert_int_equal(outcome.result.end, PEN_EXITED);
	assert_int_equal(outcome.result.status, status);
	outcome_finish(&outcome);
}

/* Reports an attempt that succeeded. */
static void tried(int *found, bool has_success, int line)
{
	if (!has_success)
		return;
	fprintf(stderr, "the attempt on line %d had success\n", line);
	*found = 1;
}

static int find_key(void)
{
	return syscall(SYS_request_key, "user", "pinfold-test", NULL, 0) > 0 ||
	       syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "pinfold-test",
		       0) > 0;
}

/* Row 13: as in the classic ways out of a chroot, and with every namespace that could help. */
static int leave_root(void)
{
	struct stat before, after;
	int found = 0;

	stat("/", &before);
	mkdir("/tmp/x", 0755);
	tried(&found, chroot("/tmp/x") == 0, __LINE__);
	tried(&found, unshare(CLONE_NEWUSER) == 0, __LINE__);
	tried(&found, unshare(CLONE_NEWNS) == 0, __LINE__);
	tried(&found, mount("proc", "/tmp/x", "proc", 0, NULL) == 0, __LINE__);
	tried(&found, mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0, __LINE__);
	tried(&found, umount2("/proc/kcore", MNT_DETACH) == 0, __LINE__);
	tried(&found, umount2("/etc", MNT_DETACH) == 0, __LINE__);
	for (int fd = 0; fd < 3; fd++)
		tried(&found, openat(fd, "..", O_RDONLY) >= 0, __LINE__);
	for (int i = 0; i < 64; i++)
		if (chdir("..") < 0)
			return 1;
	stat(".", &after);
	return found || before.st_ino != after.st_ino || before.st_dev != after.st_dev;
}

/* Row 20: everything that could look into or stop pid 1. */
static int touch_init(void)
{
	char byte;
	struct iovec local = { &byte, 1 }, remote = { (void *)&find_key, 1 };
	int found = 0;

	tried(&found, ptrace(PTRACE_ATTACH, 1, NULL, NULL) == 0, __LINE__);
	tried(&found, ptrace(PTRACE_SEIZE, 1, NULL, NULL) == 0, __LINE__);
	tried(&found, process_vm_readv(1, &local, 1, &remote, 1, 0) >= 0, __LINE__);
	tried(&found, process_vm_writev(1, &local, 1, &remote, 1, 0) >= 0, __LINE__);
	tried(&found, open("/proc/1/mem", O_RDWR) >= 0 || open("/proc/1/mem", O_RDONLY) >= 0,
	      __LINE__);
	tried(&found, open("/proc/1/ns/mnt", O_RDONLY) >= 0, __LINE__);
	tried(&found, open("/proc/1/exe", O_RDONLY) >= 0, __LINE__);
	tried(&found, syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, 1, 0), 3, 0) >= 0, __LINE__);
	kill(1, SIGKILL);
	kill(1, SIGSTOP);
	return found;
}

static void what_a_hostile_command_tries_fails(void **state)
{
	(void)state;
	assert_payload("leave-root", 0);
	assert_payload("touch-init", 0);
	if (geteuid() != 0)
		return;
	/* Also for a command that is root outside: nothing but capabilities made that matter. */
	settings.user = (struct user_setting){ .place = here };
	assert_payload("leave-root", 0);
	assert_payload("touch-init", 0);
	assert_exit("cat /etc/shadow 2>/dev/null", 1);
	assert_exit("echo x 2>/dev/null >/proc/sys/kernel/hostname", 2);
	assert_exit("echo b 2>/dev/null >/proc/sysrq-trigger", 2);
	assert_exit("touch /usr/x /etc/x /x /dev/x 2>/dev/null", 1);
	assert_exit("chmod 600 /dev/null 2>/dev/null", 1);
	assert_exit("mknod /tmp/sda b 8 0 2>/dev/null", 1);
}

static const struct {
	const char *name;
	int (*try)(void);
} payloads[] = {
	{ "find-key", find_key },
	{ "leave-root", leave_root },
	{ "touch-init", touch_init },
};

static void the_callers_group_and_keys_are_out_of_reach(void **state)
{
	struct outcome outcome;
	long key = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);

	(void)state;
	run_shell(&outcome, "kill -9 0");
	assert_int_equal(outcome.result.end, PEN_SIGNALED);
	assert_int_equal(outcome.result.signal, SIGKILL);
	outcome_finish(&outcome);
	if (key < 0)
		skip();
	key = syscall(SYS_add_key, "user", "pinfold-test", "secret", 6L, KEY_SPEC_SESSION_KEYRING);
	if (key < 0)
		skip();
	assert_payload("find-key", 0);
}

/* In a guest of tests/kernels everything takes many times as long. */
static bool is_emulated(void)
{
	return getenv("PINFOLD_TESTS_EMULATED") != NULL;
}

static size_t times(size_t n)
{
	return is_emulated() ? n / 10 : n;
}

static bool has_cgroup_of(pid_t pid)
{
	auto_free char *find = mem_printf(
		"test -z \"$(find /sys/fs/cgroup -name 'pinfold-%d-*' -print)\"", (int)pid);

	return system(find) != 0;
}

/* A caller that is killed at any moment leaves no process; the next run removes its cgroup. */
static void a_killed_caller_leaves_nothing(void **state)
{
	char *const argv[] = { "sh", "-c", "setsid sleep 1000 & sleep 1000", NULL };
	char *const again[] = { "true", NULL };
	struct outcome outcome;
	pid_t callers[60];
	size_t count = times(ARRAY_SIZE(callers)), step = 100000 * ARRAY_SIZE(callers) / count;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (size_t moment = 0; moment < count; moment++) {
		/* An emulated launch takes ten times as long, too. */
		const struct timespec delay = { .tv_nsec = (long)(moment * step) };
		pid_t pid = callers[moment] = fork();

		if (pid == 0) {
			struct pen_request request = { .settings = &settings, .argv = argv };
			struct diags diags = { 0 };
			struct pen_result result;
			struct pen *pen;

			if (pen_create(&request, &pen, &diags) || pen_start(pen, &program, &diags))
				_exit(1);
			pen_wait(pen, NULL, 0, &result, &diags);
			_exit(2);
		}
		nanosleep(&delay, NULL);
		kill(pid, SIGKILL);
		/* Blocks until the last of its descendants, which come to us, has ended. */
		alarm(20);
		while (waitpid(-1, NULL, __WALL) > 0)
			;
		alarm(0);
		assert_int_equal(errno, ECHILD);
	}
	/* What is dead may still be on its way out of its cgroup during the next run. */
	run_with(&outcome, again, NULL);
	outcome_finish(&outcome);
	for (size_t i = 0; i < count; i++) {
		for (int k = 0; k < 50 && has_cgroup_of(callers[i]); k++) {
			run_with(&outcome, again, NULL);
			outcome_finish(&outcome);
		}
		assert_false(has_cgroup_of(callers[i]));
	}
}

static void the_environment_is_chosen(void **state)
{
	struct env_setting *env;

	(void)state;
	setenv("PINFOLD_TEST_A", "a", 1);
	setenv("PINFOLD_TEST_B", "b", 1);
	env = array_append(&settings.env);
	*env = (struct env_setting){ .verb = ENV_KEEP, .name = "PINFOLD_TEST_A" };
	env = array_append(&settings.env);
	*env = (struct env_setting){ .verb = ENV_SET, .name = "C", .value = "c" };
	assert_output("echo $PINFOLD_TEST_A-$PINFOLD_TEST_B-$C-$HOME", "a--c-/tmp\n");
	unsetenv("PINFOLD_TEST_A");
	unsetenv("PINFOLD_TEST_B");
}

static void end_by_sigterm(struct pen *pen)
{
	(void)pen;
	kill(getpid(), SIGTERM);
}

static void a_signal_of_the_caller_reaches_the_command(void **state)
{
	char *const argv[] = { "sleep", "1000", NULL };
	struct outcome outcome;

	(void)state;
	run_with(&outcome, argv, end_by_sigterm);
	assert_int_equal(outcome.error, 0);
	assert_int_equal(outcome.result.end, PEN_SIGNALED);
	assert_int_equal(outcome.result.signal, SIGTERM);
	outcome_finish(&outcome);
}

static void time_runs_out(void **state)
{
	struct outcome outcome;

	(void)state;
	set_limit(LIMIT_TIME, 50000000);
	run_shell(&outcome, "exec sleep 1000");
	assert_int_equal(outcome.result.end, PEN_TIMED_OUT);
	assert_int_equal(outcome.result.signal, SIGTERM);
	assert_true(find_limit(&outcome, "time"));
	outcome_finish(&outcome);
}

/* How long the shell takes to set its trap is the machine's affair: doubled until it was enough. */
static void after_the_grace_time_it_is_killed(void **state)
{
	struct outcome outcome;
	int signal = SIGTERM;

	(void)state;
	for (uint64_t ns = 250000000; ns <= 16000000000 && signal == SIGTERM; ns *= 2) {
		set_limit(LIMIT_TIME, ns);
		settings.limits[LIMIT_TIME].grace = 50000000;
		run_shell(&outcome, "trap '' TERM; setsid sleep 1000 & sleep 1000; sleep 1000");
		assert_int_equal(outcome.result.end, PEN_TIMED_OUT);
		signal = outcome.result.signal;
		outcome_finish(&outcome);
	}
	assert_int_equal(signal, SIGKILL);
}

static void orphans_end_with_the_command(void **state)
{
	(void)state;
	assert_exit("(setsid sleep 1000 &) ; sleep 1000 & exit 3", 3);
	assert_exit("i=0; while [ $i -lt 50 ]; do (true &) ; i=$((i+1)); done; exit 4", 4);
}

static void memory_runs_out(void **state)
{
	struct outcome outcome;

	(void)state;
	if (geteuid() != 0)
		skip();
	set_limit(LIMIT_MEMORY, 32 << 20);
	/* dd takes its block in one piece and fills it. */
	run_shell(&outcome, "dd if=/dev/zero of=/dev/null bs=200M count=1 2>/dev/null; exit 0");
	assert_int_equal(outcome.error, 0);
	assert_true(find_limit(&outcome, "memory"));
	assert_int_equal(outcome.result.end, PEN_OUT_OF_MEMORY);
	assert_string_equal(outcome.result.resources.source, "cgroup");
	assert_true(outcome.result.resources.memory_peak <= 32 << 20);
	outcome_finish(&outcome);
	assert_exit("exit 5", 5);
}

static void processes_run_out(void **state)
{
	struct outcome outcome;

	(void)state;
	if (geteuid() != 0)
		skip();
	set_limit(LIMIT_PIDS, 8);
	/* Bounded also without the limit: 40 sleepers. */
	run_shell(&outcome, "i=0; while [ $i -lt 40 ]; do sleep 10 & i=$((i+1)); done; exit 0");
	assert_int_equal(outcome.error, 0);
	assert_true(find_limit(&outcome, "pids"));
	assert_int_equal(outcome.result.end, PEN_EXITED);
	assert_int_not_equal(outcome.result.status, 0);
	outcome_finish(&outcome);
}

static void cpu_time_runs_out(void **state)
{
	static const char hogs[] = "while :; do :; done & while :; do :; done & wait; exit 0";
	/* An emulated shell may need 200 ms of CPU time to start. */
	uint64_t limit = is_emulated() ? 1500000000 : 200000000, used;
	struct outcome outcome;

	(void)state;
	if (geteuid() != 0)
		skip();
	set_limit(LIMIT_CPUTIME, limit);
	run_shell(&outcome, hogs);
	assert_int_equal(outcome.error, 0);
	assert_true(find_limit(&outcome, "cputime"));
	assert_int_equal(outcome.result.end, PEN_CPU_TIMED_OUT);
	assert_string_equal(outcome.result.resources.sources.cpu_ns, "cgroup");
	used = outcome.result.resources.cpu_ns;
	/* A busy machine may be late to wake us, but not by much CPU time; an emulated one may. */
	if (used < limit || (used > 2 * limit && !is_emulated()))
		fail_msg("the pen used %llu ns", (unsigned long long)used);
	outcome_finish(&outcome);
	/* Sleeping costs nothing, and what ended well before its end was not ended by us. */
	assert_exit("sleep 0.3; exit 6", 6);
}

static void cpu_and_swap_are_limited(void **state)
{
	struct outcome outcome;
	double share;

	(void)state;
	if (geteuid() != 0)
		skip();
	set_limit(LIMIT_CPU, 20);
	set_limit(LIMIT_TIME, 1000000000);
	run_shell(&outcome, "while :; do :; done & while :; do :; done");
	assert_int_equal(outcome.error, 0);
	assert_true(find_limit(&outcome, "cpu"));
	assert_int_equal(find_limit(&outcome, "cpu")->value, 20);
	assert_int_equal(outcome.result.end, PEN_TIMED_OUT);
	share = (double)outcome.result.resources.cpu_ns / (double)outcome.result.elapsed_ns;
	if (share > 0.35)
		fail_msg("the pen had %.2f of a CPU", share);
	outcome_finish(&outcome);
	set_limit(LIMIT_MEMORY, 32 << 20);
	set_limit(LIMIT_SWAP, 0);
	run_shell(&outcome, "exit 0");
	if (outcome.error == -ENOENT) /* a kernel that counts no swap: refused, not ignored */
		assert_true(diags_has_error(&outcome.diags));
	else
		assert_true(find_limit(&outcome, "swap"));
	outcome_finish(&outcome);
}

static size_t count_mounts(void)
{
	auto_free char *text = NULL;
	size_t len, n = 0;

	assert_int_equal(fd_read_file(AT_FDCWD, "/proc/self/mountinfo", 1 << 20, &text, &len), 0);
	for (char *at = text; *at; at++)
		n += *at == '\n';
	return n;
}

static size_t count_descriptors(void)
{
	auto_closedir DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir))
		n++;
	return n;
}

static void nothing_is_left_behind(void **state)
{
	char *const argv[] = { "/bin/true", NULL };
	size_t mounts = count_mounts(), descriptors = count_descriptors();

	(void)state;
	for (size_t i = 0; i < times(200); i++) {
		struct outcome outcome;

		run_with(&outcome, argv, NULL);
		assert_int_equal(outcome.error, 0);
		assert_int_equal(outcome.result.end, PEN_EXITED);
		assert_int_equal(outcome.result.status, 0);
		if (outcome.enforced.cgroup_path) {
			if (i % 10 == 0)
				assert_false(has_cgroup_of(getpid()));
		}
		outcome_finish(&outcome);
	}
	assert_int_equal(count_mounts(), mounts);
	assert_int_equal(count_descriptors(), descriptors);
	assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void a_pen_that_never_started_leaves_nothing(void **state)
{
	char *const argv[] = { "/bin/true", NULL };
	struct pen_request request = { .settings = &settings, .argv = argv };
	struct diags diags = { 0 };
	struct pen *pen;

	(void)state;
	assert_int_equal(pen_create(&request, &pen, &diags), 0);
	pen_destroy(pen);
	assert_int_equal(waitpid(-1, NULL, __WALL | WNOHANG), -1);
	diags_finish(&diags);
}

int main(int argc, char **argv)
{
#define PEN_TEST(name) cmocka_unit_test_teardown(name, reset_settings)
	const struct CMUnitTest tests[] = {
		PEN_TEST(statuses_are_exact),
		PEN_TEST(a_missing_command_is_not_found),
		PEN_TEST(what_is_no_program_is_not_executable),
		PEN_TEST(the_command_has_no_rights),
		PEN_TEST(kept_capabilities_are_kept_and_no_others),
		PEN_TEST(shared_namespaces_are_the_callers),
		PEN_TEST(the_command_sees_three_descriptors),
		PEN_TEST(a_folder_as_input_is_refused),
		PEN_TEST(the_files_are_the_default_view),
		PEN_TEST(pid_1_shows_nothing),
		PEN_TEST(what_a_hostile_command_tries_fails),
		PEN_TEST(the_callers_group_and_keys_are_out_of_reach),
		PEN_TEST(a_killed_caller_leaves_nothing),
		PEN_TEST(the_environment_is_chosen),
		PEN_TEST(a_signal_of_the_caller_reaches_the_command),
		PEN_TEST(time_runs_out),
		PEN_TEST(after_the_grace_time_it_is_killed),
		PEN_TEST(orphans_end_with_the_command),
		PEN_TEST(memory_runs_out),
		PEN_TEST(processes_run_out),
		PEN_TEST(cpu_time_runs_out),
		PEN_TEST(cpu_and_swap_are_limited),
		PEN_TEST(nothing_is_left_behind),
		PEN_TEST(a_pen_that_never_started_leaves_nothing),
	};
#undef PEN_TEST

	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(payloads); i++)
		if (str_eq(argv[1], payloads[i].name))
			return payloads[i].try();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
