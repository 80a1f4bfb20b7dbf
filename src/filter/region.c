// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether a 32-bit word can satisfy a list of facts is decided exactly: by the smallest value
 * within the bounds if all facts hold for it, else by intervals if no fact has a mask, else bit by
 * bit from the top, tracking for each fact whether the bits so far still equal those of its bounds.
 * Nothing is assumed about where facts come from. Long chains of comparisons of one argument are
 * the common case: their bounds decide most questions at once.
 */
#include "filter/region.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FACTS_MAX = 256 };

/* How the bits chosen so far compare with the bounds of one fact. */
enum tightness { AT_LOW = 1, AT_HIGH = 2 };

struct search {
	struct region *region;
	const struct fact *facts;
	size_t n;
};

struct fact fact_not(struct fact fact)
{
	fact.is_not = !fact.is_not;
	/* Everything but one end of the number range is an interval too: keep plain intervals
	 * plain. */
	if (fact.mask != UINT32_MAX || !fact.is_not)
		return fact;
	if (!fact.low && fact.high != UINT32_MAX) {
		fact.low = fact.high + 1;
		fact.high = UINT32_MAX;
		fact.is_not = false;
	} else if (fact.low && fact.high == UINT32_MAX) {
		fact.high = fact.low - 1;
		fact.low = 0;
		fact.is_not = false;
	}
	return fact;
}

void region_bounds(const struct region *region, unsigned int word, uint32_t *ret_low,
		   uint32_t *ret_high)
{
	*ret_low = 0;
	*ret_high = UINT32_MAX;
	for (size_t i = 0; i < region->facts[word].n; i++) {
		const struct fact *fact = &region->facts[word].v[i];

		if (fact->mask != UINT32_MAX || fact->is_not)
			continue;
		*ret_low = fact->low > *ret_low ? fact->low : *ret_low;
		*ret_high = fact->high < *ret_high ? fact->high : *ret_high;
	}
}

