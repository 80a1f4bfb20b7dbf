/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests as a machine without signs sees them: ranges of a masked value. */
#ifndef PINFOLD_FILTER_LOWER_H
#define PINFOLD_FILTER_LOWER_H

#include "policy/expr.h"

struct range {
	uint64_t low, high;
};

/* Holds when args[index] & mask is in one of the ranges (if negated, in none). */
struct atom {
	unsigned int index;
	uint64_t mask;
	bool is_negated;
	struct range *ranges; /* sorted, neither overlapping nor adjacent; owned */
	size_t n_ranges;
};

/* Makes the atom of TEST for CALL under ARCH; the caller frees it with atom_finish(). */
void atom_init(struct atom *atom, const struct test *test, const struct sys_call *call,
	       enum arch arch);

void atom_finish(struct atom *atom);

#endif
