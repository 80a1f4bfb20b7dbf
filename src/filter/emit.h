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

/* Writes a search for the accumulator in N segments that are sorted and apart; returns its label,
 * or UNLESS or a target itself where there is nothing to decide. */
size_t emit_search(struct assembler *assembler, const struct segment *segments, size_t n,
		   size_t unless);

/* What a condition needs to be read: the signature of the call that it is about. */
struct emit_site {
	const struct sys_call *call;
	enum arch arch;
};

/* Writes EXPR, going to WHEN if it holds and to UNLESS if not; returns its label. */
size_t emit_expr(struct assembler *assembler, const struct emit_site *site, const struct expr *expr,
		 size_t when, size_t unless);

/* Writes a test of one 32-bit word at OFFSET of seccomp_data: (word & mask) == value. */
size_t emit_equal(struct assembler *assembler, uint32_t offset, uint32_t mask, uint32_t value,
		  size_t when, size_t unless);

#endif
