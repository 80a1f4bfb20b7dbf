// SPDX-License-Identifier: GPL-2.0-or-later
/* Reduces ten operators and two kinds of sign to one form. */
#include "filter/lower.h"

#include <stdlib.h>

#include "base/mem.h"

struct ranges {
	struct range *v;
	size_t n, cap;
};

/* The numbers of one width, in signed order if there is a sign bit. */
struct order {
	uint64_t last; /* the largest number */
	uint64_t sign; /* 0: unsigned */
};

static void add_range(struct ranges *ranges, uint64_t low, uint64_t high)
{
	*array_append(ranges) = (struct range){ low, high };
}

/* Adds LOW to HIGH in ORDER, which is two ranges when it crosses from -1 to 0. */
static void add_ordered(struct ranges *ranges, const struct order *order, uint64_t low,
			uint64_t high)
{
	if (low <= high) {
		add_range(ranges, low, high);
		return;
	}
	add_range(ranges, 0, high);
	add_range(ranges, low, order->last);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static void merge_ranges(struct ranges *ranges)
{
	size_t n = 0;

	if (!ranges->n)
		return;
	qsort(ranges->v, ranges->n, sizeof(*ranges->v), compare_ranges);
	for (size_t i = 1; i < ranges->n; i++) {
		struct range *last = &ranges->v[n], *next = &ranges->v[i];

		if (last->high == UINT64_MAX || next->low <= last->high + 1)
			last->high = next->high > last->high ? next->high : last->high;
		else
			ranges->v[++n] = *next;
	}
	ranges->n = n + 1;
}

static void add_items(struct ranges *ranges, const struct test *test, const struct order *order,
		      enum arch arch, unsigned int width)
{
	for (size_t i = 0; i < test->n_items; i++)
		add_ordered(ranges, order, value_bits(&test->items[i].low, arch, width),
			    value_bits(&test->items[i].high, arch, width));
}

static void add_comparison(struct ranges *ranges, enum test_op op, const struct order *order,
			   uint64_t value)
{
	uint64_t least = order->sign, most = order->last ^ order->sign;

	if (op == TEST_LE || (op == TEST_LT && value != least))
		add_ordered(ranges, order, least, (value - (op == TEST_LT)) & order->last);
	if (op == TEST_GE || (op == TEST_GT && value != most))
		add_ordered(ranges, order, (value + (op == TEST_GT)) & order->last, most);
}

/* Bitwise tests look at different bits than the test's own mask keeps. */
static void make_bitwise(struct atom *atom, struct ranges *ranges, enum test_op op, uint64_t value,
			 uint64_t last)
{
	atom->mask &= op == TEST_ONLY ? ~value & last : value;
	add_range(ranges, op == TEST_HAS ? value : 0, op == TEST_HAS ? value : 0);
	atom->is_negated = op == TEST_ANY;
}

void atom_init(struct atom *atom, const struct test *test, const struct sys_call *call,
	       enum arch arch)
{
	struct operand operand = test_operand(test, call, arch);
	struct order order = { .last = ~0ULL >> (64 - operand.width) };
	uint64_t value = value_bits(&test->items[0].low, arch, operand.width);
	struct ranges ranges = { 0 };

	if (operand.is_signed)
		order.sign = 1ULL << (operand.width - 1);
	*atom = (struct atom){ .index = operand.index, .mask = order.last };
	if (test->has_mask)
		atom->mask = value_bits(&test->mask, arch, operand.width);
	switch (test->op) {
	case TEST_HAS:
	case TEST_ANY:
	case TEST_ONLY:
		make_bitwise(atom, &ranges, test->op, value, order.last);
		break;
	case TEST_EQ:
	case TEST_NE:
	case TEST_IN:
		add_items(&ranges, test, &order, arch, operand.width);
		atom->is_negated = test->op == TEST_NE;
		break;
	default:
		add_comparison(&ranges, test->op, &order, value);
	}
	merge_ranges(&ranges);
	atom->ranges = ranges.v;
	atom->n_ranges = ranges.n;
}

void atom_finish(struct atom *atom)
{
	free(atom->ranges);
}
