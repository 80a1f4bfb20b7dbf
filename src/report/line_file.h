/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that is written line by line and never blocks its writer: what a slow reader of a pipe has
 * not taken is held back up to a limit; beyond that, whole lines are dropped and counted. */
#ifndef PINFOLD_REPORT_LINE_FILE_H
#define PINFOLD_REPORT_LINE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/str.h"

struct line_file {
	int fd;
	struct strbuf pending; /* lines; the beginning of the first may have been written */
	uint64_t dropped;
	bool is_inside_line; /* part of the first pending line was written */
	int error; /* -errno of the write that failed: nothing is written any more; 0: none */
};

#define LINE_FILE_NONE ((struct line_file){ .fd = -1 })

/* Opens PATH as output_open() does; a new file belongs to the invoker, as with report_file_give().
 * Returns 0, or -errno with an error in DIAGS; line_file_finish() must be called. */
int line_file_open(const char *path, struct line_file *ret_file, struct diags *diags);

/* Adds LINE, which ends with a newline, and writes as much of what is pending as it can. */
void line_file_add(struct line_file *file, const char *line, size_t len);

/* Writes as much of what is pending as it can. */
void line_file_flush(struct line_file *file);

/* Waits until everything is written, or the reader takes nothing for two seconds: then drops
 * everything pending except the rest of a line whose beginning was written. */
void line_file_drain(struct line_file *file);

/* Waits once more in the same way, then drops that rest, too. Returns 0, or -errno of the write
 * that failed. */
int line_file_end(struct line_file *file);

void line_file_finish(struct line_file *file);

#endif
