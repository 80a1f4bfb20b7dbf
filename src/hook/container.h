/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A container whose runtime has created its namespaces and its cgroup, but not started its command:
 * what distinguishes its processes. */
#ifndef PINFOLD_HOOK_CONTAINER_H
#define PINFOLD_HOOK_CONTAINER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

struct container {
	uint32_t mount_ns; /* inode of its mount namespace */
	char *cgroup; /* the directory of its cgroup, freed by the caller; NULL: it has none of its
			 own */
};

/* Finds that of the container whose first process is PID. Returns 0, or -errno with an error in
 * DIAGS; -EINVAL if its namespaces are those of this process, so the stage is not the right one. */
int container_find(pid_t pid, struct container *ret_container, struct diags *diags);

#endif
