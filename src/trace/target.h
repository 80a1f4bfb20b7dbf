/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traces what is already running: a process, or all processes of a cgroup. */
#ifndef PINFOLD_TRACE_TARGET_H
#define PINFOLD_TRACE_TARGET_H

#include <sys/types.h>

#include "trace/trace.h"

/* Adds the process PID with all its threads to the attached TRACE, and all their descendants from
 * now on. Returns 0, or -errno with an error in DIAGS. */
int target_take_pid(struct trace *trace, pid_t pid, struct diags *diags);

/* A cgroup as the kernel numbers it, for struct trace_options. */
struct target_cgroup {
	uint64_t id;
	uint32_t hierarchy;
};

/* Finds the cgroup whose directory is PATH, of either version. Returns 0, or -errno with an error
 * in DIAGS. */
int target_find_cgroup(const char *path, struct target_cgroup *ret_cgroup, struct diags *diags);

/*
 * Adds the processes of the cgroup whose directory is PATH (of either version) and of those below
 * it, but never this process. Returns 0, or -errno with an error in DIAGS; having none is an error,
 * too.
 */
int target_take_cgroup(struct trace *trace, const char *path, struct diags *diags);

#endif
