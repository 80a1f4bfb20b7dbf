// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the finished set-up to the command: waits for the set-up, hands over the filter, starts the
 * clocks and sends the word to start. Must never wait for a set-up that hangs longer than the
 * caller wants to, or start anything that is not watched.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "cgroup/cgroup.h"
#include "pen/deadline.h"
#include "pen/init.h"
#include "pen/state.h"
#include "pen/steps.h"

/* A signal kills the pen during its set-up. If the word to start has been sent, the command may
 * have begun, and what it did is reported as usual. */
static int end_early(struct pen *pen, unsigned int signo, struct diags *diags)
{
	pen_empty(pen);
	key_note_end(pen, (int)signo);
	if (!pen->page->start_ns && pen->death)
		return -EINTR; /* whoever pressed the key knows */
	if (!pen->page->start_ns)
		return diags_fail(diags, -EINTR, "ended by signal %u before the start", signo);
	pen->early_signal = signo;
	return 0;
}

/* The set-up took too long. If the deadline was limit time, that counts as its running out. */
static int end_late(struct pen *pen, struct diags *diags)
{
	const struct step *step = &pen->plan.v[pen->page->step];

	pen_empty(pen);
	deadline_explain(pen, step, diags);
	if (!deadline_is_limit(pen))
		return -ETIMEDOUT;
	pen->is_late = true;
	return 0;
}

/* Waits until pid 1 is ready. The set-up may hang on the host's file systems: signals that are
 * meant to kill the program do so then, too. */
static int wait_ready(struct pen *pen, struct diags *diags)
{
	struct pollfd polled[] = {
		{ .fd = pen->life, .events = POLLIN },
		{ .fd = pen->signals, .events = POLLIN },
	};
	const struct limit_setting *memory;
	struct signalfd_siginfo info;
	unsigned char word;
	int err;

	for (;;) {
		int n = poll(polled, ARRAY_SIZE(polled), deadline_left_ms(pen));

		if (n < 0 && errno != EINTR)
			return diags_fail(diags, -errno, "cannot wait for the pen: %s",
					  strerror(errno));
		if (n == 0)
			return end_late(pen, diags);
		if (polled[0].revents)
			break;
		if (polled[1].revents && read(pen->signals, &info, sizeof(info)) > 0 &&
		    !key_take(pen, &info) && info.ssi_signo != SIGCONT)
			return end_early(pen, info.ssi_signo, diags);
	}
	if (recv(pen->life, &word, 1, 0) == 1 && word == WORD_READY)
		return 0;
	pen_empty(pen);
	err = pen_explain(pen, diags);
	if (err)
		return err;
	memory = &pen->plan.request->settings->limits[LIMIT_MEMORY];
	diags_add(diags, DIAG_ERROR, &memory->place,
		  "cannot set up the pen: its first process was killed");
	if (cgroup_has_limit(pen->cgroup, LIMIT_MEMORY))
		diags_hint(diags, "limit memory also counts the set-up: it may be too low");
	return -ECHILD;
}

static void hand_over(const struct pen *pen, const struct pen_program *program)
{
	struct filter_page *page = pen->setup.filter;

	page->program = *program;
	page->program.v = NULL;
	memcpy(page->v, program->v, program->n * sizeof(*program->v));
}

static int start_timer(struct pen *pen)
{
	const struct limit_setting *limit = &pen->plan.request->settings->limits[LIMIT_TIME];

	if (!is_written(&limit->place))
		return 0;
	pen->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (pen->timer < 0)
		return -errno;
	return limit_arm(pen->timer, limit->value ? limit->value : 1);
}

/* A time that runs from the start must be watched before the start. */
static bool is_timed(const struct pen *pen)
{
	const struct limit_setting *limits = pen->plan.request->settings->limits;

	return is_written(&limits[LIMIT_TIME].place) || is_written(&limits[LIMIT_CPUTIME].place);
}

int pen_start(struct pen *pen, const struct pen_program *program, struct diags *diags)
{
	bool is_said = false;
	int err, seen;

	hand_over(pen, program);
	/* If pid 1 finds the word to start when it gets ready, it need not wait for us to wake up.
	 * If it is dead, the code below finds out why. */
	pen->is_let_go = true;
	seen = guard_watch_await(&pen->guard, pen->signals);
	if (!is_timed(pen) && !seen)
		is_said = pen_say(pen, WORD_START) == 0;
	err = wait_ready(pen, diags);
	if (err) {
		pen_empty(pen);
		return err;
	}
	if (pen->early_signal || pen->is_late) {
		pen->is_started = true;
		return 0;
	}
	err = cover_watch(pen, diags);
	if (err) {
		pen_empty(pen);
		return err;
	}
	if (seen == -EINTR) /* by a signal that kills nothing */
		seen = guard_watch_await(&pen->guard, -1);
	if (seen) {
		pen_empty(pen);
		return diags_fail(diags, seen, "cannot look at what is guarded: %s",
				  strerror(-seen));
	}
	err = start_timer(pen);
	if (!err)
		err = cputime_start(pen);
	if (!err && !is_said) {
		keeper_tell(&pen->keeper, KEEPER_START);
		err = pen_say(pen, WORD_START);
	}
	if (err) {
		pen_empty(pen);
		return diags_fail(diags, err, "cannot start the command: %s", strerror(-err));
	}
	pen->is_started = true;
	return 0;
}
