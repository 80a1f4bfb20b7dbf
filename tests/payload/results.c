// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls that are stopped with results that look like something else: restart codes of the kernel,
 * success, values that are not errors at all. Each row keeps its own account of the results of its
 * calls, and prints it as lines "RESULT COUNT".
 */
#include "tests/payload/payload.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_RESTART = 512, RESTARTS = 5, TIMES = 100, MOST_RESULTS = 1024 };

static long call_raw(long nr, long arg)
{
	long ret = syscall(nr, arg);

	return ret == -1 ? -errno : ret;
}

static int install(struct sock_filter *rows, unsigned short n, unsigned int flags)
{
	struct sock_fprog program = { n, rows };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

/* Makes getsid of N fail with errno N, and nothing else. */
static int install_errors(void)
{
	struct sock_filter rows[4 + 2 * RESTARTS];
	unsigned short n = 0;

	rows[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 offsetof(struct seccomp_data, nr));
	rows[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsid, 0,
						 2 * RESTARTS + 1);
	rows[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						 offsetof(struct seccomp_data, args[0]));
	for (unsigned int i = FIRST_RESTART; i < FIRST_RESTART + RESTARTS; i++) {
		rows[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, i, 0, 1);
		rows[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | i);
	}
	rows[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	return install(rows, n, 0);
}

/* The results of calls, by the negated result. */
static unsigned int account[MOST_RESULTS];

static void print_account(void)
{
	for (size_t i = 0; i < MOST_RESULTS; i++)
		if (account[i])
			printf("-%zu %u\n", i, account[i]);
}

static void call_all(void)
{
	for (long i = FIRST_RESTART; i < FIRST_RESTART + RESTARTS; i++) {
		for (int k = 0; k < TIMES; k++) {
			long ret = -call_raw(SYS_getsid, i);

			account[ret > 0 && ret < MOST_RESULTS ? ret : 0]++;
		}
	}
}

/* restarts: its own filter stops calls with each restart code. */
static int run_restarts(char **args)
{
	(void)args;
	if (install_errors())
		return 1;
	call_all();
	print_account();
	return 0;
}

static int make_listener(void)
{
	struct sock_filter rows[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return install(rows, sizeof(rows) / sizeof(rows[0]), SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

struct question {
	long times;
	long sum; /* of the results */
};

static void *ask(void *data)
{
	struct question *question = data;

	for (long i = question->times; i > 0; i--)
		question->sum += call_raw(SYS_getsid, 0);
	return NULL;
}

/* answers RESULT TIMES: its own listener makes TIMES calls return RESULT; prints the sum of the
 * results. */
static int run_answers(char **args)
{
	long result = atol(args[0]);
	struct question question = { .times = atol(args[1]) };
	int listener = make_listener();
	pthread_t thread;

	if (listener < 0 || pthread_create(&thread, NULL, ask, &question))
		return 1;
	for (long i = question.times; i > 0; i--) {
		struct seccomp_notif asked = { 0 };
		struct seccomp_notif_resp answer = { .error = result < 0 ? (int)result : 0,
						     .val = result < 0 ? 0 : result };

		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked))
			return 1;
		answer.id = asked.id;
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer))
			return 1;
	}
	pthread_join(thread, NULL);
	printf("%ld\n", question.sum);
	return 0;
}

static volatile sig_atomic_t n_alarms;

static void on_alarm(int sig)
{
	(void)sig;
	n_alarms++;
}

/* restarts-storm: as restarts, amid signals after which calls are restarted. */
static int run_restarts_storm(char **args)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	const struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };

	(void)args;
	if (install_errors() || sigaction(SIGALRM, &action, NULL) ||
	    setitimer(ITIMER_REAL, &often, NULL))
		return 1;
	while (!n_alarms)
		call_all();
	setitimer(ITIMER_REAL, &never, NULL);
	print_account();
	return 0;
}

