/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pid 1 and pid 2 of the pen. Internal to pen/. */
#ifndef PINFOLD_PEN_INIT_H
#define PINFOLD_PEN_INIT_H

#include "pen/step.h"

/* Bytes on the channel: these words, or a signal number (1 to 64) for the command, or that plus
 * WORD_TO_GROUP for its process group. */
enum pen_word {
	WORD_GO = 100,	/* to pid 1: the id maps are written */
	WORD_READY,	/* from pid 1: the pen is set up */
	WORD_START,	/* to pid 1: fork the command */
	WORD_RESUME,	/* to pid 1: continue the stopped command on the terminal */
	WORD_STOPPED,	/* from pid 1: the command was stopped */
	WORD_WANTS_TTY, /* from pid 1: the command was stopped for want of the terminal */
	WORD_HEARD,	/* from pid 1: a signal was passed on */
	WORD_LISTENER,	/* from pid 2, with the listener of its filter */
	WORD_KEY,	/* from pid 1: status_page.keys has changed */
	WORD_HOLDS_TTY, /* from pid 1, before a stop or the end: the pen is in its foreground */
	WORD_ENDED,	/* from pid 1: the command has ended */
	WORD_LEAVE,	/* to pid 1: the terminal was taken back */
	WORD_TO_GROUP = 128,
};

/* Failures of pid 1 outside any step, for status_page.step. */
enum { STEP_SIGNALS = -1, STEP_FORK = -2, STEP_INIT_FILTER = -3 };

/* Runs pid 1, from the clone to its exit. */
_Noreturn void init_run(struct setup *setup);

/* Runs pid 2, from the fork on. */
_Noreturn void command_run(struct setup *setup);

#endif
