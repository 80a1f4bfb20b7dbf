// SPDX-License-Identifier: GPL-2.0-or-later
/* What stops or skips a call, or only looks as if it did: SIGSYS, from the kernel or not, and
 * ptrace. */
#include "tests/payload/payload.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t trap_code, trap_errno, trap_nr;
static volatile unsigned int trap_arch;

static void on_sigsys(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	trap_code = info->si_code;
	trap_errno = info->si_errno;
	trap_nr = info->si_syscall;
	trap_arch = info->si_arch;
}

static void catch_sigsys(void)
{
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
}

/* trap ABI: handles the SIGSYS of one call and prints its details. */
static int run_trap(char **args)
{
	catch_sigsys();
	find_abi(args[0])();
	printf("code %d errno %d nr %d arch %x\n", (int)trap_code, (int)trap_errno, (int)trap_nr,
	       trap_arch);
	return trap_code == 1 ? 0 : 1;
}

static void *call_in_thread(void *call)
{
	((caller)call)();
	return call;
}

/* thread ABI: makes the call in a thread while the first one waits for it. */
static int run_thread(char **args)
{
	pthread_t thread;
	void *result = NULL;

	if (pthread_create(&thread, NULL, call_in_thread, (void *)find_abi(args[0])))
		return 1;
	pthread_join(thread, &result);
	puts("the first thread lives");
	return 0;
}

/* forge: sends itself a SIGSYS that looks like the kernel's, from within a call. */
static int run_forge(char **args)
{
	siginfo_t info;

	(void)args;
	catch_sigsys();
	memset(&info, 0, sizeof(info));
	info.si_signo = SIGSYS;
	info.si_code = 1;
	info.si_errno = 7;
	if (syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGSYS, &info))
		return 1;
	printf("code %d errno %d\n", (int)trap_code, (int)trap_errno);
	return 0;
}

/* suicide: dies of a SIGSYS that it sends itself. */
static int run_suicide(char **args)
{
	(void)args;
	raise(SIGSYS);
	return 1;
}

/* feint: handles the SIGSYS of one call, then dies of one that it sends itself. */
static int run_feint(char **args)
{
	(void)args;
	catch_sigsys();
	getppid_native();
	signal(SIGSYS, SIG_DFL);
	raise(SIGSYS);
	return 1;
}

/* twice: a child makes a call that kills it, then so does the first process. */
static int run_twice(char **args)
{
	pid_t pid = fork();

	(void)args;
	if (pid > 0)
		waitpid(pid, NULL, 0);
	getppid_native();
	return 1;
}

static void call_on_sigsys(int sig)
{
	(void)sig;
	getppid_native();
}

/* vsyscall: calls time through the vsyscall page, and getppid from the handler of its SIGSYS. */
static int run_vsyscall(char **args)
{
	(void)args;
	signal(SIGSYS, call_on_sigsys);
	((long (*)(long *))0xffffffffff600400)(NULL);
	return 0;
}

static int wait_stop(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);
}

static pid_t fork_traced(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		getppid_native();
		_exit(0);
	}
	return wait_stop(pid) ? pid : -1;
}

/* sysemu: runs a child under PTRACE_SYSEMU, whose getppid never runs. */
static int run_sysemu(char **args)
{
	pid_t pid = fork_traced();
	struct user_regs_struct regs;

	(void)args;
	if (pid < 0)
		return 1;
	do {
		if (ptrace(PTRACE_SYSEMU, pid, NULL, NULL) || !wait_stop(pid) ||
		    ptrace(PTRACE_GETREGS, pid, NULL, &regs))
			return 1;
	} while (regs.orig_rax != SYS_getppid);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

/* tracer: runs a child under PTRACE_SYSCALL and changes nothing. */
static int run_tracer(char **args)
{
	pid_t pid = fork_traced();
	int status;

	(void)args;
	if (pid < 0)
		return 1;
	while (!ptrace(PTRACE_SYSCALL, pid, NULL, NULL) && waitpid(pid, &status, 0) == pid)
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
	return 1;
}

const struct payload payload_stops[] = {
	{ "trap", 1, run_trap },	 { "thread", 1, run_thread },
	{ "forge", 0, run_forge },	 { "suicide", 0, run_suicide },
	{ "feint", 0, run_feint },	 { "twice", 0, run_twice },
	{ "vsyscall", 0, run_vsyscall }, { "sysemu", 0, run_sysemu },
	{ "tracer", 0, run_tracer },	 { NULL, 0, NULL },
};
