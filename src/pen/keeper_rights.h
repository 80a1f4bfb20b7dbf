/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keeper has, what it may do, and what it does inside the pen. Internal to pen/. */
#ifndef PINFOLD_PEN_KEEPER_RIGHTS_H
#define PINFOLD_PEN_KEEPER_RIGHTS_H

#include <stdint.h>
#include <sys/types.h>

#include "cgroup/cgroup.h"
#include "pen/identity.h"

/* What a keeper works with, all of it obtained before the command runs. */
struct kept_pen {
	int init; /* pidfd of pid 1 */
	struct cgroup *cgroup;
	int user_ns, pid_ns; /* the pen's; -1 if the cgroup can be killed */
	const struct identity *who;
	uint64_t time_ns; /* kill the pen this long after KEEPER_START; 0: never */
	/* The caller's process group, if it must hear what the terminal sends to the command's;
	 * otherwise 0. */
	pid_t caller;
	int end_of_init; /* pid 1's end of its channel, where it kills the pen itself; -1 */
};

/* Drops from the calling process everything that the keeper of PEN does not need. Returns 0 or
 * -errno; on an error it must not go on. */
int keeper_confine(const struct kept_pen *pen);

/* Kills all processes of the pen except its pid 1; returns within a fraction of a second. */
void keeper_kill_inside(const struct kept_pen *pen);

#endif
