// SPDX-License-Identifier: GPL-2.0-or-later
/* What is left to a process of ours that reads files made by others. */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "confine/confine.h"

/* The leak checker traces the process itself at the end. */
#ifdef __SANITIZE_ADDRESS__
#define HAS_CHECKERS true
#else
#define HAS_CHECKERS false
#endif

static bool is_refused(long ret)
{
	return ret < 0 && errno == EPERM;
}

static bool has_line(const char *text, const char *line)
{
	return strstr(text, line) != NULL;
}

/* Read before the filter is installed; nothing that is seen here changes afterwards. */
static bool is_powerless(void)
{
	char text[4096] = "";
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	return n > 0 && has_line(text, "CapEff:\t0000000000000000") &&
	       has_line(text, "CapPrm:\t0000000000000000") && has_line(text, "NoNewPrivs:\t1") &&
	       has_line(text, "Seccomp:\t2");
}

/* There is no such descriptor: what the filter lets through fails otherwise. */
static bool is_admitted(unsigned long request)
{
	return ioctl(-1, request, NULL) < 0 && errno == EBADF;
}

/* Returns the number of the first one that is not as it should be, or 0. */
static int first_wrong(const bool *results, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!results[i])
			return (int)i + 1;
	return 0;
}

static int try_all(void)
{
	char *const argv[] = { "true", NULL };
	const bool results[] = {
		is_powerless(),
		is_refused(open("/tmp/pinfold-confine", O_WRONLY | O_CREAT, 0600)),
		is_refused(open("/dev/null", O_RDWR)),
		is_refused(socket(AF_UNIX, SOCK_STREAM, 0)),
		is_refused(execv("/bin/true", argv)),
		is_refused(fork()),
		is_refused(kill(getppid(), 0)),
		mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			MAP_FAILED,
		open("/proc/self/maps", O_RDONLY | O_CLOEXEC) >= 0 || errno != EPERM,
	};

	return first_wrong(results, ARRAY_SIZE(results));
}

static int try_as_supervisor(void)
{
	char *const argv[] = { "true", NULL };
	char text[4096] = "";
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	bool is_read = fd >= 0 && read(fd, text, sizeof(text) - 1) > 0;
	const bool results[] = {
		is_read,
		has_line(text, "CapPrm:\t0000000000000000"),
		has_line(text, "CapEff:\t0000000000000000"),
		has_line(text, "CapInh:\t0000000000000000"),
		has_line(text, "NoNewPrivs:\t1") && has_line(text, "Seccomp:\t2"),
		is_refused(socket(AF_UNIX, SOCK_STREAM, 0)),
		is_refused(execv("/bin/true", argv)),
		is_refused(syscall(SYS_unshare, CLONE_NEWUSER)),
		is_refused(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)),
		is_refused(syscall(SYS_mount, NULL, "/", NULL, MS_REMOUNT, NULL)),
		is_refused(syscall(SYS_bpf, BPF_PROG_LOAD, NULL, 0)),
		is_refused(syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, NULL, 0)),
		is_refused(syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), NULL, NULL)) ||
			HAS_CHECKERS,
		is_refused(ioctl(STDIN_FILENO, TIOCSTI, "x")),
		is_admitted(SECCOMP_IOCTL_NOTIF_RECV),
		is_admitted(SECCOMP_IOCTL_NOTIF_SEND),
		is_admitted(SECCOMP_IOCTL_NOTIF_ID_VALID),
		is_admitted(0x40082104), /* SECCOMP_IOCTL_NOTIF_SET_FLAGS, Linux 6.6 */
		is_refused(ioctl(-1, SECCOMP_IOCTL_NOTIF_ADDFD, NULL)),
		is_refused(fork()),
		is_refused(open("/dev/null", O_RDWR)),
		is_refused(open("pinfold-confine", O_RDONLY | O_CREAT, 0600)),
		is_refused(open(".", O_TMPFILE | O_WRONLY, 0600)),
		is_refused(creat("pinfold-confine", 0600)),
		is_refused(syscall(SYS_openat2, AT_FDCWD, "/dev/null", NULL, 0)),
		is_refused(rename("pinfold-confine", "pinfold-confine-2")),
		is_refused(unlink("pinfold-confine")),
		is_refused(mkdir("pinfold-confine", 0700)),
		is_refused(rmdir("pinfold-confine")),
		is_refused(link("/dev/null", "pinfold-confine")),
		is_refused(symlink("/dev/null", "pinfold-confine")),
		is_refused(chmod("/dev/null", 0666)),
		is_refused(chown("/dev/null", 0, 0)),
		is_refused(truncate("/dev/null", 0)),
		is_refused(memfd_create("pinfold-confine", 0)),
	};

	return first_wrong(results, ARRAY_SIZE(results));
}

/* A thread that waits while the process is confined. */
struct waiter {
	pthread_t thread;
	sem_t is_waiting, may_go_on;
	int wrong;
};

