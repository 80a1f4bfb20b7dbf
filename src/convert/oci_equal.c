// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether two lists of rules decide a call the same: tried with all values at which any of their
 * comparisons changes, in every combination. Too many of them count as a difference.
 */
#include <stdlib.h>

#include "convert/oci_cond.h"
#include "convert/oci_node.h"
#include "convert/oci_tree.h"

enum { VALUES_MAX = 96, WORK_MAX = 1 << 22 };

struct values {
	uint64_t v[VALUES_MAX], bits;
	size_t n, at;
	bool is_full;
};

static void add_value(struct values *values, uint64_t value)
{
	value &= values->bits;
	for (size_t i = 0; i < values->n; i++)
		if (values->v[i] == value)
			return;
	if (values->n < VALUES_MAX)
		values->v[values->n++] = value;
	else
		values->is_full = true;
}

/* Adds the values at and around the number of COND, in each of its halves. */
static void add_turns(struct values *values, const struct oci_cond *cond)
{
	for (uint64_t high = 0; high < 3; high++)
		for (uint64_t low = 0; low < 3; low++)
			add_value(values, ((cond->value >> 32) + high - 1) << 32 |
						  (uint32_t)(cond->value + low - 1));
	add_value(values, cond->value | ~cond->mask);
}

static void list_values(const struct oci_call *call, struct values values[SYS_ARGS_MAX])
{
	for (size_t i = 0; i < call->n; i++)
		for (size_t k = 0; k < call->v[i].n_conds; k++)
			add_turns(&values[call->v[i].conds[k].index], &call->v[i].conds[k]);
}

/* Adds the values that match a mask of one rule and one of another at once. */
static void list_pairs(const struct oci_call *call, struct values values[SYS_ARGS_MAX])
{
	for (size_t i = 0; i < call->n; i++)
		for (size_t k = 0; k < call->v[i].n_conds; k++) {
			const struct oci_cond *cond = &call->v[i].conds[k];
			struct values *of = &values[cond->index];
			size_t n = of->n;

			if ((cond->mask & of->bits) == of->bits)
				continue;
			for (size_t j = 0; j < n && !of->is_full; j++)
				add_value(of, cond->value | (of->v[j] & ~cond->mask));
		}
}

static const struct oci_rule *decide(const struct oci_call *call, const struct values *values)
{
	for (size_t i = 0; i < call->n; i++) {
		const struct oci_rule *rule = &call->v[i];
		bool holds = true;

		for (size_t k = 0; k < rule->n_conds && holds; k++) {
			const struct values *of = &values[rule->conds[k].index];

			holds = oci_cond_holds(&rule->conds[k], of->v[of->at]);
		}
		if (holds)
			return rule;
	}
	return NULL;
}

/* Advances to the next combination; returns whether there is one. */
static bool next_values(struct values values[SYS_ARGS_MAX])
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		if (++values[i].at < values[i].n)
			return true;
		values[i].at = 0;
	}
	return false;
}

bool oci_call_is_same(const struct oci_call *a, const struct oci_call *b)
{
	struct values values[SYS_ARGS_MAX] = { 0 };
	size_t n = 1;

	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		bool is_there = a->row && i < a->row->n_args;

		values[i].bits = is_there ? sys_arg_bits(a->arch, a->row->args[i].kind, UINT64_MAX)
					  : UINT64_MAX;
		add_value(&values[i], 0);
	}
	list_values(a, values);
	list_pairs(a, values);
	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		n *= values[i].n;
		if (values[i].is_full || n * (a->n + b->n) > WORK_MAX)
			return false;
	}
	do {
		if (!oci_rule_is_same(decide(a, values), decide(b, values)))
			return false;
	} while (next_values(values));
	return true;
}
