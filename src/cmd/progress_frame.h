/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a frame of a run from its counters; internal to this room. */
#ifndef PINFOLD_CMD_PROGRESS_FRAME_H
#define PINFOLD_CMD_PROGRESS_FRAME_H

#include "live/frame.h"
#include "notify/notify.h"
#include "pen/pen.h"
#include "trace/trace.h"

/* Where the numbers come from; NULL: not there. */
struct progress_source {
	struct trace *trace;
	const struct notify *notify;
	const struct pen *pen;
	uint64_t start_ns; /* by CLOCK_MONOTONIC, if there is no pen, which knows that itself */
};

/* The counts at one moment, from which those of later are a rate. */
struct progress_base {
	uint64_t at_ns; /* since the start */
	uint64_t calls;
	struct trace_numbers numbers;
};

/* What is remembered from frame to frame: one or two seconds ago, and half of that. */
struct progress_past {
	struct progress_base base, next;
	struct frame_denials denials; /* as of: */
	uint64_t denied;	      /* so many */
};

/* Returns how long the command has been running, in nanoseconds; 0: not yet. */
uint64_t progress_elapsed(const struct progress_source *source);

/* Fills *ret_frame, freed by frame_finish(), with the run that SOURCE counts. */
void progress_make_frame(const struct progress_source *source, struct progress_past *past,
			 struct frame *ret_frame);

void progress_past_finish(struct progress_past *past);

#endif