static void *wait_confined(void *data)
{
	struct waiter *waiter = data;
	char text[4096] = "";
	int err = confine_waiter(1ULL << CAP_BPF);
	int fd;

	sem_post(&waiter->is_waiting);
	sem_wait(&waiter->may_go_on);
	fd = open("/proc/thread-self/status", O_RDONLY | O_CLOEXEC);

	const bool results[] = {
		!err,
		fd >= 0 && read(fd, text, sizeof(text) - 1) > 0,
		has_line(text,
			 geteuid() ? "CapPrm:\t0000000000000000" : "CapPrm:\t0000008000000000"),
		has_line(text,
			 geteuid() ? "CapEff:\t0000000000000000" : "CapEff:\t0000008000000000"),
		has_line(text, "NoNewPrivs:\t1"),
		has_line(text, "Seccomp:\t2"),
		is_refused(socket(AF_UNIX, SOCK_STREAM, 0)),
	};

	waiter->wrong = first_wrong(results, ARRAY_SIZE(results));
	return NULL;
}

static int try_waiter(void)
{
	struct waiter waiter;

	if (sem_init(&waiter.is_waiting, 0, 0) || sem_init(&waiter.may_go_on, 0, 0) ||
	    pthread_create(&waiter.thread, NULL, wait_confined, &waiter))
		return 100;
	sem_wait(&waiter.is_waiting);
	if (confine_supervisor(0))
		return 101;
	sem_post(&waiter.may_go_on);
	return pthread_join(waiter.thread, NULL) ? 102 : waiter.wrong;
}

/* Returns what TRY does in a separate process. */
static int in_child(int (*try)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		/* Bare, because the address sanitizer's _exit() needs more. */
		syscall(SYS_exit_group, try());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int try_reader(void)
{
	return confine_reader() ? 100 : try_all();
}

static char opened[] = "/tmp/pinfold-opened-XXXXXX";

static int try_opener(void)
{
	const char *name = opened;
	bool results[5] = { false };

	if (confine_opener())
		return 100;
	results[0] = open(name, O_RDONLY) >= 0;
	results[1] = open(name, O_WRONLY) < 0 && errno == EACCES;
	results[2] = open("/tmp", O_RDWR | O_TMPFILE, 0600) < 0 && errno == EACCES;
	results[3] = unlink(name) < 0 && errno == EACCES;
	results[4] = open("/proc/self/mountinfo", O_RDONLY) >= 0;
	return first_wrong(results, ARRAY_SIZE(results));
}

static int try_supervisor(void)
{
	return confine_supervisor(0) ? 100 : try_as_supervisor();
}

static void nothing_but_reading_is_left(void **state)
{
	(void)state;
	assert_int_equal(in_child(try_reader), 0);
}

static void who_opens_files_writes_none(void **state)
{
	int fd, wrong;

	(void)state;
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1)
		skip(); /* before Linux 5.13, or not among the security modules in use */
	assert_true((fd = mkstemp(opened)) >= 0);
	close(fd);
	wrong = in_child(try_opener);
	unlink(opened);
	assert_int_equal(wrong, 0);
}

static void the_supervisor_gains_nothing(void **state)
{
	(void)state;
	assert_int_equal(in_child(try_supervisor), 0);
}

static void a_thread_that_waits_has_no_more_than_the_supervisor(void **state)
{
	(void)state;
	assert_int_equal(in_child(try_waiter), 0);
}

/* It opens nothing, binds and listens to nothing, and reaches no process. */
static int try_relay(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	char *const argv[] = { "true", NULL };
	int s = socket(AF_INET, SOCK_STREAM, 0);

	if (confine_relay())
		return 100;

	const bool results[] = {
		s >= 0 && socket(AF_INET6, SOCK_DGRAM, 0) >= 0,
		is_refused(bind(s, (const struct sockaddr *)&any, sizeof(any))),
		is_refused(listen(s, 1)),
		is_refused(socket(AF_UNIX, SOCK_STREAM, 0)),
		is_refused(socket(AF_NETLINK, SOCK_RAW, 0)),
		is_refused(socket(AF_INET, SOCK_RAW, IPPROTO_TCP)),
		is_refused(open("/etc/passwd", O_RDONLY)),
		is_refused(open("/dev/null", O_RDWR)),
		is_refused(execv("/bin/true", argv)),
		is_refused(fork()),
		is_refused(kill(getppid(), 0)),
		is_refused(setsockopt(s, SOL_UDP, 0, NULL, 0)),
		mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			MAP_FAILED,
	};

	return first_wrong(results, ARRAY_SIZE(results));
}

static void the_relay_has_only_sockets(void **state)
{
	(void)state;
	assert_int_equal(in_child(try_relay), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_but_reading_is_left),
		cmocka_unit_test(who_opens_files_writes_none),
		cmocka_unit_test(the_supervisor_gains_nothing),
		cmocka_unit_test(a_thread_that_waits_has_no_more_than_the_supervisor),
		cmocka_unit_test(the_relay_has_only_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
