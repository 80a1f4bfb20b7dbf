/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where pinfold writes: every output file that the caller names is found and opened here. */
#ifndef PINFOLD_BASE_OUTPUT_H
#define PINFOLD_BASE_OUTPUT_H

#include <stdbool.h>

#include "base/diag.h"

/* Either a descriptor, or a name in a directory. */
struct output {
	int fd;	    /* the caller's "-", /dev/fd/N, /dev/stdout, /dev/null; else -1 */
	int folder; /* O_PATH, reached through no link that a stranger could make; else -1 */
	char *name; /* in that directory, by output_name_expand(); owned */
};

#define OUTPUT_NONE ((struct output){ .fd = -1, .folder = -1 })

/*
 * Returns the number of the descriptor that PATH names, which may be closed: 1 for "-" and
 * /dev/stdout, N for /dev/fd/N; -1 for a path of another kind. Opens nothing.
 */
int output_descriptor(const char *path);

/*
 * Finds PATH, whose last component may have %p, %{NAME} and the like (base/output_name.h). The
 * caller finishes the output with output_finish(). Returns 0, or
 * -errno with an error in DIAGS; creates and truncates nothing, and never waits.
 */
int output_find(const char *path, struct output *ret_output, struct diags *diags);

/*
 * Opens the output for incremental writes: a new file of mode 0666 minus the caller's umask
 * (*ret_is_new is set), an existing file of the caller's, truncated, a FIFO of the caller's in a
 * directory that nobody else can write to, whose reader is awaited for a limited time, or a device.
 * PATH is for messages. Returns a descriptor that the caller owns, or -errno with an error in
 * DIAGS.
 */
int output_open(const struct output *output, const char *path, bool *ret_is_new,
		struct diags *diags);

void output_finish(struct output *output);

#endif
