/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process of pinfold's own may do with files, by Landlock. */
#ifndef PINFOLD_CONFINE_FENCE_H
#define PINFOLD_CONFINE_FENCE_H

#include <stddef.h>
#include <stdint.h>

/* At and below FOLDER (-1: no folder), RIGHTS (LANDLOCK_ACCESS_FS_*) are left. */
struct fence_gate {
	int folder;
	uint64_t rights;
};

/*
 * Forbids the calling process, which has no_new_privs, every right over files that this kernel's
 * Landlock (5.13) knows, but what the N GATES leave. What is open already stays so. Does not
 * allocate. Returns 0, also where there is no Landlock, or -errno.
 */
int fence_build(const struct fence_gate *gates, size_t n);

#endif
