/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two policies side by side: sets of calls with one verdict of each. */
#ifndef PINFOLD_FILTER_PAIR_H
#define PINFOLD_FILTER_PAIR_H

#include "filter/region.h"
#include "filter/verdict.h"

struct pair_part {
	const struct verdict *first, *second;
	enum arch arch;
	uint32_t low, high;    /* numbers; equal except for unknown ones */
	struct region *region; /* the calls; for queries only */
};

/*
 * Splits all calls into parts with one verdict of FIRST and one of SECOND, and calls ON_PART for
 * each. Parts of the same numbers are consecutive. Returns whether it finished: not when that would
 * take more than a fixed amount of work.
 */
bool pair_walk(const struct policy *first, const struct policy *second,
	       void (*on_part)(const struct pair_part *part, void *context), void *context);

#endif
