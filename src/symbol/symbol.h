/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of functions by their places in files; inside this room only.
 *
 * The files were made by whoever made the command: they are read in a process of its own, without
 * privileges and under the shipped policy <symbols>. It is made while there are privileges, with
 * which it opens the files, and gives them up before it reads the first. All that comes back are
 * names, which are bounded and not trusted.
 */
#ifndef PINFOLD_SYMBOL_SYMBOL_H
#define PINFOLD_SYMBOL_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/event.h"
#include "confine/responder.h"
#include "symbol/module.h"

struct symbol {
	char *name; /* demangled; NULL: unknown */
	uint64_t offset;
};

struct symbol_stack {
	struct event_sample event;
	/* frames[0] is the caller of frames[1], as its unwind information says; its place may
	 * have been corrected by it. */
	bool has_caller;
	struct symbol symbols[EVENT_FRAMES];
};

struct symbol_stacks {
	struct symbol_stack *v;
	size_t n, cap;
	bool lacks_library; /* that names functions */
};
struct symbol_modules {
	struct module *v;
	size_t n, cap;
};

/* Makes the process, which waits. Where that fails, READER stays none. */
void symbol_reader_start(struct responder *reader);

/* Has the reader name the frames of STACKS, and tell the paths of MODULES as this process has them.
 * What cannot be named stays without. To be called once: READER is none then. */
void symbol_resolve(struct responder *reader, struct symbol_stacks *stacks,
		    struct symbol_modules *modules);

#endif
