// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Code for conditions. A 64-bit value is two words: the high one is searched first, then, where it
 * does not decide, the low one. A word whose mask is 0 is known to be 0 and is not loaded.
 */
#include "filter/emit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "filter/lower.h"

enum { LINEAR_SEARCH_MAX = 4 };

/* One range of high words, for which all low words match, or some do. */
struct high_part {
	uint32_t low, high;
	size_t first, n; /* low ranges; n == 0: all match */
};

struct split {
	struct {
		struct high_part *v;
		size_t n, cap;
	} highs;
	struct {
		struct segment *v;
		size_t n, cap;
	} lows;
};

static size_t emit_segment(struct assembler *assembler, const struct segment *segment, size_t next,
			   size_t below)
{
	size_t in = segment->target;

	if (segment->low == segment->high)
		return assembler_jump(assembler, BPF_JEQ, segment->low, in, next);
	if (segment->high != UINT32_MAX)
		in = assembler_jump(assembler, BPF_JGT, segment->high, next, in);
	if (!segment->low)
		return in;
	return assembler_jump(assembler, BPF_JGE, segment->low, in, below);
}

size_t emit_search(struct assembler *assembler, const struct segment *segments, size_t n,
		   size_t unless)
{
	size_t middle = n / 2, next = unless, right, left;

	if (n > LINEAR_SEARCH_MAX) {
		right = emit_search(assembler, segments + middle, n - middle, unless);
		left = emit_search(assembler, segments, middle, unless);
		return assembler_jump(assembler, BPF_JGE, segments[middle].low, right, left);
	}
	for (size_t i = n; i > 0; i--)
		next = emit_segment(assembler, &segments[i - 1], next, unless);
	return next;
}

/* Returns the target for 0. */
static size_t target_of_zero(const struct segment *segments, size_t n, size_t unless)
{
	return n && !segments[0].low ? segments[0].target : unless;
}

/* Writes a search of a word and, in front of it, its load, unless there is nothing to decide. */
static size_t emit_word(struct assembler *assembler, uint32_t offset, uint32_t mask,
			const struct segment *segments, size_t n, size_t unless)
{
	bool is_zero_test = n == 1 && !segments[0].low && !segments[0].high;
	size_t before = assembler->insns.n, root;

	if (!mask)
		return target_of_zero(segments, n, unless);
	if (is_zero_test)
		root = assembler_jump(assembler, BPF_JSET, mask, unless, segments[0].target);
	else
		root = emit_search(assembler, segments, n, unless);
	if (assembler->insns.n == before)
		return root;
	assembler_fall_into(assembler, root);
	if (!is_zero_test && mask != UINT32_MAX)
		assembler_add(assembler, BPF_ALU | BPF_AND | BPF_K, mask);
	return assembler_add(assembler, BPF_LD | BPF_W | BPF_ABS, offset);
}

size_t emit_equal(struct assembler *assembler, uint32_t offset, uint32_t mask, uint32_t value,
		  size_t when, size_t unless)
{
	struct segment segment = { value, value, when };

	return emit_word(assembler, offset, mask, &segment, 1, unless);
}

static void add_high(struct split *split, uint32_t low, uint32_t high)
{
	*array_append(&split->highs) =
		(struct high_part){ .low = low, .high = high, .first = split->lows.n };
}

/* Adds the low words LOW to HIGH under one high word. */
static void add_low(struct split *split, uint32_t high_word, uint32_t low, uint32_t high)
{
	struct high_part *last;

	if (!low && high == UINT32_MAX) {
		add_high(split, high_word, high_word);
		return;
	}
	if (!split->highs.n || split->highs.v[split->highs.n - 1].low != high_word ||
	    !split->highs.v[split->highs.n - 1].n)
		add_high(split, high_word, high_word);
	last = &split->highs.v[split->highs.n - 1];
	last->n++;
	*array_append(&split->lows) = (struct segment){ low, high, 0 };
}

static void split_range(struct split *split, const struct range *range)
{
	uint32_t first = (uint32_t)(range->low >> 32), last = (uint32_t)(range->high >> 32);
	uint32_t low = (uint32_t)range->low, high = (uint32_t)range->high;

	if (first == last) {
		add_low(split, first, low, high);
		return;
	}
	if (low)
		add_low(split, first++, low, UINT32_MAX);
	if (high != UINT32_MAX)
		last--;
	if (first <= last)
		add_high(split, first, last);
	if (high != UINT32_MAX)
		add_low(split, last + 1, 0, high);
}

static uint32_t arg_offset(unsigned int index, bool is_high)
{
	return (uint32_t)(offsetof(struct seccomp_data, args) + sizeof(uint64_t) * index +
			  (is_high ? 4 : 0));
}

static size_t emit_atom(struct assembler *assembler, const struct atom *atom, size_t when,
			size_t unless)
{
	struct segment *highs;
	struct split split = { 0 };
	size_t root;

	for (size_t i = 0; i < atom->n_ranges; i++)
		split_range(&split, &atom->ranges[i]);
	highs = mem_alloc((split.highs.n + 1) * sizeof(*highs));
	for (size_t i = split.highs.n; i > 0; i--) {
		const struct high_part *part = &split.highs.v[i - 1];
		size_t target = when;

		for (size_t k = 0; k < part->n; k++)
			split.lows.v[part->first + k].target = when;
		if (part->n)
			target = emit_word(assembler, arg_offset(atom->index, false),
					   (uint32_t)atom->mask, split.lows.v + part->first,
					   part->n, unless);
		highs[i - 1] = (struct segment){ part->low, part->high, target };
	}
	root = emit_word(assembler, arg_offset(atom->index, true), (uint32_t)(atom->mask >> 32),
			 highs, split.highs.n, unless);
	free(highs);
	free(split.highs.v);
	free(split.lows.v);
	return root;
}

static size_t emit_test(struct assembler *assembler, const struct emit_site *site,
			const struct test *test, size_t when, size_t unless)
{
	struct atom atom;
	size_t root;

	atom_init(&atom, test, site->call, site->arch);
	if (atom.is_negated)
		root = emit_atom(assembler, &atom, unless, when);
	else
		root = emit_atom(assembler, &atom, when, unless);
	atom_finish(&atom);
	return root;
}

size_t emit_expr(struct assembler *assembler, const struct emit_site *site, const struct expr *expr,
		 size_t when, size_t unless)
{
	switch (expr->kind) {
	case EXPR_TEST:
		return emit_test(assembler, site, expr->test, when, unless);
	case EXPR_NOT:
		return emit_expr(assembler, site, expr->left, unless, when);
	case EXPR_AND:
		when = emit_expr(assembler, site, expr->right, when, unless);
		return emit_expr(assembler, site, expr->left, when, unless);
	case EXPR_OR:
		unless = emit_expr(assembler, site, expr->right, when, unless);
		return emit_expr(assembler, site, expr->left, when, unless);
	}
	return unless;
}