/* Installs a filter that asks the tracer about getsid. */
static int install_trace(void)
{
	struct sock_filter rows[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return install(rows, sizeof(rows) / sizeof(rows[0]), 0);
}

static int call_under_tracer(long expected)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	if (install_trace())
		return 1;
	for (int i = 0; i < TIMES; i++)
		if (call_raw(SYS_getsid, 0) != expected)
			return 1;
	return 0;
}

/* Makes the call of a stopped child return RESULT without running. */
static int skip_call(pid_t pid, long result)
{
	struct user_regs_struct regs;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		return -1;
	regs.orig_rax = (unsigned long long)-1;
	regs.rax = (unsigned long long)result;
	return ptrace(PTRACE_SETREGS, pid, NULL, &regs) ? -1 : 0;
}

/* skips RESULT: a tracer, called by its own filter, skips the calls of a child, which return
 * RESULT; prints how many. */
static int run_skips(char **args)
{
	long result = atol(args[0]);
	int status, n = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(call_under_tracer(result));
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL))
		return 1;
	while (!ptrace(PTRACE_CONT, pid, NULL, NULL) && waitpid(pid, &status, 0) == pid) {
		if (!WIFSTOPPED(status))
			break;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)) {
			if (skip_call(pid, result))
				return 1;
			n++;
		}
	}
	printf("%d\n", n);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Stops getppid with a restart code. */
static int install_restart(void)
{
	struct sock_filter rows[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | FIRST_RESTART),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return install(rows, sizeof(rows) / sizeof(rows[0]), 0);
}

static int call_amid_alarms(int has_listener, int times)
{
	struct sigaction action = { .sa_handler = on_alarm };
	int n = 0;

	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	if (sigaction(SIGALRM, &action, NULL) || (has_listener && make_listener() < 0) ||
	    install_restart())
		return 1;
	raise(SIGSTOP);
	for (int i = 0; i < times; i++)
		n += call_raw(SYS_getppid, 0) == -EINTR;
	return n == times ? 0 : 1;
}

/* alarmed LISTENER TIMES: its own filter stops TIMES calls with a restart code, and a tracer sends
 * a signal at the entry of each: they look as if they had waited for a listener; LISTENER says
 * whether there is one. Prints how many. */
static int run_alarmed(char **args)
{
	int status, n = 0, sig = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(call_amid_alarms(atoi(args[0]), atoi(args[1])));
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))
		return 1;
	while (!ptrace(PTRACE_SYSCALL, pid, NULL, sig) && waitpid(pid, &status, 0) == pid &&
	       WIFSTOPPED(status)) {
		struct user_regs_struct regs;
		int is_call = WSTOPSIG(status) == (SIGTRAP | 0x80);

		sig = is_call ? 0 : WSTOPSIG(status);
		if (is_call && !ptrace(PTRACE_GETREGS, pid, NULL, &regs) &&
		    regs.orig_rax == SYS_getppid && (long)regs.rax == -ENOSYS)
			n += !syscall(SYS_tgkill, pid, pid, SIGALRM);
	}
	printf("%d\n", n);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int trapped;

static void on_trap(int sig)
{
	(void)sig;
	trapped++;
}

/* like-restart TIMES: TIMES calls whose number is that of a restart code; prints how many were
 * trapped. */
static int run_like_restart(char **args)
{
	/* Without SA_RESTART, with which the kernel would restart such a call forever. */
	struct sigaction action = { .sa_handler = on_trap };

	if (sigaction(SIGSYS, &action, NULL))
		return 1;
	for (int i = atoi(args[0]); i > 0; i--)
		syscall(-FIRST_RESTART);
	printf("%d\n", trapped);
	return 0;
}

const struct payload payload_results[] = {
	{ "restarts", 0, run_restarts },
	{ "restarts-storm", 0, run_restarts_storm },
	{ "answers", 2, run_answers },
	{ "skips", 1, run_skips },
	{ "alarmed", 2, run_alarmed },
	{ "like-restart", 1, run_like_restart },
	{ NULL, 0, NULL },
};
