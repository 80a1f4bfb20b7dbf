/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One tracer for all runs of the machine; inside this room only.
 *
 * What is attached costs every call of every task, so that many runs should attach it once. A run
 * that finds the tracer of another one takes its descriptors (pidfd_getfd(2)), which root alone
 * may, holds them as well, and takes a number of its own there. Links vanish with their last
 * holder: nothing is ever left attached, however a run ends.
 *
 * Who is there says a file of root's, by locks that the kernel drops with their process. Whatever
 * fails of this, a run loads a tracer of its own.
 */
#ifndef PINFOLD_EBPF_SHARE_H
#define PINFOLD_EBPF_SHARE_H

#include "confine/clerk.h"
#include "ebpf/ebpf.h"

/* Where the folder of the file is, and its name. */
#define SHARE_PARENT "/run"
#define SHARE_NAME   "pinfold"

struct share; /* opaque */

enum share_found {
	SHARE_JOINED, /* another run's tracer */
	SHARE_ALONE,  /* there is none: it is for us to load one, and to publish it */
	SHARE_BUSY,   /* another run is about to publish its own */
};

/* Opens the file, which is made if it is not there. Returns NULL where nothing can be shared. */
struct share *share_open(void);

/* Looks for a tracer; if one is found, *ret_ebpf is ours, attached already, with maps of a run of
 * our own. WAITS: for who is about to publish one, as long as loading takes. */
enum share_found share_find(struct share *share, bool waits, struct ebpf **ret_ebpf);

/* Lets others find our tracer, which is attached. */
void share_publish(struct share *share, const struct ebpf *ebpf);

/* Lets nobody find it any more by us: we are about to close it. */
void share_retire(struct share *share);

/* Has CLERK, which has not started, remove what the last run leaves. */
void share_leave_to(struct share *share, struct clerk *clerk);

/* Returns the number of the run back, which is used again when no task of the run is left; NULL is
 * allowed. */
void share_close(struct share *share);

#endif
