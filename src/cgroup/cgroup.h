/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pen's own cgroup: its limits, its usage, its end. */
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

/* What the kernel counted. UINT64_MAX: not counted. */
struct cgroup_usage {
	uint64_t cpu_ns, memory_peak, pids_peak, oom_kills; /* nanoseconds, bytes, tasks, kills */
};

/* The cgroup at this moment. UINT64_MAX: not counted. */
struct cgroup_state {
	uint64_t cpu_ns, memory; /* nanoseconds so far, bytes */
	uint64_t processes;	 /* pid 1 of the pen included; only if requested */
};

/*
 * Makes a cgroup below the caller's own (as root with v2: below a top-level "pinfold") for every
 * limit but those on elapsed time, and removes what killed runs left behind. A limit that the
 * policy states but that cannot be set is an error; for a default that cannot be set, *ret_note
 * gets a note (freed by the caller; otherwise untouched), and *ret_cgroup may then be NULL. Returns
 * 0, or -errno with an error in DIAGS.
 */
int cgroup_create(const struct limit_setting limits[LIMIT_COUNT], struct cgroup **ret_cgroup,
		  char **ret_note, struct diags *diags);

/* Returns whether LIMITS has one that language runtimes look for. */
bool cgroup_is_shown(const struct limit_setting limits[LIMIT_COUNT]);

/* Return the version of the cgroup that holds the limits, 1 or 2 (0: there is none), and its path
 * for the report (NULL: none), owned by the cgroup. */
int cgroup_version(const struct cgroup *cgroup);
const char *cgroup_path(const struct cgroup *cgroup);

/* Returns whether the cgroup enforces the limit; for LIMIT_CPUTIME, whether it counts the time. */
bool cgroup_has_limit(const struct cgroup *cgroup, enum limit_kind kind);

/* Returns how many bytes of memory the pen can have before it is out of them, as
 * cgroup_read_usage() counts them: with version 1 less than 'limit memory', because sockets have a
 * share of it; 0: it has no such limit. */
uint64_t cgroup_most_memory(const struct cgroup *cgroup);

/* Returns whether the CPU time of the whole pen is counted, with the nanoseconds so far in
 * *ret_ns. */
bool cgroup_cpu_ns(const struct cgroup *cgroup, uint64_t *ret_ns);

/* Returns the descriptor for CLONE_INTO_CGROUP, owned by the cgroup, or -1. cgroup_join() does the
 * rest. */
int cgroup_clone_fd(const struct cgroup *cgroup);

/* Lets cgroup_join() also move a process into the parts for CLONE_INTO_CGROUP, if it could not be
 * created there. Returns 0 or -errno. */
int cgroup_open_all(struct cgroup *cgroup);

/* In the child: moves the calling process into those parts of the cgroup in which it was not
 * created. Returns how many there are, or -errno. */
int cgroup_join(const struct cgroup *cgroup);

/* Returns a descriptor that becomes readable once memory has run out, owned by the cgroup, or
 * -1. */
int cgroup_oom_fd(const struct cgroup *cgroup);

/* Returns the usage so far; NULL is allowed. */
struct cgroup_usage cgroup_read_usage(const struct cgroup *cgroup);

/* Returns what the cgroup uses now, for repeated calls: it reads two or three files; NULL is
 * allowed. */
struct cgroup_state cgroup_read_state(const struct cgroup *cgroup, bool wants_processes);

/* Returns whether cgroup_kill() can work, by cgroup.kill of version 2 (Linux 5.14). */
bool cgroup_can_kill(const struct cgroup *cgroup);

/* Kills everything in the cgroup at once, whatever it is doing, and lifts 'limit cpu' so that it
 * can die. Needs no capability. Returns whether it did; NULL is allowed. */
bool cgroup_kill(const struct cgroup *cgroup);

/* Has CLERK, not started yet, move the supervisor back to where it was at the end; NULL is
 * allowed. */
void cgroup_leave_to(struct cgroup *cgroup, struct clerk *clerk);

/* List the directories from which cgroup_remove() removes, and all descriptors that it and
 * cgroup_kill() work with; -1 where there is none. Each returns how many. */
size_t cgroup_list_folders(const struct cgroup *cgroup, int fds[CGROUP_FDS_MAX]);
size_t cgroup_list_fds(const struct cgroup *cgroup, int fds[CGROUP_FDS_MAX]);

/* Removes the cgroup's directories once all its processes have exited or are about to; as root this
 * needs CAP_DAC_OVERRIDE. Does not allocate; NULL is allowed. Returns 0, or -errno when something
 * is left (the next run removes it). */
int cgroup_remove(struct cgroup *cgroup);

/* Frees it, and moves the supervisor back to where it was. NULL is allowed. */
void cgroup_destroy(struct cgroup *cgroup);

#endif
