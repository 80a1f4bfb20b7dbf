// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls that no filter saw: the program's own user dispatch took them, or they were still with a
 * tracer when the process ended. Each row counts them itself, in memory that it shares with its
 * children, and prints how many there were.
 */
#include "tests/payload/payload.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

/* linux/prctl.h, since Linux 5.11 */
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
enum { DISPATCH_ON = 1, SELECT_ALLOW = 0, SELECT_BLOCK = 1, SELECT_NOTHING = 7 };
enum { CODE_USER_DISPATCH = 2 };

static volatile unsigned char selector;
static volatile sig_atomic_t n_dispatched;
static volatile int dispatched_nr;

/* Continues after the call, which returns what the handler says. */
static void on_dispatch(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	selector = SELECT_ALLOW;
	if (info->si_code == CODE_USER_DISPATCH)
		n_dispatched++;
	dispatched_nr = info->si_syscall;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = 42;
}

static int begin_dispatch(volatile unsigned char *by)
{
	struct sigaction action = { .sa_sigaction = on_dispatch, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
	return prctl(PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_ON, 0, 0, by);
}

/* dispatch ABI TIMES: TIMES calls that user dispatch takes, and as many that it lets pass. */
static int run_dispatch(char **args)
{
	caller call = find_abi(args[0]);
	long times = atol(args[1]);

	if (begin_dispatch(&selector))
		return 1;
	for (long i = 0; i < times; i++) {
		selector = SELECT_BLOCK;
		if (call() != 42)
			return 1;
		call();
	}
	printf("%d\n", (int)n_dispatched);
	return 0;
}

/* Where calls continue after the handler below: a valid stack. */
static unsigned long good_stack;
static long chroot_result;

static void call_on_other_stack(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	chroot_result = syscall(SYS_chroot, "/") ? -errno : 0;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RSP] = (long long)good_stack;
}

static void on_signal(int sig)
{
	(void)sig;
}

/* Sends itself SIG while its stack is invalid: the kernel cannot write the handler's frame, and
 * sends SIGSEGV, as it does for a selector that cannot be read. */
static void signal_without_stack(int sig)
{
	long ret = SYS_kill;

	__asm__ volatile("mov %%rsp, %[stack]\n"
			 "mov $64, %%rsp\n"
			 "syscall\n"
			 "mov %[stack], %%rsp"
			 : "+a"(ret), [stack] "+m"(good_stack)
			 : "D"((long)getpid()), "S"((long)sig)
			 : "rcx", "r11", "memory");
}

/* allowing-selector TIMES: user dispatch is on, and takes nothing; TIMES calls of chroot are made
 * in a handler of SIGSEGV. Prints the result of the last. */
static int run_allowing_selector(char **args)
{
	static char room[65536];
	const stack_t stack = { .ss_sp = room, .ss_size = sizeof(room) };
	struct sigaction fault = { .sa_sigaction = call_on_other_stack,
				   .sa_flags = SA_SIGINFO | SA_ONSTACK },
			 other = { .sa_handler = on_signal };

	if (sigaltstack(&stack, NULL) || sigaction(SIGSEGV, &fault, NULL) ||
	    sigaction(SIGUSR1, &other, NULL) ||
	    prctl(PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_ON, 0, 0, &selector))
		return 1;
	for (int i = atoi(args[0]); i > 0; i--)
		signal_without_stack(SIGUSR1);
	printf("%ld\n", chroot_result);
	return 0;
}

/* A counter shared with children. */
static volatile int *make_count(void)
{
	return mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* bad-selector KIND TIMES: TIMES children whose selector is invalid, or cannot be read; each of
 * them dies in its call, which no filter sees. */
static int run_bad_selector(char **args)
{
	int is_unreadable = !strcmp(args[0], "unreadable"), n = 0, status;
	volatile unsigned char *by = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile int *survivors = make_count();

	*by = SELECT_ALLOW;
	for (int i = atoi(args[1]); i > 0; i--) {
		pid_t pid = fork();

		if (pid == 0) {
			if (begin_dispatch(by))
				_exit(1);
			if (is_unreadable)
				mprotect((void *)(size_t)by, 4096, PROT_NONE);
			else
				*by = SELECT_NOTHING;
			getppid_native();
			++*survivors;
			_exit(1);
		}
		n += waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
		     WTERMSIG(status) == (is_unreadable ? SIGSEGV : SIGSYS);
	}
	printf("%d %d\n", n, *survivors);
	return n == atoi(args[1]) ? 0 : 1;
}

static int wait_stop(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);
}

/* Returns a child that is stopped at the entry of getppid, or -1; *after counts those that get past
 * it. */
static pid_t stop_at_entry(volatile int *after, int options)
{
	struct user_regs_struct regs = { 0 };
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		getppid_native();
		++*after;
		_exit(0);
	}
	if (!wait_stop(pid) || ptrace(PTRACE_SETOPTIONS, pid, NULL, options))
		return -1;
	do {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) || !wait_stop(pid) ||
		    ptrace(PTRACE_GETREGS, pid, NULL, &regs))
			return -1;
	} while (regs.orig_rax != SYS_getppid);
	return pid;
}

/* entry-kill TIMES: TIMES children are killed in the entry stop of their call; prints how many, and
 * how many got past it. */
static int run_entry_kill(char **args)
{
	volatile int *after = make_count();
	int n = 0;

	for (int i = atoi(args[0]); i > 0; i--) {
		pid_t pid = stop_at_entry(after, 0);

		if (pid < 0)
			return 1;
		kill(pid, SIGKILL);
		n += waitpid(pid, NULL, 0) == pid;
	}
	printf("%d %d\n", n, *after);
	return *after;
}

/* tracer-gone TIMES: TIMES tracers exit, and with them the children that they hold in the entry
 * stop. */
static int run_tracer_gone(char **args)
{
	volatile int *after = make_count();
	int n = 0, status;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = atoi(args[0]); i > 0; i--) {
		pid_t tracer = fork();

		if (tracer == 0)
			_exit(stop_at_entry(after, PTRACE_O_EXITKILL) < 0);
		if (waitpid(tracer, &status, 0) != tracer || status)
			return 1;
		n += waitpid(-1, &status, 0) > 0 && WIFSIGNALED(status);
	}
	printf("%d %d\n", n, *after);
	return *after;
}

/* entry-skip TIMES: a tracer without a filter of its own sets the number of TIMES calls to -1 at
 * their entry. */
static int run_entry_skip(char **args)
{
	volatile int *after = make_count();
	int n = 0;

	for (int i = atoi(args[0]); i > 0; i--) {
		struct user_regs_struct regs;
		pid_t pid = stop_at_entry(after, 0);

		if (pid < 0 || ptrace(PTRACE_GETREGS, pid, NULL, &regs))
			return 1;
		regs.orig_rax = (unsigned long long)-1;
		if (ptrace(PTRACE_SETREGS, pid, NULL, &regs) ||
		    ptrace(PTRACE_CONT, pid, NULL, NULL))
			return 1;
		n += waitpid(pid, NULL, 0) == pid;
	}
	printf("%d %d\n", n, *after);
	return *after == n ? 0 : 1;
}

const struct payload payload_unasked[] = {
	{ "dispatch", 2, run_dispatch },
	{ "bad-selector", 2, run_bad_selector },
	{ "entry-kill", 1, run_entry_kill },
	{ "tracer-gone", 1, run_tracer_gone },
	{ "entry-skip", 1, run_entry_skip },
	{ "allowing-selector", 1, run_allowing_selector },
	{ NULL, 0, NULL },
};
