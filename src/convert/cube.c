// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every test is a set of intervals or of bits, and both split into masked comparisons: an interval
 * into its aligned blocks. Signed order becomes unsigned by flipping the sign bit. The register's
 * upper half, which the kernel does not read, is under no mask.
 */
#include "convert/cube.h"

#include <stdlib.h>

#include "base/mem.h"

struct interval {
	uint64_t low, high;
};
struct intervals {
	struct interval *v;
	size_t n, cap;
};

/* One test while it is being split. */
struct subject {
	const struct test *test;
	enum arch arch;
	struct operand operand;
	uint64_t all, mask, sign; /* sign: 0 if unsigned */
	struct cubes *to;
};

/* Returns whether CUBE contains all calls of OTHER. */
static bool covers(const struct cube *cube, const struct cube *other)
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		if (cube->mask[i] & ~other->mask[i] ||
		    (cube->value[i] ^ other->value[i]) & cube->mask[i])
			return false;
	return true;
}

/* Adds CUBE unless another one covers it, and drops those it covers: without that, 'not a or not b'
 * of two 32-bit arguments would become their product. */
static void put(struct cubes *cubes, const struct cube *cube)
{
	size_t n = 0;

	for (size_t i = 0; i < cubes->n; i++)
		if (covers(&cubes->v[i], cube))
			return;
	for (size_t i = 0; i < cubes->n; i++)
		if (!covers(cube, &cubes->v[i]))
			cubes->v[n++] = cubes->v[i];
	cubes->n = n;
	if (cubes->n == CUBES_MAX)
		cubes->is_too_many = true;
	else
		*array_append(cubes) = *cube;
}

/* Adds the calls whose argument has (argument & MASK) == VALUE. */
static void put_masked(struct subject *subject, uint64_t mask, uint64_t value)
{
	struct cube cube = { 0 };

	/* Bits outside the test's own mask are 0. */
	if (value & ~subject->mask)
		return;
	cube.mask[subject->operand.index] = mask & subject->mask;
	cube.value[subject->operand.index] = value;
	put(subject->to, &cube);
}

static void put_bits(struct subject *subject, uint64_t bits, bool is_set)
{
	for (unsigned int i = 0; i < 64; i++) {
		uint64_t bit = 1ULL << i;

		if (bits & bit)
			put_masked(subject, bit, is_set ? bit : 0);
	}
}

/* Adds LOW to HIGH, in flipped order, as blocks of aligned powers of two. */
static void put_interval(struct subject *subject, uint64_t low, uint64_t high)
{
	while (low <= high && !subject->to->is_too_many) {
		uint64_t block = 0; /* its size - 1 */

		while (block != subject->all && !(low & (block << 1 | 1)) &&
		       (low | (block << 1 | 1)) <= high)
			block = block << 1 | 1;
		put_masked(subject, subject->all & ~block,
			   (low ^ subject->sign) & subject->all & ~block);
		if ((low | block) == subject->all)
			return;
		low = (low | block) + 1;
	}
}

