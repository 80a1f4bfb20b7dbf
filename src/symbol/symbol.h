/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of functions, by their locations in files.
 *
 * The files are as untrusted as the command: a separate process reads them, without privileges and
 * under the shipped policy <symbols>. It is forked while there are privileges, uses them to open
 * the files, and drops them before it reads the first one. It returns nothing but names, which are
 * bounded and not trusted.
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
	/* frames[0] was found by unwind information to be called from frames[1], whose location may
	 * have been corrected by it. */
	bool has_caller;
	struct symbol symbols[EVENT_FRAMES];
};

struct symbol_stacks {
	struct symbol_stack *v;
	size_t n, cap;
	bool lacks_library; /* libdw, which names functions, is missing */
};
struct symbol_modules {
	struct module *v;
	size_t n, cap;
};

/* Forks the process, which then waits. If that fails, READER stays RESPONDER_NONE. */
void symbol_reader_start(struct responder *reader);

/* Has the reader name the frames of STACKS, and fill in the paths of MODULES as this process sees
 * them. What cannot be named stays NULL. Call it once: READER is told to exit, and
 * still has to be finished. */
void symbol_resolve(struct responder *reader, struct symbol_stacks *stacks,
		    struct symbol_modules *modules);

#endif
