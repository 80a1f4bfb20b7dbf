/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pen, as made by launch.c and watched by wait.c. Internal to pen/. */
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
	pid_t pid; /* of pid 1; 0: none was created */
	int pidfd;
	int life;	 /* our end of the channel; closing it kills the pen */
	int end_of_init; /* the other end, to close the channel with, where there are no
			  * namespaces; -1 */
	int signals;	 /* signalfd */
	int timer, cpu_timer;
	uint64_t cpus; /* the most that can run it at once; with cpu_timer */
	int mounts;    /* mountinfo of pid 1, while some mounts must stay; -1: none */
	int listener;  /* the command's filter's, once pid 2 has sent it; -1: none */
	struct net_user net;
	struct guard_watch guard;
	struct guard_changes guarded;
	struct network_use network;
	struct kept_pen kept;
	struct keeper keeper;
	sigset_t held, old_mask;
	bool has_mask, is_let_go, is_started, is_reaped;
	uint64_t setup_ns, setup_by; /* the set-up may take this long, until then */
	bool is_late;		     /* it took as long as limit time */
	const struct pen_request *request;
	bool is_watched; /* by a thread, while paths that the caller named are opened: */
	pthread_t beside;
	sem_t is_opened;
	unsigned int early_signal; /* that killed it when the command may have begun; 0: none */
	unsigned int passed[KEYS]; /* of status_page.keys */
	bool has_come[KEYS];
	int death; /* signal of a key that killed the command, or its set-up; 0: none did */
	struct rusage usage;
};

/* Kills everything in the pen, whatever it is doing; the pen is empty once pid 1 has exited. */
void pen_kill(const struct pen *pen);

/* Sends WORD to pid 1. Returns 0 or -errno. */
int pen_say(const struct pen *pen, unsigned char word);

/* Kills pid 1, if it is alive, and reaps it: then the pen is empty. */
void pen_empty(struct pen *pen);

/* Adds the failure in the status page to DIAGS and returns its -errno; 0 if there is none. */
int pen_explain(const struct pen *pen, struct diags *diags);

/* As pen_explain(), when there is a failure; returns what kind of end that is. */
enum pen_end pen_explain_failure(const struct pen *pen, struct diags *diags);

/* usage.c: fills in what the run has used; UINT64_MAX: not known. */
void pen_fill_resources(const struct pen *pen, struct resources *ret);

/* cputime.c: starts to watch limit cputime, if the policy states it. Returns 0 or -errno. */
int cputime_start(struct pen *pen);

/* When pen->cpu_timer is readable: returns whether the CPU time has run out; if not, sets the timer
 * again. */
bool cputime_look(struct pen *pen);

/* Returns whether the policy states limit cputime and it is used up. */
bool cputime_is_over(const struct pen *pen);

/* cover.c: if some mount must stay, opens the pen's mountinfo and checks it. Returns 0, or -errno
 * with an error in DIAGS. */
int cover_watch(struct pen *pen, struct diags *diags);

/* When pen->mounts has changed: returns whether all mounts that must stay are there; if not, adds
 * an error to DIAGS. */
bool cover_look(struct pen *pen, struct diags *diags);

/* Adds the error ERR of fork_clone() to DIAGS and returns it. */
int pen_explain_clone(int err, struct diags *diags);

/* Blocks signals, before the first thing is made, so that none can leave it behind. Returns 0 or
 * -errno. */
int pen_hold_signals(struct pen *pen);

/* Returns whether the caller's signal SIG is passed on; any other blocked signal kills the pen. */
bool pen_is_forwarded(int sig);

/* key.c: returns the caller's process group, if the command is on its terminal and kill(2) can name
 * it; otherwise 0. */
pid_t key_find_caller(const struct pen *pen);

/* Examines a signal to the supervisor. Returns whether the keeper sent it, for a key that the
 * command has heard already. */
bool key_take(struct pen *pen, const struct signalfd_siginfo *info);

/* Sends the caller's process group the signals that pid 1 has received from the terminal since the
 * last time. */
void key_pass_on(struct pen *pen);

/* Notes that SIG killed the command, or its set-up, if that came from a key. */
void key_note_end(struct pen *pen, int sig);

/* When the keeper has exited: keeps what it sent from still reaching the supervisor. */
void key_forget(struct pen *pen);

#endif
