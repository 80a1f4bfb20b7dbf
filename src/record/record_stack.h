/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_RECORD_RECORD_STACK_H
#define PINFOLD_RECORD_RECORD_STACK_H

#include <stddef.h>
#include <stdint.h>

/* A location in a program. */
struct record_frame {
	uint64_t address;
	uint64_t offset; /* in the module's file */
	char *module;	 /* path of the file; NULL: unknown */
	char *symbol;	 /* name of the function; NULL: unknown */
	uint64_t symbol_offset;
};

/* From the location of the call to its callers. */
struct record_stack {
	struct record_frame *v;
	size_t n, cap;
};

/* Frees what the stack owns. */
void record_finish_stack(struct record_stack *stack);

#endif
