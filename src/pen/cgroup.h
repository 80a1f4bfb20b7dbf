/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pen's own cgroup: limits, what was used, the end. Internal to pen/. */
#ifndef PINFOLD_PEN_CGROUP_H
#define PINFOLD_PEN_CGROUP_H

#include <stdbool.h>

#include "base/diag.h"
#include "pen/pen.h"
#include "policy/settings.h"

enum { CGROUP_DEFAULT_PIDS = 512 };

struct cgroup; /* opaque */

/*
 * Makes a cgroup below the caller's own (as root with v2: below a top-level "pinfold") with the
 * limits that are not of the clock alone, and removes what killed runs left. A limit that is
 * written and cannot be had is an error; a default that cannot be had is told in *ret_note (freed
 * by the caller, else untouched), and *ret_cgroup may be NULL then. Gives 0, or -errno with an
 * error in DIAGS.
 */
int cgroup_create(const struct limit_setting limits[LIMIT_COUNT], struct cgroup **ret_cgroup,
		  char **ret_note, struct diags *diags);

/* Gives the version, 1 or 2, and a path for the report, which the cgroup owns. */
int cgroup_version(const struct cgroup *cgroup);
const char *cgroup_path(const struct cgroup *cgroup);

/* Gives whether the cgroup holds the limit; LIMIT_CPUTIME: whether it counts for it. */
bool cgroup_has_limit(const struct cgroup *cgroup, enum limit_kind kind);

/* Gives whether the CPU time of the whole pen is counted, and what it is by now. */
bool cgroup_cpu_ns(const struct cgroup *cgroup, uint64_t *ret_ns);

/* Gives the descriptor for CLONE_INTO_CGROUP, or -1: then the child joins by cgroup_join(). */
int cgroup_clone_fd(const struct cgroup *cgroup);

/* In the child: moves the calling process into the cgroup (v1). Gives 0 or -errno. */
int cgroup_join(const struct cgroup *cgroup);

/* Gives a descriptor that is readable once memory ran out, or -1. Owned by the cgroup. */
int cgroup_oom_fd(const struct cgroup *cgroup);

/* Fills what the kernel counted; leaves what it did not. */
void cgroup_read(const struct cgroup *cgroup, struct pen_resources *resources);

/* Removes the cgroup, which has no process any more but those that are on their way out. NULL is
 * allowed. Gives 0, or -errno when something is left (the next run removes it). */
int cgroup_destroy(struct cgroup *cgroup);

#endif
