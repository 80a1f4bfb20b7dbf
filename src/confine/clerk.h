/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is written and removed once a command has run. The supervisor has read by then what a
 * hostile program made, and has no rights any more; nor does its filter let it open a file for
 * writing, rename or remove one. So what is to be done is laid down before, as tasks, and a process
 * of its own does them: the clerk, which keeps the rights, is given the number of a task and
 * answers with how that went. A supervisor that was taken over chooses what the files announced
 * contain, and nothing else.
 */
#ifndef PINFOLD_CONFINE_CLERK_H
#define PINFOLD_CONFINE_CLERK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "confine/fence.h"

enum { CLERK_FDS_MAX = 3 };

/* One thing to do. Descriptors below 0 are none. */
struct clerk_task {
	int (*run)(const void *data); /* returns 0 or -errno; does not allocate */
	const void *data;	      /* lives as long as the clerk, and does not change */
	struct fence_gate gates[2];   /* what it does with files, and where */
	int fds[CLERK_FDS_MAX];	      /* that it works with */
	uint64_t rights;	      /* capabilities that it may need, 1 << CAP_* */
	bool is_spare;		      /* another process does it first: alone no reason to start */
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

/* Adds TASK, before the start. Returns its number. */
uint32_t clerk_add(struct clerk *clerk, const struct clerk_task *task);

/* Starts the process, if there is a task that is not spare. Returns 0 or -errno. */
int clerk_start(struct clerk *clerk);

/* Has the task of that number done: by the process, or here where it was not started. Returns what
 * the task does, or -EPIPE where the process is gone. */
int clerk_do(const struct clerk *clerk, uint32_t task);

/* Waits for the process to end and frees the tasks. */
void clerk_finish(struct clerk *clerk);

#endif