static int compare_intervals(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static void put_complement(struct subject *subject, struct intervals *intervals)
{
	uint64_t next = 0;

	if (intervals->n)
		qsort(intervals->v, intervals->n, sizeof(*intervals->v), compare_intervals);
	for (size_t i = 0; i < intervals->n && !subject->to->is_too_many; i++) {
		if (intervals->v[i].low > next)
			put_interval(subject, next, intervals->v[i].low - 1);
		if (intervals->v[i].high == subject->all)
			return;
		if (intervals->v[i].high + 1 > next)
			next = intervals->v[i].high + 1;
	}
	put_interval(subject, next, subject->all);
}

static void add_interval(struct intervals *intervals, uint64_t low, uint64_t high)
{
	if (low <= high)
		*array_append(intervals) = (struct interval){ low, high };
}

static void list_intervals(const struct subject *subject, struct intervals *intervals)
{
	const struct test *test = subject->test;

	for (size_t i = 0; i < test->n_items; i++) {
		uint64_t low = value_bits(&test->items[i].low, subject->arch,
					  subject->operand.width) ^
			       subject->sign;
		uint64_t high = value_bits(&test->items[i].high, subject->arch,
					   subject->operand.width) ^
				subject->sign;

		if (test->op == TEST_LT || test->op == TEST_GE)
			low ? add_interval(intervals, 0, low - 1) : (void)0;
		else if (test->op == TEST_LE || test->op == TEST_GT)
			add_interval(intervals, 0, high);
		else
			add_interval(intervals, low, high);
	}
}

static void put_order(struct subject *subject, bool is_not)
{
	enum test_op op = subject->test->op;
	struct intervals intervals = { 0 };

	list_intervals(subject, &intervals);
	if (is_not != (op == TEST_NE || op == TEST_GE || op == TEST_GT))
		put_complement(subject, &intervals);
	else
		for (size_t i = 0; i < intervals.n; i++)
			put_interval(subject, intervals.v[i].low, intervals.v[i].high);
	free(intervals.v);
}

static void put_test(struct subject *subject, bool is_not)
{
	const struct test *test = subject->test;
	uint64_t bits = value_bits(&test->items[0].low, subject->arch, subject->operand.width);

	switch (test->op) {
	case TEST_HAS:
		if (!is_not)
			put_masked(subject, bits, bits);
		else
			put_bits(subject, bits, false);
		break;
	case TEST_ANY:
		if (!is_not)
			put_bits(subject, bits & subject->mask, true);
		else
			put_masked(subject, bits, 0);
		break;
	case TEST_ONLY:
		if (!is_not)
			put_masked(subject, subject->all & ~bits, 0);
		else
			put_bits(subject, subject->mask & ~bits, true);
		break;
	default:
		put_order(subject, is_not);
		break;
	}
}

static struct cubes cubes_of_test(const struct test *test, bool is_not, const struct sys_call *call,
				  enum arch arch)
{
	struct cubes cubes = { 0 };
	struct subject subject = {
		.test = test, .arch = arch, .operand = test_operand(test, call, arch), .to = &cubes
	};
	unsigned int width = subject.operand.width;

	subject.all = UINT64_MAX >> (64 - width);
	subject.mask = test->has_mask ? value_bits(&test->mask, arch, width) : subject.all;
	subject.sign = subject.operand.is_signed ? 1ULL << (width - 1) : 0;
	put_test(&subject, is_not);
	return cubes;
}

struct cubes cubes_of_expr(const struct expr *expr, bool is_not, const struct sys_call *call,
			   enum arch arch)
{
	struct cubes cubes = { 0 }, other;

	if (!expr) {
		if (!is_not)
			put(&cubes, &(struct cube){ 0 });
		return cubes;
	}
	if (expr->kind == EXPR_TEST)
		return cubes_of_test(expr->test, is_not, call, arch);
	if (expr->kind == EXPR_NOT)
		return cubes_of_expr(expr->left, !is_not, call, arch);
	cubes = cubes_of_expr(expr->left, is_not, call, arch);
	other = cubes_of_expr(expr->right, is_not, call, arch);
	if ((expr->kind == EXPR_OR) != is_not)
		cubes_add(&cubes, &other);
	else
		cubes_keep(&cubes, &other);
	return cubes;
}

struct cubes cubes_of_bits(size_t arg, uint64_t mask, uint64_t value, bool is_not)
{
	struct cubes cubes = { 0 };

	for (unsigned int i = 0; i < 64 && is_not; i++) {
		struct cube cube = { 0 };

		cube.mask[arg] = mask & 1ULL << i;
		cube.value[arg] = ~value & cube.mask[arg];
		if (cube.mask[arg])
			put(&cubes, &cube);
	}
	if (!is_not) {
		struct cube cube = { 0 };

		cube.mask[arg] = mask;
		cube.value[arg] = value;
		put(&cubes, &cube);
	}
	return cubes;
}

void cubes_add(struct cubes *cubes, struct cubes *other)
{
	cubes->is_too_many |= other->is_too_many;
	for (size_t i = 0; i < other->n; i++)
		put(cubes, &other->v[i]);
	free(other->v);
	*other = (struct cubes){ 0 };
}

/* Returns whether any call is in both. */
static bool meet(const struct cube *a, const struct cube *b, struct cube *ret_both)
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		if ((a->value[i] ^ b->value[i]) & a->mask[i] & b->mask[i])
			return false;
		ret_both->mask[i] = a->mask[i] | b->mask[i];
		ret_both->value[i] = a->value[i] | b->value[i];
	}
	return true;
}

void cubes_keep(struct cubes *cubes, struct cubes *other)
{
	struct cubes both = { .is_too_many = cubes->is_too_many || other->is_too_many };

	for (size_t i = 0; i < cubes->n && !both.is_too_many; i++) {
		for (size_t k = 0; k < other->n && !both.is_too_many; k++) {
			struct cube cube;

			if (meet(&cubes->v[i], &other->v[k], &cube))
				put(&both, &cube);
		}
	}
	free(cubes->v);
	free(other->v);
	*other = (struct cubes){ 0 };
	*cubes = both;
}

bool cube_is_all(const struct cube *cube)
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		if (cube->mask[i])
			return false;
	return true;
}

enum { COVER_STEPS_MAX = 1 << 16 };

static bool find_bit(const struct cube *of, const struct cube *but, size_t *ret_arg,
		     uint64_t *ret_bit)
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		uint64_t bits = of->mask[i] & ~but->mask[i];

		*ret_arg = i;
		*ret_bit = bits & -bits;
		if (bits)
			return true;
	}
	return false;
}

static bool is_covered(const struct cubes *cubes, const struct cube *cube, unsigned int *steps,
		       struct cube *ret_rest)
{
	struct cube half = *cube, both;
	size_t arg, met = cubes->n;
	uint64_t bit;

	*ret_rest = *cube;
	for (size_t i = 0; i < cubes->n; i++) {
		if (covers(&cubes->v[i], cube))
			return true;
		if (met == cubes->n && meet(&cubes->v[i], cube, &both))
			met = i;
	}
	if (met == cubes->n || ++*steps > COVER_STEPS_MAX ||
	    !find_bit(&cubes->v[met], cube, &arg, &bit))
		return false;
	half.mask[arg] |= bit;
	if (!is_covered(cubes, &half, steps, ret_rest))
		return false;
	half.value[arg] |= bit;
	return is_covered(cubes, &half, steps, ret_rest);
}

bool cubes_cover(const struct cubes *cubes, const struct cube *cube, struct cube *ret_rest)
{
	unsigned int steps = 0;
	struct cube rest;

	return is_covered(cubes, cube, &steps, ret_rest ? ret_rest : &rest);
}

struct cube cube_cut(const struct cube *cube, uint64_t bits)
{
	struct cube result = *cube;

	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		result.mask[i] &= bits;
		result.value[i] &= bits;
	}
	return result;
}
