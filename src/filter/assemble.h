/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes a program from its end to its beginning, so that every jump goes to what is there
 * already: a label is the place of an instruction counted from the end. Classic jumps reach 255
 * instructions far; what is further away is reached over a stepping stone.
 */
#ifndef PINFOLD_FILTER_ASSEMBLE_H
#define PINFOLD_FILTER_ASSEMBLE_H

#include <linux/filter.h>

#include "filter/verdict.h"

enum { ASSEMBLER_MAX = 1 << 20 };

struct assembler {
	unsigned int flags; /* enum filter_flags: what a verdict is returned as */
	struct {
		struct sock_filter *v;
		size_t n, cap;
	} insns;
	struct {
		struct verdict *v;
		size_t n, cap;
	} verdicts; /* by label, for returns */
	struct {
		size_t *v;
		size_t n, cap;
	} returns;
	bool is_full; /* ASSEMBLER_MAX was reached: what was written is of no use */
};

/* Writes an instruction that falls through to the one written before. */
size_t assembler_add(struct assembler *assembler, uint16_t code, uint32_t k);

/* Returns a return of VERDICT that a jump from here reaches. */
size_t assembler_return(struct assembler *assembler, const struct verdict *verdict);

/* Writes a jump: BPF_JEQ, BPF_JGT, BPF_JGE or BPF_JSET with K. Returns WHEN itself where both ways
 * lead to the same place. */
size_t assembler_jump(struct assembler *assembler, uint16_t op, uint32_t k, size_t when,
		      size_t unless);

/* Makes sure that the instruction at AT was the last one written, to fall into. */
size_t assembler_fall_into(struct assembler *assembler, size_t at);

void assembler_finish(struct assembler *assembler);

#endif
