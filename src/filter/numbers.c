// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers of one AUDIT_ARCH cut into stretches: who mentions them, and what applies
 * otherwise. */
#include <stdlib.h>

#include "base/mem.h"
#include "filter/meaning.h"

static void add_stretch(struct numbers *numbers, const struct policy *policy, enum arch arch,
			uint32_t low, uint32_t high)
{
	struct stretch *stretch = array_append(&numbers->stretches);

	*stretch = (struct stretch){ .low = low, .high = high, .arch = arch };
	if (!(policy->arches & 1U << arch))
		stretch->rest = (struct verdict){ .action = { .kind = ACTION_KILL_PROCESS },
						  .by = VERDICT_ARCH };
	else if (low == high && policy_knows(policy, arch, low))
		stretch->rest = (struct verdict){ .action = policy->default_action,
						  .by = VERDICT_DEFAULT };
	else
		stretch->rest = (struct verdict){ .action = policy->unknown_action,
						  .by = VERDICT_UNKNOWN };
	stretch->first = numbers->mentions.n;
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool is_seen_multiplexed(const struct rule *rule)
{
	return !rule->expr || action_is_denial(&rule->action);
}

/* All numbers of ARCH that differ from their neighbours, possibly repeated. */
struct points {
	uint32_t *v;
	size_t n, cap;
};

static void collect_points(struct points *points, const struct policy *policy, enum arch arch)
{
	uint32_t bit = arch == ARCH_X32 ? SYS_X32_BIT : 0;
	bool is_sorted = true;

	for (uint32_t nr = bit; nr < (bit | SYS_NR_END); nr++)
		if (sys_call_by_nr(arch, nr))
			*array_append(points) = nr;
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		for (size_t k = 0; rule->arches & 1U << arch && k < rule->n_calls; k++) {
			uint32_t nr = rule->calls[k].numbers[arch];

			if (nr == CALL_NONE || sys_call_by_nr(arch, nr))
				continue;
			*array_append(points) = nr;
			is_sorted = false;
		}
	}
	if (!is_sorted)
		qsort(points->v, points->n, sizeof(*points->v), compare_numbers);
}

/* Returns whether calls of ARCH may differ: by the policy, or as part of the launch. */
static bool has_points(const struct policy *policy, enum arch arch)
{
	return policy->arches & 1U << arch || arch == arch_native();
}

/* Cuts LOW to HIGH, the numbers of ARCH, at every point. */
static void cut(struct numbers *numbers, const struct policy *policy, enum arch arch, uint32_t low,
		uint32_t high)
{
	struct points points = { 0 };
	uint64_t next = low;

	if (has_points(policy, arch))
		collect_points(&points, policy, arch);
	for (size_t i = 0; i < points.n; i++) {
		uint32_t nr = points.v[i];

		if (nr < next || nr > high)
			continue;
		if (nr > next)
			add_stretch(numbers, policy, arch, (uint32_t)next, nr - 1);
		add_stretch(numbers, policy, arch, nr, nr);
		next = (uint64_t)nr + 1;
	}
	if (next <= high)
		add_stretch(numbers, policy, arch, (uint32_t)next, high);
	free(points.v);
}

static int compare_mentions(const void *a, const void *b)
{
	const struct mention *x = a, *y = b;

	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	if (x->rule->index != y->rule->index)
		return x->rule->index < y->rule->index ? -1 : 1;
	return (x->call > y->call) - (x->call < y->call);
}

static void collect_mentions(struct numbers *numbers, const struct policy *policy, enum arch arch)
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		for (size_t k = 0; rule->arches & 1U << arch && k < rule->n_calls; k++) {
			const struct rule_call *call = &rule->calls[k];

			if (call->numbers[arch] != CALL_NONE)
				*array_append(&numbers->mentions) =
					(struct mention){ call->numbers[arch], rule, call, false };
			if (arch == ARCH_X86 && call->multiplex.nr && is_seen_multiplexed(rule))
				*array_append(&numbers->mentions) =
					(struct mention){ call->multiplex.nr, rule, call, true };
		}
	}
}

/* Assigns each stretch its mentions; both are sorted by number. */
static void assign_mentions(struct numbers *numbers)
{
	size_t at = 0;

	if (numbers->mentions.n)
		qsort(numbers->mentions.v, numbers->mentions.n, sizeof(*numbers->mentions.v),
		      compare_mentions);
	for (size_t i = 0; i < numbers->stretches.n; i++) {
		struct stretch *stretch = &numbers->stretches.v[i];

		stretch->first = at;
		while (at < numbers->mentions.n && numbers->mentions.v[at].nr <= stretch->high)
			at++;
		stretch->n = at - stretch->first;
	}
}

void numbers_init(struct numbers *numbers, const struct policy *policy, uint32_t audit_arch)
{
	enum arch low = arch_of_call(audit_arch, 0);
	enum arch x32 = arch_of_call(audit_arch, SYS_X32_BIT);

	*numbers = (struct numbers){ .audit_arch = audit_arch };
	cut(numbers, policy, low, 0, low == x32 ? UINT32_MAX : SYS_X32_BIT - 1);
	collect_mentions(numbers, policy, low);
	if (low != x32) {
		cut(numbers, policy, x32, SYS_X32_BIT, UINT32_MAX - 1);
		collect_mentions(numbers, policy, x32);
		cut(numbers, policy, low, UINT32_MAX, UINT32_MAX);
	}
	assign_mentions(numbers);
}

void numbers_finish(struct numbers *numbers)
{
	free(numbers->stretches.v);
	free(numbers->mentions.v);
}

size_t numbers_list_arches(uint32_t ret_arches[ARCH_COUNT])
{
	size_t n = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		uint32_t audit_arch = arch_get(arch)->audit_arch;
		bool is_new = true;

		for (size_t i = 0; i < n; i++)
			is_new = is_new && ret_arches[i] != audit_arch;
		if (is_new)
			ret_arches[n++] = audit_arch;
	}
	return n;
}

size_t numbers_find(const struct numbers *numbers, uint32_t nr)
{
	size_t low = 0, high = numbers->stretches.n - 1;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (numbers->stretches.v[middle].high < nr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
