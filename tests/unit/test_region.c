// SPDX-License-Identifier: GPL-2.0-or-later
/* What a region answers at a glance is what trying every value says. */
#include "random_policy.h"

#include "filter/region.h"

enum { CASES = 20000, FACTS = 6, VALUES = 64 };

/* The word is one of the first or the last VALUES numbers, so that all can be tried. */
static const uint32_t bases[] = { 0, UINT32_MAX - VALUES + 1 };

static bool holds(const struct fact *fact, uint32_t value)
{
	bool is_in = (value & fact->mask) >= fact->low && (value & fact->mask) <= fact->high;

	return is_in != fact->is_not;
}

/* Returns how many values satisfy all N facts, and the smallest. */
static size_t count(const struct fact *facts, size_t n, uint32_t base, uint32_t *ret_smallest)
{
	size_t found = 0;

	for (uint32_t i = 0; i < VALUES; i++) {
		size_t k = 0;

		while (k < n && holds(&facts[k], base + i))
			k++;
		if (k == n && found++ == 0)
			*ret_smallest = base + i;
	}
	return found;
}

static uint32_t random_value(uint32_t base)
{
	return random_below(8) ? base + random_below(VALUES) : random_below(UINT32_MAX);
}

/* Some with a mask, some the same as one before, some its opposite. */
static struct fact random_fact(const struct fact *facts, size_t n, uint32_t base)
{
	struct fact fact = { WORD_ARGS, random_below(2), UINT32_MAX, random_value(base),
			     random_value(base) };

	if (n && !random_below(4)) {
		fact = facts[random_below((uint32_t)n)];
		return random_below(2) ? fact : fact_not(fact);
	}
	if (random_below(2)) {
		fact.mask = random_value(base);
		fact.low &= random_below(4) ? fact.mask : UINT32_MAX;
		fact.low = random_below(3) ? fact.low : 0;
		fact.high &= fact.mask;
	}
	if (fact.high < fact.low || random_below(2))
		fact.high = fact.low;
	return fact;
}

static enum answer answer_of(struct fact *facts, size_t n, struct fact fact, uint32_t base)
{
	uint32_t smallest;
	size_t all = count(facts, n, base, &smallest), with;

	facts[n] = fact;
	with = count(facts, n + 1, base, &smallest);
	return with == all ? ANSWER_YES : with ? ANSWER_SPLIT : ANSWER_NO;
}

/* Pushes facts until no call is left or there are enough. */
static void check_case(uint32_t base)
{
	struct region region = { .work_max = UINT64_MAX };
	struct fact facts[FACTS + 1] = { { WORD_ARGS, false, UINT32_MAX, base,
					   base + VALUES - 1 } };
	uint32_t smallest = base;
	size_t n = 1;

	assert_true(region_push(&region, &facts[0]));
	while (n < FACTS) {
		struct fact asked = random_fact(facts, n, base);

		assert_int_equal(region_ask(&region, &asked), answer_of(facts, n, asked, base));
		facts[n] = random_fact(facts, n, base);
		n++;
		if (!count(facts, n, base, &smallest)) {
			assert_false(region_push(&region, &facts[n - 1]));
			region_pop(&region, &facts[--n]);
			break;
		}
		assert_true(region_push(&region, &facts[n - 1]));
		assert_int_equal((uint32_t)region_witness(&region).args[0], smallest);
	}
	for (; n > 0; n--)
		region_pop(&region, &facts[n - 1]);
	assert_int_equal(region_witness(&region).args[0], 0);
	region_finish(&region);
}

static void answers_are_those_of_every_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		random_state = 0x9e3779b97f4a7c15ULL * (i + 1);
		check_case(bases[i % ARRAY_SIZE(bases)]);
	}
}

/* A chain of n comparisons of one argument has n queries at each of n ends. */
static void long_chains_are_decided_by_their_bounds(void **state)
{
	enum { LENGTH = 2000 };
	struct region region = { .work_max = 16ULL * LENGTH * LENGTH };

	(void)state;
	for (uint32_t i = 0; i < LENGTH; i++) {
		struct fact here = { WORD_ARGS, false, UINT32_MAX, 2 * i, 2 * i };
		struct fact other = fact_not(here);

		region_push(&region, &here);
		for (uint32_t k = 0; k < LENGTH; k++) {
			struct fact fact = { WORD_ARGS, false, UINT32_MAX, 2 * k, 2 * k };

			assert_int_equal(region_ask(&region, &fact),
					 k == i ? ANSWER_YES : ANSWER_NO);
		}
		region_pop(&region, &here);
		region_push(&region, &other);
	}
	assert_false(region.is_exhausted);
	region_finish(&region);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_those_of_every_value),
		cmocka_unit_test(long_chains_are_decided_by_their_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
