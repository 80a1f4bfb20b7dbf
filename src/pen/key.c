// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The terminal's keys that interrupt (SIGINT) and quit (SIGQUIT). The kernel sends their signals to
 * the foreground process group. Without a pen that is the group of the calling script, and both the
 * script and the command receive them; a command in a pen has a group to itself, which alone is in
 * the foreground. So pid 1 leads that group and receives them, too, and the caller's group is sent
 * what it would have received. Keys for a shell in the pen that makes its own group, for job
 * control, are not passed on, just as a script would not receive them. And because shells go on
 * after a command that exited, even with 130, pinfold itself dies of the signal if its command did.
 *
 * Must never mistake a signal that the command sent itself for a key: the command could stop its
 * caller's script. Only the kernel can send SI_KERNEL to another process.
 *
 * No other process could lead that group, or listen in it from outside: a group's number is in use
 * as long as a process is in it, and a pid namespace does not go away before all its numbers except
 * pid 1's are free (zap_pid_ns_processes()).
 */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "pen/state.h"
#include "pen/steps.h"

enum { SIGNALS_AT_END = 64 };

static const struct {
	int sig;
	enum keeper_word word;
} keys[KEYS] = {
	[KEY_INTERRUPT] = { SIGINT, KEEPER_INTERRUPT },
	[KEY_QUIT] = { SIGQUIT, KEEPER_QUIT },
};

/* Should: leave the caller's process group for one in which the command will begin. */
static int take_key_group(struct setup *setup, const struct step *step)
{
	(void)setup;
	(void)step;
	return setpgid(0, 0) < 0 ? -errno : 0;
}

const struct step_kind key_step_group = { .run = take_key_group };

pid_t key_find_caller(const struct pen *pen)
{
	pid_t group = getpgrp();

	/* 0: the group is outside the pid namespace; 1: kill(-1, ...) would be for everybody. */
	return pen->plan.tty.fd >= 0 && group > 1 ? group : 0;
}

bool key_take(struct pen *pen, const struct signalfd_siginfo *info)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if ((int)info->ssi_signo != keys[i].sig)
			continue;
		pen->has_come[i] |= info->ssi_code == SI_KERNEL;
		return info->ssi_code == SI_USER && ((pid_t)info->ssi_pid == pen->keeper.pid ||
						     (pid_t)info->ssi_pid == getpid());
	}
	return false;
}

void key_pass_on(struct pen *pen)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		unsigned int heard = __atomic_load_n(&pen->page->keys[i], __ATOMIC_ACQUIRE);

		if (heard == pen->passed[i])
			continue;
		pen->passed[i] = heard;
		pen->has_come[i] = true;
		if (pen->page->late[i])
			pen->death = keys[i].sig;
		if (pen->kept.caller)
			keeper_tell(&pen->keeper, keys[i].word);
		else
			kill(0, keys[i].sig);
	}
}

void key_note_end(struct pen *pen, int sig)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].sig == sig && pen->has_come[i])
			pen->death = sig;
}

/* Whether the signal was forwarded by a caller that heard the same key, as timeout(1) does, and so
 * comes too late for the command. */
static bool is_sent_on(const struct pen *pen, const struct signalfd_siginfo *info)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if ((int)info->ssi_signo == keys[i].sig)
			return pen->has_come[i] && info->ssi_code == SI_USER;
	return false;
}

void key_forget(struct pen *pen)
{
	struct signalfd_siginfo info;
	sigset_t others;

	if (pen->signals < 0)
		return;
	sigemptyset(&others);
	for (int i = 0; i < SIGNALS_AT_END; i++) {
		if (read(pen->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
			break;
		if (!key_take(pen, &info) && !is_sent_on(pen, &info))
			sigaddset(&others, (int)info.ssi_signo);
	}
	if (sigismember(&others, SIGQUIT))
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* die of it without a core */
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		if (sigismember(&others, sig))
			kill(getpid(), sig);
}
