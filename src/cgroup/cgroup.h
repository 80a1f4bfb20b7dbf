/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pen's own cgroup: limits, what was used, the end. */
#ifndef PINFOLD_CGROUP_CGROUP_H
#define PINFOLD_CGROUP_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "policy/settings.h"

enum { CGROUP_DEFAULT_PIDS = 512, CGROUP_FDS_MAX = 16 };

struct cgroup; /* opaque */
struct clerk;

/* What the kernel counted. UINT64_MAX: it did not. */
struct cgroup_usage {
	uint64_t cpu_ns, memory_peak, pids_peak, oom_kills; /* nanoseconds, bytes, tasks, kills */
};

/*
 * Makes a cgroup below the caller's own (as root with v2: below a top-level "pinfold") with the
 * limits that are not of the clock alone, and removes what killed runs left. A limit that is
 * written and cannot be had is an error; for a default that cannot be had there is a note in
 * *ret_note (freed by the caller, else untouched), and *ret_cgroup may be NULL then. Returns 0, or
 * -errno with an error in DIAGS.
 */
int cgroup_create(const struct limit_setting limits[LIMIT_COUNT], struct cgroup **ret_cgroup,
		  char **ret_note, struct diags *diags);

/* Returns whether LIMITS are such as runtimes look for. */
bool cgroup_is_shown(const struct limit_setting limits[LIMIT_COUNT]);

/* Returns the version of what holds limits, 1 or 2 (0: nothing does), and a path for the report,
 * which the cgroup owns. */
int cgroup_version(const struct cgroup *cgroup);
const char *cgroup_path(const struct cgroup *cgroup);

/* Returns whether the cgroup holds the limit; LIMIT_CPUTIME: whether it counts for it. */
bool cgroup_has_limit(const struct cgroup *cgroup, enum limit_kind kind);

/* Returns whether the CPU time of the whole pen is counted, and what it is by now. */
bool cgroup_cpu_ns(const struct cgroup *cgroup, uint64_t *ret_ns);

/* Returns the descriptor for CLONE_INTO_CGROUP, or -1. What is left is joined by cgroup_join(). */
int cgroup_clone_fd(const struct cgroup *cgroup);

/* In the child: moves the calling process into the parts of the cgroup in which it was not born
 * (v1). Returns how many these are, or -errno. */
int cgroup_join(const struct cgroup *cgroup);

/* Returns a descriptor that is readable once memory ran out, or -1. Owned by the cgroup. */
int cgroup_oom_fd(const struct cgroup *cgroup);

/* Returns what was used; NULL is allowed. */
struct cgroup_usage cgroup_read_usage(const struct cgroup *cgroup);

/* Returns whether cgroup_kill() can end what is in the cgroup, by cgroup.kill of version 2 (Linux
 * 5.14). */
bool cgroup_can_kill(const struct cgroup *cgroup);

/* Kills all that is in the cgroup at once, whatever it does, and lifts limit cpu for its end. Needs
 * no capability. Returns whether it did; NULL is allowed. */
bool cgroup_kill(const struct cgroup *cgroup);

/* Has CLERK, which has not started, take the supervisor back to where it was, at the end; NULL is
 * allowed. */
void cgroup_leave_to(struct cgroup *cgroup, struct clerk *clerk);

/* Lists the folders from which cgroup_remove() removes; and all descriptors by which it and
 * cgroup_kill() work; -1 where there is none. Each returns how many. */
size_t cgroup_list_folders(const struct cgroup *cgroup, int fds[CGROUP_FDS_MAX]);
size_t cgroup_list_fds(const struct cgroup *cgroup, int fds[CGROUP_FDS_MAX]);

/* Removes the folders of the cgroup, which has no process any more but those that are on their way
 * out; as root this needs CAP_DAC_OVERRIDE. Does not allocate; NULL is allowed. Returns 0, or
 * -errno when something is left (the next run removes it). */
int cgroup_remove(struct cgroup *cgroup);

/* Frees it, and moves the supervisor back to where it was. NULL is allowed. */
void cgroup_destroy(struct cgroup *cgroup);

#endif
