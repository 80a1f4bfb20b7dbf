/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where pinfold writes: every file that the caller names is found, and opened, here. */
#ifndef PINFOLD_BASE_OUTPUT_H
#define PINFOLD_BASE_OUTPUT_H

#include <stdbool.h>

#include "base/diag.h"

/* One of the two: a descriptor, or a name in a folder. */
struct output {
	int fd;		  /* the caller's "-", /dev/fd/N, /dev/stdout, /dev/null; else -1 */
	int folder;	  /* O_PATH, reached through no link that a stranger could make; else -1 */
	const char *name; /* in that folder; points into the path */
};

#define OUTPUT_NONE ((struct output){ .fd = -1, .folder = -1 })

/*
 * Returns the number of the descriptor that PATH names, which may be closed: 1 for "-" and
 * /dev/stdout, N for /dev/fd/N; -1 for a path of another kind. Opens nothing.
 */
int output_descriptor(const char *path);

/*
 * Finds PATH. The caller owns the descriptors and closes them with output_finish(). Returns 0, or
 * -errno with an error in DIAGS; nothing is made, emptied or waited for.
 */
int output_find(const char *path, struct output *ret_output, struct diags *diags);

/*
 * Opens the output for what is written bit by bit: a new file of mode 0666 without the caller's
 * umask (then *ret_is_new), an old one of the caller's, emptied, a FIFO of the caller's in a folder
 * of nobody else's, for whose reader a limited time is waited, or a device. PATH is for errors.
 * Returns a descriptor of the caller's, or -errno with an error in DIAGS.
 */
int output_open(const struct output *output, const char *path, bool *ret_is_new,
		struct diags *diags);

void output_finish(struct output *output);

#endif
