// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The supervisor while the command runs: one poll loop over the end of pid 1, the caller's signals,
 * the clock, memory, and what the caller watches. It never ticks, and it trusts nothing that comes
 * from the command itself.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "cgroup/cgroup.h"
#include "pen/init.h"
#include "pen/state.h"
#include "pen/stdio.h"
#include "pen/steps.h"
#include "pen/sweep.h"

enum slot {
	SLOT_END,
	SLOT_LIFE,
	SLOT_SIGNALS,
	SLOT_TIMER,
	SLOT_CPU,
	SLOT_MEMORY,
	SLOT_MOUNTS,
	SLOT_KEEPER,
	SLOT_RELAY,
	SLOT_WATCH,
	SLOT_COUNT = SLOT_WATCH + PEN_WATCHES_MAX
};

/* Why the pen was killed from here. */
struct verdict_of_wait {
	bool is_timed_out, is_cpu_timed_out, is_out_of_memory;
	bool is_failed;	   /* as said in the diags */
	int signal;	   /* a signal to the caller; 0: none */
	int unheard;	   /* signal sent on to pid 1 but not acknowledged yet; 0: none, */
	bool is_key;	   /* the kernel sent that one */
	uint64_t heard_by; /* deadline for that */
};

/* <linux/seccomp.h> before 6.6 does not have them. */
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS	   SECCOMP_IOW(4, __u64)
#endif

enum { SIGNALS_A_TURN = 16, NS_A_MS = 1000000 };

static const uint64_t hearing_ns = 1000000000U;

