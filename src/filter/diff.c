// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Takes the calls of each number apart into parts with one verdict of the old policy, and each of
 * these into parts with one verdict of the new: what is told is exact, for all calls, and nothing
 * is sampled. Where that would take too long there is no answer, never part of one.
 */
#include "filter/diff.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "filter/describe.h"
#include "filter/diff_settings.h"
#include "filter/meaning.h"

enum { WORK_MAX = 1 << 24 };

struct comparison {
	struct policy_diff *diff;
	struct region region;
	const struct numbers *after;
	const struct stretch *after_stretch;
	enum arch arch;
	uint32_t low, high;
	size_t first; /* difference of these numbers */
	const struct verdict *before;
};

/* The actions in classes of the same mildness. */
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
					  const struct verdict *before, const struct verdict *after)
{
	struct policy_diff *diff = comparison->diff;
	struct difference *added;

	for (size_t i = comparison->first; i < diff->calls.n; i++)
		if (verdict_is_same(&diff->calls.v[i].before, before) &&
		    verdict_is_same(&diff->calls.v[i].after, after))
			return &diff->calls.v[i];
	added = array_append(&diff->calls);
	*added = (struct difference){ .change = change_of(&before->action, &after->action),
				      .arch = comparison->arch,
				      .low = comparison->low,
				      .high = comparison->high,
				      .before = *before,
				      .after = *after,
				      .witness = region_witness(&comparison->region) };
	return added;
}

static void add_condition(struct difference *difference, const struct region *region)
{
	struct strbuf text = { 0 };

	if (difference->conditions.n == DIFF_CONDITIONS_MAX)
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

static bool compare_part(const struct verdict *after, void *context)
{
	struct comparison *comparison = context;
	const struct verdict *before = comparison->before;
	struct difference *difference;

	if (before->action.kind == after->action.kind && before->action.data == after->action.data)
		return true;
	difference = find_difference(comparison, before, after);
	difference->n_parts++;
	add_condition(difference, &comparison->region);
	return true;
}

static bool divide_part(const struct verdict *before, void *context)
{
	struct comparison *comparison = context;

	comparison->before = before;
	return stretch_walk(&comparison->region, comparison->after, comparison->after_stretch,
			    compare_part, comparison);
}

/* The numbers that are in both stretches. */
static bool compare_stretches(struct comparison *comparison, const struct numbers *before,
			      const struct stretch *before_stretch, uint32_t low, uint32_t high)
{
	struct fact arch = { WORD_ARCH, false, UINT32_MAX, before->audit_arch, before->audit_arch };
	struct fact nr = { WORD_NR, false, UINT32_MAX, low, high };
	bool is_whole;

	comparison->arch = before_stretch->arch;
	comparison->low = low;
	comparison->high = high;
	comparison->first = comparison->diff->calls.n;
	region_push(&comparison->region, &arch);
	region_push(&comparison->region, &nr);
	is_whole = stretch_walk(&comparison->region, before, before_stretch, divide_part,
				comparison);
	region_pop(&comparison->region, &nr);
	region_pop(&comparison->region, &arch);
	return is_whole;
}

/* Goes through the stretches of both side by side. */
static bool compare_numbers(struct comparison *comparison, const struct numbers *before,
			    const struct numbers *after)
{
	size_t b = 0, a = 0;
	uint32_t low = 0;

	comparison->after = after;
	while (b < before->stretches.n && a < after->stretches.n) {
		const struct stretch *x = &before->stretches.v[b];
		const struct stretch *y = &after->stretches.v[a];
		uint32_t high = x->high < y->high ? x->high : y->high;

		comparison->after_stretch = y;
		if (!compare_stretches(comparison, before, x, low, high))
			return false;
		b += x->high == high;
		a += y->high == high;
		low = high + 1;
	}
	return true;
}

static bool compare_calls(struct comparison *comparison, const struct policy *before,
			  const struct policy *after)
{
	uint32_t arches[ARCH_COUNT];
	size_t n = numbers_list_arches(arches);
	bool is_whole = true;

	for (size_t i = 0; i < n && is_whole; i++) {
		struct numbers x, y;

		numbers_init(&x, before, arches[i]);
		numbers_init(&y, after, arches[i]);
		is_whole = compare_numbers(comparison, &x, &y);
		numbers_finish(&x);
		numbers_finish(&y);
	}
	return is_whole;
}

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

/* Where a verdict comes in the order of its policy. */
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
	struct comparison comparison = { .diff = &diff, .region.work_max = WORK_MAX };
	bool is_whole = compare_calls(&comparison, before, after);

	region_finish(&comparison.region);
	if (!is_whole) {
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
