/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One tracer for all runs on the machine.
 *
 * An attached program slows every call of every task, so many runs should attach it only once. A
 * run that finds another run's tracer takes its descriptors (pidfd_getfd(2)), which only root may
 * do, holds them as well, and gets its own number there. Links vanish with their last holder:
 * nothing is ever left attached, however a run ends.
 *
 * A file that belongs to root says which runs there are, by locks that the kernel drops when their
 * process exits. If any of this fails, a run loads its own tracer.
 */
#ifndef PINFOLD_EBPF_SHARE_H
#define PINFOLD_EBPF_SHARE_H

#include "confine/clerk.h"
#include "ebpf/ebpf.h"

/* Where the directory of the file is, and its name. */
#define SHARE_PARENT "/run"
#define SHARE_NAME   "pinfold"

struct share; /* opaque */

enum share_found {
	SHARE_JOINED, /* another run's tracer */
	SHARE_ALONE,  /* there is none: load one and publish it */
	SHARE_BUSY,   /* another run is about to publish its own */
};

/* Opens the file, creating it if necessary. Returns NULL if nothing can be shared; otherwise
 * share_close() must be called. */
struct share *share_open(void);

/* Looks for a tracer; if one is found, *ret_ebpf is ours, attached already, with the maps of a run
 * of our own. WAITS: wait for a run that is about to publish one, as long as loading takes. */
enum share_found share_find(struct share *share, bool waits, struct ebpf **ret_ebpf);

/* Lets others find our tracer, which is attached. */
void share_publish(struct share *share, const struct ebpf *ebpf);

/* Stops others from finding it through us: call this before closing it. */
void share_retire(struct share *share);

/* Has CLERK, not started yet, remove the file if this run is the last. */
void share_leave_to(struct share *share, struct clerk *clerk);

/* Releases the number of the run, which is reused once no task of the run is left; NULL is
 * allowed. */
void share_close(struct share *share);

#endif
