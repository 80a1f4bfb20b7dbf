// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pid 1 of the pen: sets it up, starts the command, reaps, forwards signals, and exits with the
 * command or with the supervisor. Once the command runs, it must never hold a right that the
 * command does not have, except that to signal the pen's processes; it must never trust what a
 * process in the pen sends, and never allocate or print.
 *
 * On a terminal it leads the process group in which the command begins, to hear the keys that
 * interrupt (key.c). Being in that group has no other effect, for example by kill(0, ...): signals
 * are blocked, and those that cannot be blocked do not reach a pid 1 from its own pid namespace.
 */
#include "pen/init.h"

#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "confine/helper.h"
#include "confine/own_filter.h"
#include "confine/rights.h"
#include "pen/handed.h"
#include "pen/plan.h"

enum {
	FAILED_STATUS = 125,
	SIGNALS = 64,
	REAPED_A_TURN = 64,
	SIGNALS_AT_END = 16,
	PATIENCE_MS = 100
};

/* Exits pid 1. That ends its pid namespace; where there is none, kill(-1, ...) reaches what it has
 * forked and what descends from that, no matter who adopted it, because Landlock lets its signals
 * go no further. A fork in progress fails in a dying process, so nothing is missed. */
static _Noreturn void leave(const struct setup *setup, int status)
{
	if (setup->plan->kind == PEN_LANDLOCK) {
		syscall(SYS_kill, -1, SIGKILL);
		while (syscall(SYS_wait4, -1, NULL, __WALL, NULL) > 0 || errno == EINTR)
			;
	}
	syscall(SYS_exit_group, status);
	helper_die();
}

/* Exits pid 1, and with it the pen, if the other end is closed or sends anything else. */
static void expect(const struct setup *setup, unsigned char word)
{
	unsigned char got;
	ssize_t n;

	do
		n = recv(setup->life, &got, 1, 0);
	while (n < 0 && errno == EINTR);
	if (n != 1 || got != word)
		helper_die();
}

