/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are written whole or not at all. Output is collected in memory; the file is created at
 * the end, by a clerk if this process may no longer do so. */
#ifndef PINFOLD_REPORT_REPORT_FILE_H
#define PINFOLD_REPORT_REPORT_FILE_H

#include <stdio.h>

#include "base/diag.h"
#include "base/output.h"
#include "confine/clerk.h"

/* A file that will be written. */
struct report_file {
	struct output output;	   /* found by report_file_announce() */
	char *name;		   /* in its directory; or the path of a descriptor */
	char *path;		   /* as typed, for errors */
	char *temporary;	   /* its name until it is complete */
	bool is_new;		   /* must not replace a file */
	int text;		   /* memfd that holds the text; -1: none */
	FILE *stream;		   /* open while it is being written */
	const struct clerk *clerk; /* NULL: none */
	uint32_t task;		   /* its number there */
};

#define REPORT_FILE_NONE ((struct report_file){ .output = OUTPUT_NONE, .text = -1 })

/*
 * Finds PATH by output_find() and opens its directory. A descriptor such as /dev/stdout gets the
 * text as it is. Returns 0, or -errno with an error in DIAGS.
 */
int report_file_announce(const char *path, struct report_file *ret_file, struct diags *diags);

/* Has FILE replace no file: one that is there now is an error, and so is one that is there when it
 * is committed. Returns 0, or -EEXIST with an error in DIAGS. */
int report_file_require_new(struct report_file *file, struct diags *diags);

/* Has CLERK, not started yet, create the file when it is committed. FILE must not move in
 * memory. */
void report_file_leave_to(struct report_file *file, struct clerk *clerk);

/* Opens a stream for the text; report_file_commit() closes it. Returns 0 or -errno with an error in
 * DIAGS. */
int report_file_open(struct report_file *file, FILE **ret_stream, struct diags *diags);

/*
 * Makes what was written durable and puts it in place under its name, replacing an older file; it
 * belongs to the invoker (under sudo, the user who called it). Returns 0, or -errno with an error
 * in DIAGS and no file changed.
 */
int report_file_commit(struct report_file *file, struct diags *diags);

/* Makes the invoker the owner of the file of FD: under sudo, the user who called it, as if there
 * were no sudo. Returns 0 or -errno. */
int report_file_give(int fd);

/* Forgets the file; removes what was not committed. */
void report_file_finish(struct report_file *file);

#endif
