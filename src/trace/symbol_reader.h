/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads symbols and unwind information, in the process that symbol.c makes for it. */
#ifndef PINFOLD_TRACE_SYMBOL_READER_H
#define PINFOLD_TRACE_SYMBOL_READER_H

#include "trace/symbol.h"

/* What goes back through the pipe, each by one write. */
struct symbol_answer {
	uint32_t stack, frame;
	struct stack_frame place; /* of the frame */
	uint64_t offset;	  /* in the function */
	char name[200];		  /* terminated; empty: unknown */
};

/* Loads the library; to be called before the process confines itself. Gives 0 or -errno. */
int symbol_reader_load(void);

/* Writes an answer for each frame that has a name, and for each caller that is one, to FD. */
void symbol_reader_run(const struct symbol_stacks *stacks, const struct symbol_modules *modules,
		       int fd);

#endif
