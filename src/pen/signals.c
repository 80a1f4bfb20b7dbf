// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of the caller's signals are blocked while a pen lives, and passed on; and how the command
 * gets its own. */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "pen/state.h"
#include "pen/steps.h"

static const int forwarded_signals[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT
};

/* By default they kill a process: so they kill the pen, as real-time ones do. */
static const int ending_signals[] = {
	SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO, SIGPWR, SIGSTKFLT
};

bool pen_is_forwarded(int sig)
{
	for (size_t i = 0; i < ARRAY_SIZE(forwarded_signals); i++)
		if (forwarded_signals[i] == sig)
			return true;
	return false;
}

/* What the caller ignores (nohup) stays ignored. */
static void hold_signal(struct pen *pen, int sig)
{
	struct sigaction action;

	if (sigaction(sig, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
		sigaddset(&pen->held, sig);
}

int pen_hold_signals(struct pen *pen)
{
	sigemptyset(&pen->held);
	for (size_t i = 0; i < ARRAY_SIZE(forwarded_signals); i++)
		hold_signal(pen, forwarded_signals[i]);
	for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++)
		hold_signal(pen, ending_signals[i]);
	for (int sig = SIGRTMIN; sig <= SIGRTMAX; sig++)
		hold_signal(pen, sig);
	if (sigprocmask(SIG_BLOCK, &pen->held, &pen->old_mask) < 0)
		return -errno;
	pen->has_mask = true;
	return 0;
}

/* Should: give the command default handling for every signal, and the caller's umask. */
static int take_command_signals(struct setup *setup, const struct step *step)
{
	sigset_t none;

	(void)step;
	umask(setup->umask);
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

const struct step_kind command_step_signals = { .run = take_command_signals };
