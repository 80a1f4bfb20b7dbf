/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Code for ranges of numbers and for conditions. */
#ifndef PINFOLD_FILTER_EMIT_H
#define PINFOLD_FILTER_EMIT_H

#include "filter/assemble.h"
#include "policy/expr.h"

/* Numbers from low to high go to target. */
struct segment {
	uint32_t low, high;
	size_t target;
};

/* Writes a search for the accumulator in N segments, sorted and disjoint; returns its label, or
 * UNLESS or a target itself when there is nothing to decide. */
size_t emit_search(struct assembler *assembler, const struct segment *segments, size_t n,
		   size_t unless);

/* What it takes to read a condition: the signature of the call that it tests. */
struct emit_site {
	const struct sys_call *call;
	enum arch arch;
};

/* Writes EXPR, which goes to WHEN if it holds and to UNLESS if not; returns its label. */
size_t emit_expr(struct assembler *assembler, const struct emit_site *site, const struct expr *expr,
		 size_t when, size_t unless);

/* Writes a test of the 32-bit word at OFFSET in seccomp_data: (word & mask) == value; returns its
 * label. */
size_t emit_equal(struct assembler *assembler, uint32_t offset, uint32_t mask, uint32_t value,
		  size_t when, size_t unless);

#endif
