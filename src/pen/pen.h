/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pen: one command in its own namespaces, root, cgroup and filter, from set-up to the end of
 * its last process. The policy's settings say what holds inside.
 *
 * Life cycle: pen_create() clones pid 1 of the pen, which sets everything up and waits before it
 * starts the command; the caller compiles and attaches meanwhile; pen_start() lets the command go;
 * pen_wait() returns when the pen is empty; pen_destroy() leaves nothing behind, whichever of these
 * was reached.
 */
#ifndef PINFOLD_PEN_PEN_H
#define PINFOLD_PEN_PEN_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/diag.h"
#include "confine/clerk.h"
#include "policy/settings.h"
#include "record/enforced.h"
#include "record/guard_change.h"
#include "record/network_use.h"

struct pen; /* opaque */

/* How many calls of the launch pass the command's filter by a cookie: execveat, which starts the
 * command, and, if the filter has a listener, sendmsg, which hands that over. */
enum { PEN_LAUNCH_CALLS = 2 };

/* The command's filter. */
struct pen_program {
	const struct sock_filter *v;
	size_t n; /* instructions, at most BPF_MAXINSNS */
	struct {
		size_t lo, hi; /* instructions whose k takes half of the cookie; both 0: none */
	} cookies[PEN_LAUNCH_CALLS];
};

struct pen_request {
	const struct settings *settings;
	char *const *argv; /* the command, NULL at the end */
	/* Absolute paths, without links, of files that the command must not change even in writable
	 * directories: the policy, the reports; NULL at the end. NULL: none. */
	char *const *files;
	size_t filter_len; /* instructions, for the plan; 0: not known yet */
	/* For a filter with a listener, which pen_wait() watches: the flags of seccomp(2) that
	 * create it; otherwise 0. */
	unsigned int listener_flags;
	/* Called in a separate thread if something opened for the pen does not answer in time, and
	 * nothing has been made yet: must print DIAGS and exit the program. IS_LIMIT: the time is
	 * that of limit time. NULL: wait for it. */
	void (*on_late)(struct diags *diags, bool is_limit);
};

enum pen_end {
	PEN_EXITED,	    /* the command exited: status */
	PEN_SIGNALED,	    /* the command died of a signal: signal */
	PEN_TIMED_OUT,	    /* limit time ran out */
	PEN_CPU_TIMED_OUT,  /* limit cputime ran out */
	PEN_OUT_OF_MEMORY,  /* limit memory killed the pen */
	PEN_NOT_FOUND,	    /* nothing ran: no such command (error in diags) */
	PEN_NOT_EXECUTABLE, /* nothing ran: exec refused the command (error in diags) */
	PEN_FAILED,	    /* nothing ran, or the pen could not go on safely (error in diags) */
};

struct pen_result {
	enum pen_end end;
	int status; /* PEN_EXITED: 0 to 255 */
	int signal; /* PEN_SIGNALED; with PEN_TIMED_OUT, the one that killed the command or 0 */
	uint64_t elapsed_ns; /* from pen_start() to the end */
	struct resources resources;
};

/* What a pen uses at one moment. UINT64_MAX: not counted. */
struct pen_state {
	uint64_t cpu_ns, memory; /* so far; bytes */
	uint64_t processes;	 /* besides pid 1; only if requested */
};

enum { PEN_LISTENER = -2, PEN_WATCHES_MAX = 4 };

/* An extra descriptor for pen_wait()'s poll loop. */
struct pen_watch {
	int fd; /* PEN_LISTENER: the filter's listener, once it exists; -1: none */
	void (*on_readable)(void *data, int fd);
	void *data;
};

/*
 * Stores in *ret_can whether the command of a pen with SETTINGS could write to the open FILE, which
 * is not in the pen, or change its mode, if it ever reached it. Returns 0, or -errno with an error
 * in DIAGS.
 */
int pen_can_change(const struct settings *settings, int file, bool *ret_can, struct diags *diags);

/* Returns whether no /proc can be mounted in a pen here, although namespaces can be made: then its
 * policy must be read for POLICY_IN_BARE_PEN. */
bool pen_lacks_proc(void);

/*
 * Clones pid 1 of the pen, which starts the set-up. Returns 0 with *ret_pen, or -errno with an
 * error in DIAGS; then nothing ran and nothing is left. REQUEST's parts must outlive the pen. From
 * here to pen_destroy() the signals that kill a program are blocked, so that none leaves a pen
 * behind.
 */
int pen_create(const struct pen_request *request, struct pen **ret_pen, struct diags *diags);

/* Return the pidfd, owned by the pen, and the pid (as seen by the caller) of pid 1 of the pen. The
 * command will be its first and only child. */
int pen_init_pidfd(const struct pen *pen);
pid_t pen_init_pid(const struct pen *pen);

/* Returns when the command was started, by CLOCK_MONOTONIC in nanoseconds; 0: not yet, which may be
 * so for a moment after pen_start(). */
uint64_t pen_start_ns(const struct pen *pen);

/*
 * Waits for the end of the set-up, then lets the pen start the command under PROGRAM, which must
 * allow the calls of the launch and have been proved by the caller. Returns 0, or -errno with an
 * error in DIAGS: then the pen is killed, and the command never ran.
 */
int pen_start(struct pen *pen, const struct pen_program *program, struct diags *diags);

/*
 * Waits until the pen is empty, forwarding the caller's signals and killing the pen when its time
 * is up. Calls the function of each of the N WATCHES (PEN_WATCHES_MAX at most) when its descriptor
 * is readable and, except for the listener's, once at the end. Always fills *ret_result.
 */
void pen_wait(struct pen *pen, const struct pen_watch *watches, size_t n,
	      struct pen_result *ret_result, struct diags *diags);

/* Returns the signal by which a key on the terminal killed the command, or its set-up; 0: none
 * did. */
int pen_get_death(const struct pen *pen);

/* Returns what the pen uses now, from its cgroup, for repeated calls. */
struct pen_state pen_read_state(const struct pen *pen, bool wants_processes);

/* Returns the changes to guarded files that pen_wait() found; owned by the pen. */
const struct guard_changes *pen_get_guarded(const struct pen *pen);

/* Returns what the run did with the network by name; valid after pen_wait(), until pen_destroy().
 */
const struct network_use *pen_get_network(const struct pen *pen);

/* Returns why the working directory is not shown in the pen that was made, owned by it; NULL: it
 * is, or that does not matter. */
const char *pen_get_directory_note(const struct pen *pen);

/* Returns what a pen lacks of one with namespaces and a /proc of its own, on one line, freed by the
 * caller; NULL: nothing. */
char *pen_describe_missing(const struct pen *pen);

/* Fills in what was in force, in strings that live as long as the pen. Call it after pen_wait():
 * only then is it known where the command started. */
void pen_get_enforced(const struct pen *pen, struct enforced *ret_enforced);

/* Leaves to CLERK, not started yet, what pen_destroy() can only do with rights that the caller is
 * about to drop. */
void pen_leave_to(struct pen *pen, struct clerk *clerk);

/* Kills what is still running, removes the cgroup, frees; NULL is allowed. If anything was left to
 * a clerk, that must still be running. */
void pen_destroy(struct pen *pen);

/* Prints the numbered steps that REQUEST would take, as text; starts nothing. Returns 0 or -errno
 * with an error in DIAGS. */
int pen_print_plan(const struct pen_request *request, FILE *to, struct diags *diags);

#endif
