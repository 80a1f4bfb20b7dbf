/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two policies side by side: sets of calls with one verdict of each. */
#ifndef PINFOLD_FILTER_PAIR_H
#define PINFOLD_FILTER_PAIR_H

#include "filter/region.h"
#include "filter/verdict.h"

struct pair_part {
	const struct verdict *first, *second;
	enum arch arch;
	uint32_t low, high;    /* numbers; equal but for unknown ones */
	struct region *region; /* the calls; only to be asked */
};

/*
 * Takes all calls apart into parts with one verdict of FIRST and one of SECOND, and calls ON_PART
 * for each. The parts of the same numbers follow each other. Returns whether that was done: if it
 * would take more than a fixed amount of work, it was not.
 */
bool pair_walk(const struct policy *first, const struct policy *second,
	       void (*on_part)(const struct pair_part *part, void *context), void *context);

#endif
