/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is written line by line and never keeps its writer waiting: what a slow reader of a
 * pipe has not taken is held back up to a bound, what is beyond it is dropped, whole lines only,
 * and counted.
 */
#ifndef PINFOLD_REPORT_LINE_FILE_H
#define PINFOLD_REPORT_LINE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/str.h"

struct line_file {
	int fd;
	struct strbuf pending; /* lines, of the first of which the beginning may be written */
	uint64_t dropped;
	bool is_inside_line; /* the first of them was */
	int error; /* -errno of the write that failed: nothing is written any more; 0: none */
};

#define LINE_FILE_NONE ((struct line_file){ .fd = -1 })

/* Opens PATH as output_open() does; what is new belongs to the invoker, as of report_file_give().
 * Returns 0, or -errno with an error in DIAGS. */
int line_file_open(const char *path, struct line_file *ret_file, struct diags *diags);

/* Writes LINE, which ends with a newline, or as much of it and of what is held back as can be. */
void line_file_add(struct line_file *file, const char *line, size_t len);

/* Writes of what is held back as much as can be. */
void line_file_flush(struct line_file *file);

/* Waits until all is written, or the reader takes nothing for two seconds: then all that is held
 * back is dropped but the rest of a line that it has the beginning of. */
void line_file_drain(struct line_file *file);

/* Waits as long once more, for the last time: that rest is dropped, too. Returns 0 or -errno of the
 * write that failed. */
int line_file_end(struct line_file *file);

void line_file_finish(struct line_file *file);

#endif
