/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run is doing right now, as the lines of a screen. */
#ifndef PINFOLD_LIVE_FRAME_H
#define PINFOLD_LIVE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Calls of one number. */
struct frame_call {
	char name[40];
	uint64_t count, rate; /* so far, and in a second of late */
};

struct frame_calls {
	struct frame_call *v;
	size_t n, cap;
};

/* Kinds of denials, as text. */
struct frame_denials {
	struct strbuf *v;
	size_t n, cap;
};

/* The run at one moment. UINT64_MAX: not known. All text is harmless (strbuf_escape()). */
struct frame {
	const char *title;
	uint64_t elapsed_ns;
	uint64_t processes, calls, denied, cpu_ns, memory;
	uint64_t call_rate; /* in a second of late */
	struct frame_calls top;
	struct frame_denials denials; /* by the time of their last call */
	const char *error;	      /* switches on a colour; empty: none */
};

/* Orders the calls: those that are made most now come first. */
void frame_sort(struct frame *frame);

/* Appends the summary, without a line's end, in at most COLUMNS columns. */
void frame_format_line(const struct frame *frame, size_t columns, struct strbuf *line);

/* Appends line I of ROWS, without a line's end: its text takes at most COLUMNS columns. */
void frame_format_row(const struct frame *frame, size_t i, size_t rows, size_t columns,
		      struct strbuf *line);

void frame_finish(struct frame *frame);

#endif
