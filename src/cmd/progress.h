/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows a run while it goes: --live, and the progress of record. */
#ifndef PINFOLD_CMD_PROGRESS_H
#define PINFOLD_CMD_PROGRESS_H

#include "cmd/options.h"
#include "cmd/progress_frame.h"
#include "live/board.h"

struct progress {
	struct progress_source source;
	struct progress_past past;
	struct board board;
	bool is_wanted;
	bool is_lines; /* there is no terminal: lines on standard error */
	struct strbuf title;
	uint64_t next_ns; /* not before, since the start of the command */
	int timer;	  /* -1: nothing is shown */
};

#define PROGRESS_NONE                            \
	{                                        \
		.board = BOARD_NONE, .timer = -1 \
	}

/* Prepares to show a run, if OPTIONS request it; call it while the terminal is still the caller's,
 * not the command's. IS_RECORDING: a long run is shown on one line anyway, where the command does
 * not write. */
void progress_open(struct progress *progress, const struct options *options, bool is_recording);

/* Starts to show what SOURCE counts, if that was prepared. Returns 0, or -errno with an error in
 * DIAGS. */
int progress_begin(struct progress *progress, const struct progress_source *source,
		   struct diags *diags);

/* Shows the run as it is now; fits struct pen_watch, with progress->timer. */
void progress_take(void *progress, int timer);

/* Restores the terminal; may be called twice. */
void progress_end(struct progress *progress);

#endif