static void tell(const struct setup *setup, unsigned char word)
{
	/* A stopped supervisor does not read: that must not keep pid 1 from reaping. */
	send(setup->life, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Allows only what pid 1 still does once the command runs: anything else would be somebody else's
 * doing. */
static int filter_itself(void)
{
	static const int calls[] = {
		SYS_poll, SYS_restart_syscall, SYS_read,    SYS_recvfrom,   SYS_sendto, SYS_wait4,
		SYS_kill, SYS_ioctl,	       SYS_getpgid, SYS_exit_group,
	};

	return own_filter_install(calls, ARRAY_SIZE(calls));
}

/* Takes one pending signal; returns whether there was one. */
static bool hear(const struct setup *setup, int signals, bool is_late)
{
	struct status_page *page = setup->page;
	struct signalfd_siginfo info;

	if (syscall(SYS_read, signals, &info, sizeof(info)) < 0) {
		if (errno != EINTR && errno != EAGAIN)
			leave(setup, FAILED_STATUS);
		return false;
	}
	if (info.ssi_signo != SIGCHLD && info.ssi_code == SI_KERNEL) {
		enum key key = info.ssi_signo == SIGINT ? KEY_INTERRUPT : KEY_QUIT;

		__atomic_fetch_add(&page->keys[key], 1, __ATOMIC_RELEASE);
		page->late[key] += is_late;
		tell(setup, WORD_KEY);
	}
	return true;
}

static void hear_rest(const struct setup *setup, int signals, bool is_late)
{
	for (int i = 0; i < SIGNALS_AT_END && hear(setup, signals, is_late); i++)
		;
}

/* Until the supervisor has taken the terminal for its own group, only pid 1 can hear a key. Do not
 * wait for a stopped supervisor. */
static void return_terminal(const struct setup *setup, int signals)
{
	struct pollfd life = { .fd = setup->life, .events = POLLIN };

	if (tty_is_held(&setup->plan->tty))
		tell(setup, WORD_HOLDS_TTY);
	tell(setup, WORD_ENDED);
	syscall(SYS_poll, &life, 1, PATIENCE_MS);
	hear_rest(setup, signals, true);
}

/* Reports the command's end or stop to the supervisor; exits pid 1 with the command. */
static void take_status(const struct setup *setup, int signals, int status)
{
	struct status_page *page = setup->page;

	if (WIFSTOPPED(status)) {
		if (tty_is_held(&setup->plan->tty))
			tell(setup, WORD_HOLDS_TTY);
		tell(setup, WSTOPSIG(status) == SIGTTIN || WSTOPSIG(status) == SIGTTOU
				    ? WORD_WANTS_TTY
				    : WORD_STOPPED);
		return;
	}
	/* A key that killed the command reached its whole group before the command's end. */
	hear_rest(setup, signals, false);
	if (setup->plan->tty.fd >= 0)
		return_terminal(setup, signals);
	page->wait_status = status;
	__atomic_store_n(&page->is_done, 1, __ATOMIC_RELEASE);
	leave(setup, 0);
}

/* Reaps a limited number of processes at a time: some that exit, or stop, as fast as they are
 * waited for must not keep pid 1 from its other work. Returns whether there may be more. */
static bool reap(const struct setup *setup, int signals)
{
	int status;

	/* Only the command's stops matter; those of others are not even waited for. */
	if (syscall(SYS_wait4, setup->command, &status, WNOHANG | WUNTRACED | __WALL, NULL) > 0)
		take_status(setup, signals, status);
	for (int i = 0; i < REAPED_A_TURN; i++) {
		pid_t pid = (pid_t)syscall(SYS_wait4, -1, &status, WNOHANG | __WALL, NULL);

		if (pid <= 0)
			return false;
		if (pid == setup->command)
			take_status(setup, signals, status);
	}
	return true;
}

/* Signals the command's whole process group; or just the command while it is still in the caller's
 * group, which has no number in this pid namespace. For pid 1's own group, the call would be
 * kill(-1, ...), which is for everybody. */
static void signal_group(const struct setup *setup, int sig)
{
	pid_t group = (pid_t)syscall(SYS_getpgid, setup->command);

	if (group > 1)
		kill(-group, sig);
	else
		kill(group == 1 ? 0 : setup->command, sig);
}

/* Passes one signal on; exits pid 1 if the supervisor is gone. */
static void obey(const struct setup *setup)
{
	unsigned char word;
	ssize_t n = recv(setup->life, &word, 1, 0);

	if (n < 0 && errno == EINTR)
		return;
	if (n != 1)
		leave(setup, FAILED_STATUS);
	if (word >= 1 && word <= SIGNALS)
		kill(setup->command, word);
	if (word > WORD_TO_GROUP && word <= WORD_TO_GROUP + SIGNALS)
		signal_group(setup, word - WORD_TO_GROUP);
	if (word == WORD_RESUME) {
		tty_give(&setup->plan->tty, (pid_t)syscall(SYS_getpgid, setup->command));
		signal_group(setup, SIGCONT);
	}
	tell(setup, WORD_HEARD);
}

static _Noreturn void serve(const struct setup *setup, int signals)
{
	struct pollfd polled[] = {
		{ .fd = setup->life, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	for (;;) {
		bool has_more = reap(setup, signals);

		if (syscall(SYS_poll, polled, ARRAY_SIZE(polled), has_more ? 0 : -1) < 0 &&
		    errno != EINTR)
			leave(setup, FAILED_STATUS);
		if (polled[1].revents)
			hear(setup, signals, false);
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
	helper_die();
}

/* What pid 1, which has an id of its own, needs to pass signals on, in the pen's user namespace,
 * which contains only the command's processes. */
static uint64_t kept_right(const struct setup *setup)
{
	const struct identity *who = &setup->plan->who;

	return who->init_uid != who->uid ? 1ULL << CAP_KILL : 0;
}

_Noreturn void init_run(struct setup *setup)
{
	int signals;
	sigset_t heard;
	pid_t pid;

	/* Until it reads its channel, it dies with the thread that made it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	helper_block_signals();
	prctl(PR_SET_NAME, "pinfold-init");
	if (setup->plan->kind == PEN_LANDLOCK)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	expect(setup, WORD_GO);
	if (plan_run(setup, BY_INIT))
		helper_die();
	sigemptyset(&heard);
	sigaddset(&heard, SIGCHLD);
	if (setup->plan->tty.fd >= 0) {
		sigaddset(&heard, SIGINT);
		sigaddset(&heard, SIGQUIT);
	}
	signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		fail(setup, STEP_SIGNALS, errno);
	prctl(PR_SET_PDEATHSIG, 0); /* from here on the channel does that */
	tell(setup, WORD_READY);
	expect(setup, WORD_START);
	setup->page->start_ns = clock_ns();
	pid = fork_command();
	if (pid < 0)
		fail(setup, STEP_FORK, errno);
	if (pid == 0)
		command_run(setup);
	setup->command = pid;
	handed_let_go(setup->plan);
	if (rights_keep(kept_right(setup)) < 0 || filter_itself() < 0) {
		setup->page->step = STEP_INIT_FILTER;
		setup->page->error = errno;
		leave(setup, FAILED_STATUS);
	}
	serve(setup, signals);
}
