// SPDX-License-Identifier: GPL-2.0-or-later
#include "confine/built_filter.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "policy/parse.h"

const struct built_filter *built_filter_find(const char *name, unsigned int flags)
{
	for (const struct built_filter *built = built_filters; built->name; built++)
		if (built->flags == flags && str_eq(built->name, name))
			return built;
	return NULL;
}

/* The texts of shipped policies are part of the program, so the line and column identify the
 * rule. */
static bool fits(const struct built_filter *built, const struct policy *policy)
{
	/* A constant may have the name of one that the rules mean. */
	if (policy->has_definitions || policy_rule_place(policy, built->n_rules) ||
	    policy->kernel != built->kernel || policy->arches != built->arches ||
	    !action_is_same(&policy->default_action, &built->default_action) ||
	    !action_is_same(&policy->unknown_action, &built->unknown_action))
		return false;
	for (size_t i = 0; i < built->n_rules; i++) {
		const struct place *place = policy_rule_place(policy, i);

		if (!place || place->line != built->rules[i].line ||
		    place->col != built->rules[i].col || !str_eq(place->file, built->rules[i].file))
			return false;
	}
	return true;
}

struct filter *built_filter_take(const char *name, const struct policy *policy, unsigned int flags)
{
	const struct built_filter *built = built_filter_find(name, flags);
	struct filter *filter;

	if (!built || !fits(built, policy))
		return NULL;
	filter = mem_alloc(sizeof(*filter));
	filter->prog = mem_alloc(built->len * sizeof(*filter->prog));
	memcpy(filter->prog, built->prog, built->len * sizeof(*filter->prog));
	filter->len = built->len;
	filter->flags = flags;
	memcpy(filter->cookies, built->cookies, sizeof(filter->cookies));
	return filter;
}

static struct verdict name_rule(const struct built_verdict *built, const struct policy *policy)
{
	return (struct verdict){
		.action = built->action,
		.by = (enum verdict_by)built->by,
		.rule = built->by == VERDICT_RULE ? policy->rules[built->rule] : NULL,
	};
}

void built_filter_name_rules(const char *name, const struct policy *policy, struct filter *filter)
{
	const struct built_filter *built = built_filter_find(name, filter->flags);

	filter->returns = mem_alloc(filter->len * sizeof(*filter->returns));
	for (size_t i = 0; i < built->n_returns; i++) {
		const struct built_return *row = &built->returns[i];

		filter->returns[row->insn] = (struct filter_outcome){
			.verdict = name_rule(&row->verdict, policy),
			.is_by_number = row->is_by_number,
		};
	}
	for (size_t i = 0; i < built->n_numbers; i++) {
		const struct built_number *row = &built->numbers[i];

		*array_append(&filter->numbers[row->arch]) = (struct filter_number){
			.first = row->first,
			.verdict = name_rule(&row->verdict, policy),
		};
	}
}
