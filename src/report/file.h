/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are written whole or not at all. */
#ifndef PINFOLD_REPORT_FILE_H
#define PINFOLD_REPORT_FILE_H

#include <stdio.h>

#include "base/diag.h"

/* One file to be; {0} with folder -1 is none. */
struct report_file {
	int folder;	 /* opened when the file was announced */
	char *name;	 /* in that folder */
	char *temporary; /* while it is written */
	FILE *stream;
};

#define REPORT_FILE_NONE ((struct report_file){ .folder = -1 })

/*
 * Opens the folder of PATH, in whose last part %p becomes the caller's pid, %t the time (seconds
 * since 1970) and %% a percent sign. Gives 0, or -errno with an error in DIAGS.
 */
int report_file_announce(const char *path, struct report_file *ret_file, struct diags *diags);

/* Starts writing; the stream is closed by report_file_commit(). Gives 0 or -errno with an error
 * in DIAGS. */
int report_file_open(struct report_file *file, FILE **ret_stream, struct diags *diags);

/*
 * Makes what was written durable and gives it its name, replacing an older file; it belongs to
 * the invoker (under sudo: who called it). Gives 0, or -errno with an error in DIAGS: then no file
 * has changed.
 */
int report_file_commit(struct report_file *file, struct diags *diags);

/* Lets the file of FD belong to the invoker: under sudo to who called it, as if there were no sudo.
 * Gives 0 or -errno. */
int report_file_give(int fd);

/* Forgets the file; removes what was not committed. */
void report_file_finish(struct report_file *file);

#endif
