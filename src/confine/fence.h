/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits what one of pinfold's own processes may do with files, by Landlock. */
#ifndef PINFOLD_CONFINE_FENCE_H
#define PINFOLD_CONFINE_FENCE_H

#include <stddef.h>
#include <stdint.h>

/* Leaves RIGHTS (LANDLOCK_ACCESS_FS_*) at and below FOLDER (-1: none). */
struct fence_gate {
	int folder;
	uint64_t rights;
};

/*
 * Removes from the calling process, which has no_new_privs, every right over files that this
 * kernel's Landlock (5.13) knows, except those that the N GATES leave. Open descriptors keep
 * working. Does not allocate. Returns 0, even if there is no Landlock, or -errno.
 */
int fence_build(const struct fence_gate *gates, size_t n);

#endif