static void pass_on(const struct pen *pen, unsigned char word)
{
	/* A pid 1 that is exiting no longer reads it, and need not. */
	if (send(pen->life, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno == EAGAIN)
		pen_kill(pen);
}

/* Continues the command, on the terminal if we can give it that now. */
static void resume(struct pen *pen)
{
	struct tty *tty = &pen->plan.tty;

	if (!tty_is_ours(tty)) {
		pass_on(pen, WORD_TO_GROUP + SIGCONT);
		return;
	}
	tty->is_foreground = true;
	pass_on(pen, WORD_RESUME);
}

/* If pid 1 does not even acknowledge a signal that kills a command, the command is keeping it from
 * running: then killing the pen is the only way for the signal to have its effect. */
static void expect_to_be_heard(struct verdict_of_wait *verdict, const struct signalfd_siginfo *info)
{
	int sig = (int)info->ssi_signo;

	if (verdict->unheard ||
	    (sig != SIGHUP && sig != SIGINT && sig != SIGQUIT && sig != SIGTERM))
		return;
	verdict->unheard = sig;
	verdict->is_key = info->ssi_code == SI_KERNEL;
	verdict->heard_by = clock_ns() + hearing_ns;
}

static void take_unheard(const struct pen *pen, struct verdict_of_wait *verdict)
{
	if (!verdict->unheard || clock_ns() < verdict->heard_by)
		return;
	verdict->signal = verdict->unheard;
	verdict->unheard = 0;
	pen_kill(pen);
}

/* Handles a signal sent to pid 1 while it was exiting: a key that the command was no longer there
 * to hear is meant for the supervisor. */
static void take_lost(struct pen *pen, struct verdict_of_wait *verdict)
{
	if (verdict->is_key)
		key_note_end(pen, verdict->unheard);
	verdict->unheard = 0;
}

/* A limited number at a time: an endless stream of them must not keep the supervisor from its other
 * work. */
static void take_signals(struct pen *pen, struct verdict_of_wait *verdict)
{
	struct signalfd_siginfo info;

	for (int i = 0; i < SIGNALS_A_TURN; i++) {
		unsigned char sig;

		if (read(pen->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
			return;
		if (key_take(pen, &info))
			continue;
		sig = (unsigned char)info.ssi_signo;
		expect_to_be_heard(verdict, &info);
		if (!pen_is_forwarded(sig)) {
			verdict->signal = sig;
			pen_kill(pen);
		} else if (sig == SIGCONT && pen->plan.tty.is_foreground) {
			resume(pen);
		} else if (sig == SIGCONT || info.ssi_code == SI_KERNEL) {
			pass_on(pen, WORD_TO_GROUP + sig); /* as from the terminal */
		} else {
			pass_on(pen, sig);
		}
	}
}

/* Returns a word from the pen, or 0; a descriptor that comes with it becomes the listener. */
static unsigned char receive(struct pen *pen)
{
	unsigned char word;
	int fd;

	if (fd_receive(pen->life, &word, &fd))
		return 0;
	if (fd >= 0 && word == WORD_LISTENER && pen->listener < 0)
		pen->listener = fd;
	else if (fd >= 0)
		close(fd);
	return word;
}

/* The command was stopped: on a terminal the caller's whole job stops, as if it had been in its
 * process group. Returns whether there was a word. */
static bool take_word(struct pen *pen, struct verdict_of_wait *verdict)
{
	unsigned char word = receive(pen);

	if (word == WORD_HEARD)
		verdict->unheard = 0;
	if (word == WORD_KEY)
		key_pass_on(pen);
	if (word == WORD_ENDED)
		pass_on(pen, WORD_LEAVE);
	if (pen->plan.tty.fd < 0)
		return word;
	if (word == WORD_HOLDS_TTY)
		tty_take_back(&pen->plan.tty);
	if (word == WORD_WANTS_TTY && tty_is_ours(&pen->plan.tty)) {
		resume(pen); /* a pager whose input is a pipe: now it gets the terminal */
		return true;
	}
	if (word != WORD_STOPPED && word != WORD_WANTS_TTY)
		return word;
	kill(0, SIGTSTP);
	/* We were continued; or nobody could have done that, so the kernel did not stop us. */
	resume(pen);
	return true;
}

static void take_time(struct pen *pen, struct verdict_of_wait *verdict)
{
	const struct limit_setting *limit = &pen->plan.request->settings->limits[LIMIT_TIME];
	uint64_t count;

	if (read(pen->timer, &count, sizeof(count)) != (ssize_t)sizeof(count))
		return;
	if (verdict->is_timed_out || limit_arm(pen->timer, limit_grace(limit)) < 0) {
		pen_kill(pen);
		return;
	}
	verdict->is_timed_out = true;
	pass_on(pen, SIGTERM);
	pass_on(pen, SIGCONT); /* a stopped command could not hear it */
}

/* The caller's closed or hung-up descriptors must not make the loop spin. */
static void take_watch(struct pollfd *polled, const struct pen_watch *watch)
{
	if (polled->revents & POLLIN)
		watch->on_readable(watch->data, polled->fd);
	if (polled->revents & (POLLERR | POLLHUP | POLLNVAL))
		polled->fd = -1;
}

/* A call that waits and its answer take turns: told so, Linux 6.6 and later run the two on one CPU,
 * without waking another for each. Older kernels refuse, and the answers arrive all the same. */
static void take_turns(int listener)
{
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

/* The listener has arrived: the watch that waits for it polls it from now on. */
static void watch_listener(const struct pen *pen, const struct pen_watch *watches, size_t n,
			   struct pollfd polled[PEN_WATCHES_MAX])
{
	for (size_t i = 0; i < n; i++)
		if (watches[i].fd == PEN_LISTENER)
			polled[i].fd = pen->listener;
}

/* For poll(2). */
static int get_patience(const struct verdict_of_wait *verdict)
{
	uint64_t now = clock_ns();

	if (!verdict->unheard)
		return -1;
	return now < verdict->heard_by ? (int)((verdict->heard_by - now) / NS_A_MS) + 1 : 0;
}

static void fill_slots(const struct pen *pen, const struct pen_watch *watches, size_t n,
		       struct pollfd polled[SLOT_COUNT])
{
	const struct pollfd slots[SLOT_COUNT] = {
		[SLOT_END] = { .fd = pen->pidfd, .events = POLLIN },
		[SLOT_LIFE] = { .fd = pen->life, .events = POLLIN },
		[SLOT_SIGNALS] = { .fd = pen->signals, .events = POLLIN },
		[SLOT_TIMER] = { .fd = pen->timer, .events = POLLIN },
		[SLOT_CPU] = { .fd = pen->cpu_timer, .events = POLLIN },
		[SLOT_MEMORY] = { .fd = cgroup_oom_fd(pen->cgroup), .events = POLLIN },
		[SLOT_MOUNTS] = { .fd = pen->mounts, .events = POLLPRI },
		[SLOT_KEEPER] = { .fd = pen->keeper.pidfd, .events = POLLIN },
		[SLOT_RELAY] = { .fd = pen->plan.relay.pidfd, .events = POLLIN },
	};

	memcpy(polled, slots, sizeof(slots));
	for (size_t i = 0; i < PEN_WATCHES_MAX; i++)
		polled[SLOT_WATCH + i] = (struct pollfd){ .fd = i < n ? watches[i].fd : -1,
							  .events = POLLIN };
}

/* The keeper and the relay exit after the pen, and only when told to: so somebody killed one, and
 * nobody does its job any more. */
static void take_end_of_helper(const struct pen *pen, struct pollfd polled[SLOT_COUNT],
			       struct verdict_of_wait *verdict, struct diags *diags)
{
	static const struct {
		enum slot slot;
		const char *words;
	} rows[] = {
		{ SLOT_KEEPER, "the process that keeps the pen was killed" },
		{ SLOT_RELAY, RELAY_GONE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!polled[rows[i].slot].revents)
			continue;
		polled[rows[i].slot].fd = -1;
		diags_fail(diags, -ECHILD, "%s", rows[i].words);
		verdict->is_failed = true;
		pen_kill(pen);
	}
}

static void loop(struct pen *pen, const struct pen_watch *watches, size_t n,
		 struct verdict_of_wait *verdict, struct diags *diags)
{
	struct pollfd polled[SLOT_COUNT];
	bool has_listener = false;

	fill_slots(pen, watches, n, polled);
	for (;;) {
		if (poll(polled, SLOT_COUNT, get_patience(verdict)) < 0) {
			if (errno == EINTR)
				continue;
			pen_kill(pen);
			break;
		}
		for (size_t i = 0; i < n; i++)
			if (polled[SLOT_WATCH + i].revents)
				take_watch(&polled[SLOT_WATCH + i], &watches[i]);
		if (polled[SLOT_END].revents)
			break;
		if (polled[SLOT_SIGNALS].revents)
			take_signals(pen, verdict);
		/* A hung-up channel stays readable: pid 1 is exiting, which takes the kernel longer
		 * than most commands run. */
		if (polled[SLOT_LIFE].revents && !take_word(pen, verdict) &&
		    polled[SLOT_LIFE].revents & (POLLHUP | POLLERR)) {
			polled[SLOT_LIFE].fd = -1;
			take_lost(pen, verdict);
			cgroup_kill(pen->cgroup); /* kill whatever may keep it from exiting */
		}
		take_unheard(pen, verdict);
		if (pen->listener >= 0 && !has_listener) {
			take_turns(pen->listener);
			watch_listener(pen, watches, n, polled + SLOT_WATCH);
			has_listener = true;
		}
		if (polled[SLOT_MEMORY].revents) {
			verdict->is_out_of_memory = true;
			polled[SLOT_MEMORY].fd = -1;
			pen_kill(pen);
		}
		if (polled[SLOT_MOUNTS].revents && !cover_look(pen, diags)) {
			verdict->is_failed = true;
			polled[SLOT_MOUNTS].fd = -1;
			pen_kill(pen);
		}
		take_end_of_helper(pen, polled, verdict, diags);
		if (polled[SLOT_TIMER].revents)
			take_time(pen, verdict);
		if (polled[SLOT_CPU].revents && cputime_look(pen)) {
			verdict->is_cpu_timed_out = true;
			polled[SLOT_CPU].fd = -1;
			pen_kill(pen);
		}
	}
}

/* The rlimit that backs limit cputime may strike first if the supervisor was kept from checking. */
static bool is_ended_by_rlimit(const struct pen *pen, int status)
{
	return WIFSIGNALED(status) &&
	       (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL) && cputime_is_over(pen);
}

/* The keeper kills a pen whose supervisor did not, because that was stopped. */
static bool is_ended_by_keeper(const struct pen *pen, const struct pen_result *result)
{
	const struct limit_setting *limit = &pen->plan.request->settings->limits[LIMIT_TIME];

	return is_written(&limit->place) &&
	       !__atomic_load_n(&pen->page->is_done, __ATOMIC_ACQUIRE) &&
	       result->elapsed_ns >= limit->value;
}

static void fill_end(struct pen *pen, const struct verdict_of_wait *verdict,
		     struct pen_result *result, struct diags *diags)
{
	const struct status_page *page = pen->page;
	int status = page->wait_status;

	/* Killed along with pid 1: nobody was left to see how the command itself ended. */
	if (!__atomic_load_n(&page->is_done, __ATOMIC_ACQUIRE))
		status = SIGKILL;
	if (WIFEXITED(status)) {
		result->end = PEN_EXITED;
		result->status = WEXITSTATUS(status);
	} else {
		result->end = PEN_SIGNALED;
		result->signal = WTERMSIG(status);
	}
	if (verdict->is_failed) { /* which may be why pid 1 failed, too */
		result->end = PEN_FAILED;
		result->status = result->signal = 0;
	} else if (page->error) {
		result->end = pen_explain_failure(pen, diags);
		result->status = result->signal = 0;
	} else if (verdict->signal) {
		result->end = PEN_FAILED;
		result->signal = 0;
		key_note_end(pen, verdict->signal);
		if (!pen->death)
			diags_fail(diags, -EINTR, "ended by signal %d (%s)", verdict->signal,
				   strsignal(verdict->signal));
	} else if (verdict->is_out_of_memory ||
		   (cgroup_has_limit(pen->cgroup, LIMIT_MEMORY) && result->resources.oom_kills &&
		    result->resources.oom_kills != UINT64_MAX)) {
		result->end = PEN_OUT_OF_MEMORY;
	} else if (verdict->is_cpu_timed_out || is_ended_by_rlimit(pen, status)) {
		result->end = PEN_CPU_TIMED_OUT;
	} else if (verdict->is_timed_out || is_ended_by_keeper(pen, result)) {
		result->end = PEN_TIMED_OUT;
	} else if (result->end == PEN_SIGNALED) {
		key_note_end(pen, result->signal);
	}
}

/* Whether the command ended on its own, as far as it could tell. */
static bool is_of_command(const struct pen_result *result)
{
	return result->end == PEN_EXITED || result->end == PEN_SIGNALED;
}

void pen_wait(struct pen *pen, const struct pen_watch *watches, size_t n,
	      struct pen_result *ret_result, struct diags *diags)
{
	struct verdict_of_wait verdict = { .signal = (int)pen->early_signal,
					   .is_timed_out = pen->is_late };
	struct pen_result result = { .end = PEN_FAILED };

	if (pen->is_started && !pen->is_reaped)
		loop(pen, watches, n, &verdict, diags);
	if (pen->page->start_ns)
		result.elapsed_ns = clock_ns() - pen->page->start_ns;
	pen_empty(pen);
	key_pass_on(pen);
	take_lost(pen, &verdict);
	for (size_t i = 0; i < n; i++)
		if (watches[i].fd >= 0)
			watches[i].on_readable(watches[i].data, watches[i].fd);
	pen_fill_resources(pen, &result.resources);
	relay_end(&pen->plan.relay);
	relay_get_use(&pen->plan.relay, pen->page->start_ns, &pen->network);
	if (pen->is_started) {
		fill_end(pen, &verdict, &result, diags);
		guard_watch_ask(&pen->guard, &pen->guarded);
	}
	if (stdio_complete(&pen->plan.stdio, pen->signals, result.end == PEN_TIMED_OUT, diags) &&
	    is_of_command(&result)) {
		result.end = PEN_FAILED;
		result.status = result.signal = 0;
	}
	if (sweep_finish(&pen->plan.sweeper))
		sweep_explain(&pen->plan, diags);
	keeper_tell(&pen->keeper, KEEPER_GONE); /* it continues while the reports are written */
	*ret_result = result;
}
