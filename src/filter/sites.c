// SPDX-License-Identifier: GPL-2.0-or-later
/* Turns rules that name calls into calls that have rules. */
#include "filter/sites.h"

#include <stdlib.h>

static void add_call(struct sites *sites, const struct rule *rule, const struct rule_call *call,
		     enum arch arch)
{
	const struct multiplex *multiplex = &call->multiplex;
	bool is_seen = !rule->expr || action_is_denial(&rule->action);

	if (arch == ARCH_X86 && multiplex->nr && is_seen)
		*array_append(sites) = (struct site){ .nr = multiplex->nr,
						      .order = rule->index + 1,
						      .rule = rule,
						      .multiplex = multiplex };
	if (call->numbers[arch] != CALL_NONE)
		*array_append(sites) = (struct site){ .nr = call->numbers[arch],
						      .order = rule->index + 1,
						      .rule = rule,
						      .call = call->rows[arch] };
}

static int compare_sites(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

void sites_init(struct sites *sites, const struct policy *policy, enum arch arch)
{
	const struct sys_call *row;

	*sites = (struct sites){ 0 };
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		if (!(rule->arches & 1U << arch))
			continue;
		for (size_t k = 0; k < rule->n_calls; k++)
			add_call(sites, rule, &rule->calls[k], arch);
	}
	for (size_t i = 0; (row = sys_call_row(i)); i++)
		if (row->nr[arch] >= 0)
			*array_append(sites) = (struct site){ .nr = (uint32_t)row->nr[arch] };
	qsort(sites->v, sites->n, sizeof(*sites->v), compare_sites);
}

void sites_finish(struct sites *sites)
{
	free(sites->v);
}
