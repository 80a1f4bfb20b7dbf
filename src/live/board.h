/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a terminal that shows a run while it goes. If the command may write to the same
 * terminal, it is an area at the bottom, and the command's output scrolls above it; otherwise it is
 * the whole screen, on the alternate one.
 */
#ifndef PINFOLD_LIVE_BOARD_H
#define PINFOLD_LIVE_BOARD_H

#include <stdbool.h>

#include "base/str.h"
#include "live/board_guard.h"
#include "live/frame.h"

struct board {
	int fd; /* -1: there is no terminal */
	bool is_area;
	unsigned int most_rows; /* of the area */
	bool is_shown;
	bool is_away;		    /* it was stopped, and another job has the terminal */
	unsigned int rows, columns; /* of the terminal */
	unsigned int height;	    /* of the board: its last rows */
	struct strbuf pending;	    /* what the terminal did not take yet */
	struct strbuf leave;	    /* what restores the terminal */
	struct board_guard guard;
};

#define BOARD_NONE                            \
	{                                     \
		.fd = -1, .guard = { -1, -1 } \
	}

/*
 * Opens the caller's terminal, if it is in the foreground there: that of standard error, or else
 * the controlling one unless ONLY_ERROR. HAS_COMMAND: standard output and error are those of a
 * command, too. MOST_ROWS: of an area. Shows nothing yet. Returns 0, or -ENOTTY: there is none.
 */
int board_open(struct board *board, bool only_error, bool has_command, unsigned int most_rows);

/* Shows FRAME. Never waits for the terminal. */
void board_draw(struct board *board, const struct frame *frame);

/* Restores the terminal and frees; may be called twice. */
void board_close(struct board *board);

#endif
