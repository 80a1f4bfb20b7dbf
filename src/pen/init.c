// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pid 1 of the pen: sets it up, starts the command, reaps, forwards signals, and ends with the
 * command or with the supervisor. It must never hold a right that the command does not have once
 * the command runs, never trust what a process of the pen sends, and never allocate or print.
 */
#include "pen/init.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "pen/state.h"
#include "pen/steps.h"

enum { FAILED_STATUS = 125, COMMAND_PID = 2, SIGNALS = 64 };

static const uint64_t margin_ns = 1000000000U;

_Noreturn void init_die(void)
{
	syscall(SYS_exit_group, FAILED_STATUS);
	syscall(SYS_exit, FAILED_STATUS);
	for (;;)
		__builtin_trap(); /* SIGILL is at its default: no filter forbids dying of it */
}

/* The kernel's structure: its own call takes 0 for "default" whatever libc wraps around. */
void init_reset_signals(void)
{
	static const unsigned char default_action[64];

	for (int sig = 1; sig <= SIGNALS; sig++)
		syscall(SYS_rt_sigaction, sig, default_action, NULL, SIGNALS / 8);
}

static void block_signals(void)
{
	const uint64_t all = ~0ULL;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all));
}

/* Ends pid 1, and with it the pen, if the other end is closed or says anything else. */
static void expect(const struct setup *setup, unsigned char word)
{
	unsigned char got;
	ssize_t n;

	do
		n = recv(setup->life, &got, 1, 0);
	while (n < 0 && errno == EINTR);
	if (n != 1 || got != word)
		init_die();
}

static void tell(const struct setup *setup, unsigned char word)
{
	/* A supervisor that is stopped does not read: it must not keep pid 1 from reaping. */
	send(setup->life, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* What pid 1 still does once the command runs. Anything else would be somebody else's doing. */
static int filter_itself(void)
{
#define ALLOW(name)                                            \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	static const struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ALLOW(poll),
		ALLOW(restart_syscall),
		ALLOW(read),
		ALLOW(recvfrom),
		ALLOW(sendto),
		ALLOW(wait4),
		ALLOW(kill),
		ALLOW(ioctl),
		ALLOW(exit_group),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
#undef ALLOW
	const struct sock_fprog filter = {
		.len = ARRAY_SIZE(program),
		.filter = (struct sock_filter *)program,
	};

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0 ? -errno : 0;
}

/* Reaps all that have ended; ends pid 1 with the command. */
static void reap(const struct setup *setup)
{
	struct status_page *page = setup->page;
	int status;
	pid_t pid;

	while ((pid = (pid_t)syscall(SYS_wait4, -1, &status, WNOHANG | WUNTRACED | __WALL, NULL)) >
	       0) {
		if (pid != COMMAND_PID)
			continue;
		if (WIFSTOPPED(status)) {
			tell(setup, WSTOPSIG(status) == SIGTTIN || WSTOPSIG(status) == SIGTTOU
					    ? WORD_WANTS_TTY
					    : WORD_STOPPED);
			continue;
		}
		page->wait_status = status;
		__atomic_store_n(&page->is_done, 1, __ATOMIC_RELEASE);
		syscall(SYS_exit_group, 0);
	}
}

/* Passes one signal on; ends pid 1 when the supervisor is gone. */
static void obey(const struct setup *setup)
{
	unsigned char word;
	ssize_t n = recv(setup->life, &word, 1, 0);

	if (n < 0 && errno == EINTR)
		return;
	if (n != 1)
		syscall(SYS_exit_group, FAILED_STATUS);
	if (word >= 1 && word <= SIGNALS)
		kill(COMMAND_PID, word);
	/* There is no such group yet while the command has not left the caller's. */
	if (word > WORD_TO_GROUP && word <= WORD_TO_GROUP + SIGNALS &&
	    kill(-COMMAND_PID, word - WORD_TO_GROUP) < 0)
		kill(COMMAND_PID, word - WORD_TO_GROUP);
	if (word == WORD_RESUME) {
		tty_give(&setup->plan->tty, COMMAND_PID);
		kill(-COMMAND_PID, SIGCONT);
	}
}

/*
 * Opens in *ret_fd a timer for limit time, if it is written. The supervisor ends the pen in time,
 * unless it is stopped, as it stops itself on a terminal for a command that stopped: then the pen
 * must not outlive its time, and ends a second after it should have. Gives 0 or -errno.
 */
static int open_timer(const struct setup *setup, int *ret_fd)
{
	const struct limit_setting *limit = &setup->plan->request->settings->limits[LIMIT_TIME];
	uint64_t ns;
	int fd;

	if (!is_written(&limit->place) || /* or more time than there is */
	    __builtin_add_overflow(limit->value, limit_grace(limit), &ns) ||
	    __builtin_add_overflow(ns, margin_ns, &ns))
		return 0;
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return limit_arm(fd, ns);
}

static _Noreturn void serve(const struct setup *setup, int signals, int timer)
{
	struct pollfd polled[] = {
		{ .fd = setup->life, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = timer, .events = POLLIN },
	};

	for (;;) {
		struct signalfd_siginfo info;

		reap(setup);
		if (syscall(SYS_poll, polled, ARRAY_SIZE(polled), -1) < 0 && errno != EINTR)
			init_die();
		if (polled[2].revents)
			init_die();
		if (polled[1].revents && read(signals, &info, sizeof(info)) < 0 && errno != EINTR)
			init_die();
		if (polled[0].revents)
			obey(setup);
	}
}

/* Forks without libc, whose fork() knows nothing of a process made by clone3. */
static pid_t fork_command(void)
{
	return (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, 0, 0, 0, 0);
}

static void fail(struct setup *setup, int step, int err)
{
	setup->page->step = step;
	setup->page->error = err;
	init_die();
}

_Noreturn void init_run(struct setup *setup)
{
	int signals, timer = -1, err;
	sigset_t child;
	pid_t pid;

	/* Until it can hear its channel, it ends with the thread that made it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	block_signals();
	init_reset_signals();
	prctl(PR_SET_NAME, "pinfold-init");
	expect(setup, WORD_GO);
	if (plan_run(setup, BY_INIT))
		init_die();
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	signals = signalfd(-1, &child, SFD_CLOEXEC);
	if (signals < 0)
		fail(setup, STEP_SIGNALS, errno);
	prctl(PR_SET_PDEATHSIG, 0); /* from here on the channel tells */
	tell(setup, WORD_READY);
	expect(setup, WORD_START);
	setup->page->start_ns = pen_clock();
	pid = fork_command();
	if (pid < 0)
		fail(setup, STEP_FORK, errno);
	if (pid == 0)
		command_run(setup);
	err = open_timer(setup, &timer);
	if (err)
		fail(setup, STEP_TIMER, -err);
	if (capability_drop_kept() < 0 || filter_itself() < 0)
		fail(setup, STEP_INIT_FILTER, errno);
	serve(setup, signals, timer);
}
