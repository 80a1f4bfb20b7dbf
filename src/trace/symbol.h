/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of functions by their places in files; inside this room only.
 *
 * The files were made by whoever made the command: they are read in a process of its own, without
 * privileges and under the shipped policy <symbols>. All that comes back are names, which are
 * bounded and not trusted.
 */
#ifndef PINFOLD_TRACE_SYMBOL_H
#define PINFOLD_TRACE_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/event.h"
#include "trace/module.h"

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
};
struct symbol_modules {
	struct module *v;
	size_t n, cap;
};

/* Names the frames of STACKS whose modules are open. What cannot be named stays without. */
void symbol_resolve(struct symbol_stacks *stacks, const struct symbol_modules *modules);

#endif
