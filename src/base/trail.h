/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a path passes on its way, with every link followed as the kernel does. */
#ifndef PINFOLD_BASE_TRAIL_H
#define PINFOLD_BASE_TRAIL_H

#include <sys/stat.h>

/* Takes one thing that was passed: its absolute PATH, without links before its last part, and what
 * it is; ST is NULL for the end of the path where nothing is there. */
typedef void trail_visit(void *data, const char *path, const struct stat *st);

/*
 * Calls VISIT for each folder and link that PATH passes, from the root on, and for its end. Opens
 * nothing. Returns 0, or -errno when the way could not be followed; the end may be missing.
 */
int trail_follow(const char *path, trail_visit *visit, void *data);

#endif
