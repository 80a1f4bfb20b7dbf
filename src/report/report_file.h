/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are written whole or not at all. What is written gathers in memory; the file is made
 * at the end, by a clerk where this process may not do so any more.
 */
#ifndef PINFOLD_REPORT_REPORT_FILE_H
#define PINFOLD_REPORT_REPORT_FILE_H

#include <stdio.h>

#include "base/diag.h"
#include "base/output.h"
#include "confine/clerk.h"

/* One file to be. */
struct report_file {
	struct output output;	   /* found when the file was announced */
	char *name;		   /* in its folder; the path of what is a descriptor */
	char *path;		   /* as it was typed, for errors */
	char *temporary;	   /* what it is called until it is whole */
	int text;		   /* memory that holds what is written; -1: none */
	FILE *stream;		   /* while it is written */
	const struct clerk *clerk; /* NULL: none */
	uint32_t task;		   /* of the clerk's */
};

#define REPORT_FILE_NONE ((struct report_file){ .output = OUTPUT_NONE, .text = -1 })

/*
 * Finds PATH by output_find(), and opens its folder; in its last part %p becomes the caller's pid,
 * %t the time (seconds since 1970) and %% a percent sign. What is a descriptor, as /dev/stdout,
 * gets the text as it comes. Returns 0, or -errno with an error in DIAGS.
 */
int report_file_announce(const char *path, struct report_file *ret_file, struct diags *diags);

/* Has CLERK, which has not started, make the file when it is committed. FILE stays where it is. */
void report_file_leave_to(struct report_file *file, struct clerk *clerk);

/* Starts writing; the stream is closed by report_file_commit(). Returns 0 or -errno with an error
 * in DIAGS. */
int report_file_open(struct report_file *file, FILE **ret_stream, struct diags *diags);

/*
 * Makes what was written durable and returns it its name, replacing an older file; it belongs to
 * the invoker (under sudo: who called it). Returns 0, or -errno with an error in DIAGS: then no
 * file has changed.
 */
int report_file_commit(struct report_file *file, struct diags *diags);

/* Lets the file of FD belong to the invoker: under sudo to who called it, as if there were no sudo.
 * Returns 0 or -errno. */
int report_file_give(int fd);

/* Forgets the file; removes what was not committed. */
void report_file_finish(struct report_file *file);

#endif
