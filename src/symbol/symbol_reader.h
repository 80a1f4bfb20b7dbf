/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads symbols and unwind information, in the process that symbol.c makes for it. */
#ifndef PINFOLD_SYMBOL_SYMBOL_READER_H
#define PINFOLD_SYMBOL_SYMBOL_READER_H

#include "symbol/symbol.h"

enum symbol_answer_kind { SYMBOL_NAME = 1, SYMBOL_PATH, SYMBOL_NO_LIBRARY };

/* What goes back through the channel, each by one message: SYMBOL_NO_LIBRARY by itself; of a frame
 */
struct symbol_answer {
	uint32_t kind; /* SYMBOL_NAME */
	uint32_t stack, frame;
	struct stack_frame place; /* of the frame */
	uint64_t offset;	  /* in the function */
	char name[200];		  /* terminated; empty: unknown */
};

/* What goes back for a module; the message is as long as the path. */
struct symbol_path {
	uint32_t kind; /* SYMBOL_PATH */
	uint32_t module;
	char path[8192]; /* terminated */
};

/* Loads the library; call it before the process confines itself. Returns 0 or -errno. */
int symbol_reader_load(void);

/* Writes an answer to FD for each frame that has a name, and for each caller found. */
void symbol_reader_run(const struct symbol_stacks *stacks, const struct symbol_modules *modules,
		       int fd);

#endif
