/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a path passes through, with every link followed as the kernel does. */
#ifndef PINFOLD_BASE_TRAIL_H
#define PINFOLD_BASE_TRAIL_H

#include <sys/stat.h>

/* Receives one thing the path passes through: its absolute PATH, without links before the last
 * part, and its status; ST is NULL at the end of the path when nothing exists there. */
typedef void trail_visit(void *data, const char *path, const struct stat *st);

/*
 * Calls VISIT for each directory and link that PATH passes through, from the root on, and for its
 * end. Opens nothing. Returns 0, or -errno when the path could not be followed; its end may be
 * missing.
 */
int trail_follow(const char *path, trail_visit *visit, void *data);

#endif
