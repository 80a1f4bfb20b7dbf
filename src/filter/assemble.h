/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a program from its end to its beginning, so that every jump goes to code that already
 * exists: a label is an instruction's distance from the end. Classic BPF jumps reach 255
 * instructions; a trampoline bridges longer distances.
 */
#ifndef PINFOLD_FILTER_ASSEMBLE_H
#define PINFOLD_FILTER_ASSEMBLE_H

#include <linux/filter.h>

#include "filter/filter.h"

enum { ASSEMBLER_MAX = 1 << 20 };

struct assembler {
	unsigned int flags; /* enum filter_flags: decide what a verdict returns */
	struct {
		struct sock_filter *v;
		size_t n, cap;
	} insns;
	struct {
		struct filter_outcome *v;
		size_t n, cap;
	} outcomes; /* by label, for return instructions */
	struct {
		size_t *v;
		size_t n, cap;
	} returns;
	bool is_full; /* ASSEMBLER_MAX was reached: the program is unusable */
};

/* Writes an instruction that falls through to the one written before it. */
size_t assembler_add(struct assembler *assembler, uint16_t code, uint32_t k);

/* Returns the label of a return of VERDICT alone that is within reach of a jump written now. */
size_t assembler_return(struct assembler *assembler, const struct verdict *verdict);

/* The same for a verdict that needs no condition but the call's number: the return may be that of
 * others, too. */
size_t assembler_return_by_number(struct assembler *assembler, const struct verdict *verdict);

/* Writes a jump: BPF_JEQ, BPF_JGT, BPF_JGE or BPF_JSET with K. Returns WHEN itself when both
 * branches lead to the same place. */
size_t assembler_jump(struct assembler *assembler, uint16_t op, uint32_t k, size_t when,
		      size_t unless);

/* Makes sure that the instruction at AT is the one written last, so that the next falls through to
 * it. */
size_t assembler_fall_into(struct assembler *assembler, size_t at);

void assembler_finish(struct assembler *assembler);

#endif
