/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes and removes files after a command has run. By then the supervisor has read what a hostile
 * program made, and has no rights any more; nor does its filter let it open a file for writing,
 * rename one or remove one. So the work is laid down beforehand, as tasks, for a separate process:
 * the clerk, which keeps the rights, receives the number of a task and answers with its result. A
 * supervisor that was taken over decides what the announced files contain, and nothing else.
 */
#ifndef PINFOLD_CONFINE_CLERK_H
#define PINFOLD_CONFINE_CLERK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "confine/fence.h"

enum { CLERK_FDS_MAX = 3 };

/* One thing to do. A negative descriptor is none. */
struct clerk_task {
	int (*run)(const void *data); /* returns 0 or -errno; does not allocate */
	const void *data;	      /* must outlive the clerk and not change */
	struct fence_gate gates[2];   /* what it does with files, and where */
	int fds[CLERK_FDS_MAX];	      /* descriptors that it works with */
	uint64_t rights;	      /* capabilities that it may need, as bits 1 << CAP_* */
	bool is_spare; /* another process does it first: not a reason to start the clerk */
};

struct clerk_tasks {
	struct clerk_task *v;
	size_t n, cap;
};

struct clerk {
	struct clerk_tasks tasks;
	int channel, pidfd; /* -1: the clerk was not started */
};

#define CLERK_NONE ((struct clerk){ .channel = -1, .pidfd = -1 })

/* Adds TASK; call it before clerk_start(). Returns its number. */
uint32_t clerk_add(struct clerk *clerk, const struct clerk_task *task);

/* Starts the process if any task is not spare. Returns 0 or -errno. */
int clerk_start(struct clerk *clerk);

/* Runs the task of that number in the clerk's process, or here if that was not started. Returns
 * what the task returns, or -EPIPE if the process is gone. */
int clerk_do(const struct clerk *clerk, uint32_t task);

/* Waits for the process to exit and frees the tasks. */
void clerk_finish(struct clerk *clerk);

#endif
