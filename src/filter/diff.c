// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Splits the calls of each number into parts with one verdict of the old policy, and each of these
 * into parts with one verdict of the new: the result is exact, for all calls, and nothing is
 * sampled. If that would take too long there is no result, never part of one.
 */
#include "filter/diff.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "filter/describe.h"
#include "filter/diff_settings.h"
#include "filter/pair.h"

/* Describing a part takes time quadratic in its facts. */
enum { DESCRIBED_MAX = 1 << 26 };

struct comparison {
	struct policy_diff *diff;
	size_t first; /* of the numbers being compared */
	uint64_t described;
};

/* Sorts the actions into classes of equal mildness. */
static unsigned int severity(const struct action *action)
{
	return action->kind == ACTION_LOG ? ACTION_ALLOW : action->kind;
}

static enum change change_of(const struct action *before, const struct action *after)
{
	if (severity(before) == severity(after))
		return CHANGE_OTHER;
	return severity(before) > severity(after) ? CHANGE_WIDER : CHANGE_NARROWER;
}

static struct difference *find_difference(struct comparison *comparison,
					  const struct pair_part *part)
{
	struct policy_diff *diff = comparison->diff;
	struct difference *added;

	if (diff->calls.n && (diff->calls.v[comparison->first].arch != part->arch ||
			      diff->calls.v[comparison->first].low != part->low))
		comparison->first = diff->calls.n;
	for (size_t i = comparison->first; i < diff->calls.n; i++)
		if (verdict_is_same(&diff->calls.v[i].before, part->first) &&
		    verdict_is_same(&diff->calls.v[i].after, part->second))
			return &diff->calls.v[i];
	added = array_append(&diff->calls);
	*added = (struct difference){ .change = change_of(&part->first->action,
							  &part->second->action),
				      .arch = part->arch,
				      .low = part->low,
				      .high = part->high,
				      .before = *part->first,
				      .after = *part->second,
				      .witness = region_witness(part->region) };
	return added;
}

static void add_condition(struct comparison *comparison, struct difference *difference,
			  const struct region *region)
{
	struct strbuf text = { 0 };

	if (difference->conditions.n == DIFF_CONDITIONS_MAX)
		return;
	for (unsigned int i = 0; i < REGION_WORDS; i++)
		comparison->described += region->facts[i].n * region->facts[i].n;
	if (comparison->described > DESCRIBED_MAX)
		return;
	strbuf_puts(&text, "");
	region_describe(region, sys_call_by_nr(difference->arch, difference->low), difference->arch,
			&text);
	for (size_t i = 0; i < difference->conditions.n; i++) {
		if (str_eq(difference->conditions.v[i], text.text)) {
			strbuf_finish(&text);
			return;
		}
	}
	*array_append(&difference->conditions) = text.text;
}

static void compare_part(const struct pair_part *part, void *context)
{
	const struct action *before = &part->first->action, *after = &part->second->action;
	struct comparison *comparison = context;
	struct difference *difference;

	if (before->kind == after->kind && before->data == after->data &&
	    before->is_known == after->is_known)
		return;
	difference = find_difference(comparison, part);
	difference->n_parts++;
	add_condition(comparison, difference, part->region);
}

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* Returns where a verdict comes in the order of its policy. */
static size_t order_of(const struct verdict *verdict)
{
	return verdict->rule ? verdict->rule->index : SIZE_MAX - VERDICT_LAUNCH + verdict->by;
}

static int compare_differences(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;

	if (x->change != y->change)
		return compare_sizes(x->change, y->change);
	if (order_of(&x->before) != order_of(&y->before))
		return compare_sizes(order_of(&x->before), order_of(&y->before));
	if (order_of(&x->after) != order_of(&y->after))
		return compare_sizes(order_of(&x->after), order_of(&y->after));
	if (x->arch != y->arch)
		return compare_sizes(x->arch, y->arch);
	return compare_sizes(x->low, y->low);
}

int policy_diff(const struct policy *before, const struct policy *after,
		struct policy_diff *ret_diff, struct diags *diags)
{
	struct policy_diff diff = { 0 };
	struct comparison comparison = { .diff = &diff };

	if (!pair_walk(before, after, compare_part, &comparison) ||
	    comparison.described > DESCRIBED_MAX) {
		policy_diff_finish(&diff);
		diags_fail(diags, -E2BIG, "the policies are too intricate to be compared");
		diags_hint(diags, "write fewer or simpler conditions");
		return -E2BIG;
	}
	if (diff.calls.n)
		qsort(diff.calls.v, diff.calls.n, sizeof(*diff.calls.v), compare_differences);
	diff_settings(before, after, &diff);
	*ret_diff = diff;
	return 0;
}

void policy_diff_finish(struct policy_diff *diff)
{
	for (size_t i = 0; i < diff->calls.n; i++) {
		for (size_t k = 0; k < diff->calls.v[i].conditions.n; k++)
			free(diff->calls.v[i].conditions.v[k]);
		free(diff->calls.v[i].conditions.v);
	}
	for (size_t i = 0; i < diff->settings.n; i++)
		free(diff->settings.v[i].line);
	free(diff->calls.v);
	free(diff->settings.v);
}
