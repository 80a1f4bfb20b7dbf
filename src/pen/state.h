/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pen as launch.c makes and wait.c watches it. Internal to pen/. */
#ifndef PINFOLD_PEN_STATE_H
#define PINFOLD_PEN_STATE_H

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

#include "pen/guard.h"
#include "pen/keeper.h"
#include "pen/net_user.h"
#include "pen/step.h"

struct pen {
	struct plan plan;
	struct setup setup;
	struct cgroup *cgroup;
	struct status_page *page;
	pid_t pid; /* of pid 1; 0: none was made */
	int pidfd;
	int life;    /* our end of the channel; closing it ends the pen */
	int signals; /* signalfd */
	int timer, cpu_timer;
	uint64_t cpus; /* that can work for it at once, at most; with cpu_timer */
	int mounts;    /* of pid 1, while some must stay; -1: none */
	int listener;  /* of the command's filter, once pid 2 has sent it; -1: none */
	struct net_user net;
	struct guard_watch guard;
	struct guard_changes guarded;
	struct kept_pen kept;
	struct keeper keeper;
	sigset_t held, old_mask;
	bool has_mask, is_started, is_reaped;
	uint64_t setup_ns, setup_by; /* how long the set-up may take, and by clock_ns() */
	bool is_late;		     /* it took limit time */
	const struct pen_request *request;
	bool is_watched; /* while what is named by the caller is opened, by a thread: */
	pthread_t beside;
	sem_t is_opened;
	unsigned int early_signal; /* that ended it when the command may have begun; 0: none */
	unsigned int passed[KEYS]; /* of status_page.keys */
	bool has_come[KEYS];
	int death; /* signal of a key that the command, or its set-up, ended by; 0: none did */
	struct rusage usage;
};

/* Ends all that is in the pen, whatever it does; it is empty when pid 1 has ended. */
void pen_kill(const struct pen *pen);

/* Says WORD to pid 1. Returns 0 or -errno. */
int pen_say(const struct pen *pen, unsigned char word);

/* Kills pid 1, if it lives, and reaps it: then the pen is empty. */
void pen_empty(struct pen *pen);

/* Words the failure in the status page into DIAGS and gives its -errno; 0 if there is none. */
int pen_explain(const struct pen *pen, struct diags *diags);

/* As pen_explain(), where there is one; returns what kind of end that is. */
enum pen_end pen_explain_failure(const struct pen *pen, struct diags *diags);

/* usage.c: fills what the run has used; UINT64_MAX: not known. */
void pen_fill_resources(const struct pen *pen, struct resources *ret);

/* cputime.c: starts to watch limit cputime, if it is written. Returns 0 or -errno. */
int cputime_start(struct pen *pen);

/* When pen->cpu_timer is readable: gives whether the CPU time has run out, else looks again later.
 */
bool cputime_look(struct pen *pen);

/* Returns whether limit cputime is written and used up. */
bool cputime_is_over(const struct pen *pen);

/* Returns 0, or -ENOSYS with an error in DIAGS where clone3 is missing: asked before other calls
 * are tried, each of which a filter around pinfold might report. */
int pen_check_clone(struct diags *diags);

/* cover.c: opens the pen's mounts, if one must stay, and looks at them. Returns 0, or -errno with
 * an error in DIAGS. */
int cover_watch(struct pen *pen, struct diags *diags);

/* When pen->mounts has changed: returns whether all that must stay are there, else with an error in
 * DIAGS. */
bool cover_look(struct pen *pen, struct diags *diags);

/* Words the error ERR of clone3 into DIAGS and returns it. */
int pen_explain_clone(int err, struct diags *diags);

/* Holds signals back, from before the first thing is made, so that none can leave it behind.
 * Returns 0 or -errno. */
int pen_hold_signals(struct pen *pen);

/* Returns whether the caller's signal SIG is passed on; another one that is held ends the pen. */
bool pen_is_forwarded(int sig);

/* key.c: returns the caller's process group, if the command is on its terminal and kill(2) can name
 * it; else 0. */
pid_t key_find_caller(const struct pen *pen);

/* Looks at a signal that has come for the supervisor. Returns whether it is one that the
 * keeper sent, for a key that the command has heard already. */
bool key_take(struct pen *pen, const struct signalfd_siginfo *info);

/* Sends the caller's process group what pid 1 has heard of the terminal since the last time. */
void key_pass_on(struct pen *pen);

/* Notes that the command, or its set-up, ended by SIG, if that came from a key. */
void key_note_end(struct pen *pen, int sig);

/* When the keeper has ended: lets what it sent not reach the supervisor any more. */
void key_forget(struct pen *pen);

#endif
