// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Splits the calls of each number into parts with one verdict of the first policy, and each of
 * these into parts with one verdict of the second.
 */
#include "filter/pair.h"

#include "filter/meaning.h"

enum { WORK_MAX = 1 << 24 };

struct pair {
	struct region region;
	struct pair_part part;
	const struct numbers *second;
	const struct stretch *second_stretch;
	void (*on_part)(const struct pair_part *part, void *context);
	void *context;
};

static bool tell_part(const struct verdict *second, void *context)
{
	struct pair *pair = context;

	pair->part.second = second;
	pair->on_part(&pair->part, pair->context);
	return true;
}

static bool divide_part(const struct verdict *first, void *context)
{
	struct pair *pair = context;

	pair->part.first = first;
	return stretch_walk(&pair->region, pair->second, pair->second_stretch, tell_part, pair);
}

/* The numbers LOW to HIGH, which are in a single stretch of each policy. */
static bool walk_stretches(struct pair *pair, const struct numbers *first,
			   const struct stretch *stretch, uint32_t low, uint32_t high)
{
	struct fact arch = { WORD_ARCH, false, UINT32_MAX, first->audit_arch, first->audit_arch };
	struct fact nr = { WORD_NR, false, UINT32_MAX, low, high };
	bool is_whole;

	pair->part.arch = stretch->arch;
	pair->part.low = low;
	pair->part.high = high;
	region_push(&pair->region, &arch);
	region_push(&pair->region, &nr);
	is_whole = stretch_walk(&pair->region, first, stretch, divide_part, pair);
	region_pop(&pair->region, &nr);
	region_pop(&pair->region, &arch);
	return is_whole;
}

/* Walks the stretches of both policies side by side. */
static bool walk_numbers(struct pair *pair, const struct numbers *first,
			 const struct numbers *second)
{
	size_t i = 0, k = 0;
	uint32_t low = 0;

	pair->second = second;
	while (i < first->stretches.n && k < second->stretches.n) {
		const struct stretch *x = &first->stretches.v[i];
		const struct stretch *y = &second->stretches.v[k];
		uint32_t high = x->high < y->high ? x->high : y->high;

		pair->second_stretch = y;
		if (!walk_stretches(pair, first, x, low, high))
			return false;
		i += x->high == high;
		k += y->high == high;
		low = high + 1;
	}
	return true;
}

bool pair_walk(const struct policy *first, const struct policy *second,
	       void (*on_part)(const struct pair_part *part, void *context), void *context)
{
	struct pair pair = { .region.work_max = WORK_MAX, .on_part = on_part, .context = context };
	uint32_t arches[ARCH_COUNT];
	size_t n = numbers_list_arches(arches);
	bool is_whole = true;

	pair.part.region = &pair.region;
	for (size_t i = 0; i < n && is_whole; i++) {
		struct numbers x, y;

		numbers_init(&x, first, arches[i]);
		numbers_init(&y, second, arches[i]);
		is_whole = walk_numbers(&pair, &x, &y);
		numbers_finish(&x);
		numbers_finish(&y);
	}
	region_finish(&pair.region);
	return is_whole;
}