static bool fact_holds(const struct fact *fact, uint32_t value)
{
	uint32_t bits = value & fact->mask;

	return (bits >= fact->low && bits <= fact->high) != fact->is_not;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Returns a lower bound of the words that are above HIGH under MASK: a masked value is a multiple
 * of the mask's lowest bit. */
static uint32_t least_above(uint32_t mask, uint32_t high)
{
	uint32_t bit = mask & -mask;

	return high < UINT32_MAX - bit ? (high + bit) & -bit : high;
}

/* Returns BOUNDS narrowed to those of FACT. */
static struct bounds tighten(struct bounds bounds, const struct fact *fact)
{
	bool is_plain = fact->mask == UINT32_MAX;

	bounds.is_plain &= is_plain;
	if (!fact->is_not) {
		/* No word is less than its masked value. */
		bounds.low = larger(bounds.low, fact->low);
		if (is_plain && fact->high < bounds.high)
			bounds.high = fact->high;
	} else if (!is_plain && !fact->low) {
		bounds.low = larger(bounds.low, least_above(fact->mask, fact->high));
	} else if (is_plain && fact->low <= bounds.low && fact->high >= bounds.high) {
		bounds.low = UINT32_MAX;
		bounds.high = 0;
	} else if (is_plain && fact->low <= bounds.low && fact->high >= bounds.low) {
		bounds.low = fact->high + 1;
	} else if (is_plain && fact->low <= bounds.high && fact->high >= bounds.high) {
		bounds.high = fact->low - 1;
	}
	return bounds;
}

struct bounds region_limits(const struct region *region, unsigned int word)
{
	size_t n = region->bounds[word].n;

	return n ? region->bounds[word].v[n - 1] : (struct bounds){ 0, UINT32_MAX, true };
}

/* Returns the fact that excludes VALUE, or NULL. */
static const struct fact *excluder(const struct fact *facts, size_t n, uint32_t value)
{
	for (size_t i = 0; i < n; i++)
		if (facts[i].is_not && value >= facts[i].low && value <= facts[i].high)
			return &facts[i];
	return NULL;
}

/* For facts without masks: finds the smallest value in all intervals that no fact excludes. */
static bool find_plain(const struct fact *facts, size_t n, uint32_t low, uint32_t high,
		       uint32_t *ret_value)
{
	const struct fact *out;

	if (low > high)
		return false;
	while ((out = excluder(facts, n, low))) {
		if (out->high >= high)
			return false;
		low = out->high + 1;
	}
	*ret_value = low;
	return true;
}

/* Returns the new tightness of a fact after BIT of the masked word, or 0 when it is decided;
 * *ret_inside then says how. */
static unsigned int narrow(const struct fact *fact, unsigned int tight, uint32_t at, bool bit,
			   bool *ret_inside)
{
	bool low = fact->low & at, high = fact->high & at;

	bit = bit && (fact->mask & at);
	if ((tight & AT_LOW && bit < low) || (tight & AT_HIGH && bit > high)) {
		*ret_inside = false;
		return 0;
	}
	if (bit > low)
		tight &= ~(unsigned int)AT_LOW;
	if (bit < high)
		tight &= ~(unsigned int)AT_HIGH;
	*ret_inside = true;
	/* All lower bits are 0 under the mask. That is known here, and not only at the end, which
	 * the search would reach through all values of the remaining bits. */
	if (!(fact->mask & (at - 1))) {
		*ret_inside = !(tight & AT_LOW && fact->low & (at - 1));
		return 0;
	}
	return tight;
}

/*
 * Chooses the bits from AT down. TIGHT holds the state of each fact, 0 for those that already hold.
 * A bit that no open fact looks at stays 0.
 */
static bool choose_bits(struct search *search, const uint8_t *tight, uint32_t at, uint32_t *value)
{
	uint8_t next[FACTS_MAX];
	bool is_seen = false;

	search->region->work += 1 + search->n;
	if (search->region->work > search->region->work_max) {
		search->region->is_exhausted = true;
		return true;
	}
	if (!at) {
		/* What is still tight equals a bound: inside. */
		for (size_t i = 0; i < search->n; i++)
			if (tight[i] && search->facts[i].is_not)
				return false;
		return true;
	}
	for (size_t i = 0; i < search->n; i++)
		is_seen |= tight[i] && search->facts[i].mask & at;
	for (int bit = 0; bit <= (is_seen ? 1 : 0); bit++) {
		bool is_possible = true;

		for (size_t i = 0; is_possible && i < search->n; i++) {
			bool inside = true;

			next[i] = 0;
			/* The caller's NEXT.
			 * NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Branch) */
			if (!tight[i])
				continue;
			next[i] = (uint8_t)narrow(&search->facts[i], tight[i], at, bit, &inside);
			if (!next[i])
				is_possible = inside != search->facts[i].is_not;
		}
		if (is_possible && choose_bits(search, next, at >> 1, value)) {
			*value |= bit ? at : 0;
			return true;
		}
	}
	return false;
}

static bool do_hold(const struct fact *facts, size_t n, uint32_t value)
{
	for (size_t i = 0; i < n; i++)
		if (!fact_holds(&facts[i], value))
			return false;
	return true;
}

/* Returns whether WORD can have a value, and the smallest one. */
static bool find_value(struct region *region, unsigned int word, uint32_t *ret_value)
{
	struct search search = { region, region->facts[word].v, region->facts[word].n };
	struct bounds bounds = region_limits(region, word);
	uint8_t tight[FACTS_MAX];

	region->work += 1 + search.n;
	if (region->work > region->work_max) {
		region->is_exhausted = true;
		*ret_value = 0;
		return true;
	}
	*ret_value = bounds.low;
	if (bounds.low > bounds.high)
		return false;
	if (do_hold(search.facts, search.n, bounds.low))
		return true;
	if (bounds.is_plain)
		return find_plain(search.facts, search.n, bounds.low, bounds.high, ret_value);
	if (search.n > FACTS_MAX) {
		region->is_exhausted = true;
		return true;
	}
	memset(tight, AT_LOW | AT_HIGH, search.n);
	*ret_value = 0;
	return choose_bits(&search, tight, 1U << 31, ret_value);
}

bool region_push(struct region *region, const struct fact *fact)
{
	struct bounds bounds = tighten(region_limits(region, fact->word), fact);
	uint32_t value;

	*array_append(&region->facts[fact->word]) = *fact;
	*array_append(&region->bounds[fact->word]) = bounds;
	return find_value(region, fact->word, &value);
}

void region_pop(struct region *region, const struct fact *fact)
{
	region->facts[fact->word].n--;
	region->bounds[fact->word].n--;
}

void region_refresh(struct region *region, unsigned int word)
{
	region->bounds[word].n = 0;
	for (size_t i = 0; i < region->facts[word].n; i++) {
		struct bounds bounds = tighten(region_limits(region, word),
					       &region->facts[word].v[i]);

		*array_append(&region->bounds[word]) = bounds;
	}
}

/* Returns whether FACT, or its opposite, is itself among the facts. */
static enum answer ask_known(const struct region *region, const struct fact *fact)
{
	for (size_t i = 0; i < region->facts[fact->word].n; i++) {
		const struct fact *known = &region->facts[fact->word].v[i];

		if (known->mask == fact->mask && known->low == fact->low &&
		    known->high == fact->high)
			return known->is_not == fact->is_not ? ANSWER_YES : ANSWER_NO;
	}
	return ANSWER_SPLIT;
}

/* Returns what can be said of FACT at a glance; ANSWER_SPLIT: it needs a search. */
static enum answer glance(const struct region *region, const struct fact *fact)
{
	struct bounds bounds = region_limits(region, fact->word);

	if (bounds.low > bounds.high)
		return ANSWER_NO;
	if (bounds.low == bounds.high)
		return fact_holds(fact, bounds.low) ? ANSWER_YES : ANSWER_NO;
	if (fact->mask != UINT32_MAX)
		return ask_known(region, fact);
	if (fact->high < bounds.low || fact->low > bounds.high)
		return fact->is_not ? ANSWER_YES : ANSWER_NO;
	if (fact->low <= bounds.low && fact->high >= bounds.high)
		return fact->is_not ? ANSWER_NO : ANSWER_YES;
	return ANSWER_SPLIT;
}

enum answer region_ask(struct region *region, const struct fact *fact)
{
	struct fact opposite = fact_not(*fact);
	enum answer answer = glance(region, fact);
	bool can_hold, can_fail;

	region->work++;
	if (answer != ANSWER_SPLIT)
		return answer;
	can_hold = region_push(region, fact);
	region_pop(region, fact);
	if (!can_hold)
		return ANSWER_NO;
	can_fail = region_push(region, &opposite);
	region_pop(region, &opposite);
	return can_fail ? ANSWER_SPLIT : ANSWER_YES;
}

struct seccomp_data region_witness(struct region *region)
{
	struct seccomp_data data;
	uint32_t words[REGION_WORDS] = { 0 };

	for (unsigned int i = 0; i < REGION_WORDS; i++)
		find_value(region, i, &words[i]);
	memcpy(&data, words, sizeof(data));
	return data;
}

void region_finish(struct region *region)
{
	for (size_t i = 0; i < REGION_WORDS; i++) {
		free(region->facts[i].v);
		free(region->bounds[i].v);
	}
}
