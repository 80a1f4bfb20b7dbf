// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules that can never apply, because an earlier one without condition decides the same call.
 * Who writes a denial believes that it works, so a dead one is an error in the text it stands in.
 * What one text decides before another (an option before a file, a file before what it includes)
 * is what their order is for, and no fault.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/parser.h"

/* The rule without condition that decides a call of one arch first. */
struct coverer {
	uint32_t nr;
	const struct rule *rule;
};

struct coverers {
	const struct rule *by_number[SYS_NR_END];
	struct coverer *v; /* of other numbers */
	size_t n, cap;
};

static bool is_known_number(uint32_t nr)
{
	return (nr & ~SYS_X32_BIT) < SYS_NR_END;
}

static const struct rule *find_coverer(const struct coverers *coverers, uint32_t nr)
{
	if (is_known_number(nr))
		return coverers->by_number[nr & ~SYS_X32_BIT];
	for (size_t i = 0; i < coverers->n; i++)
		if (coverers->v[i].nr == nr)
			return coverers->v[i].rule;
	return NULL;
}

/* Gives the rule that decides CALL under all its arches before this one, or NULL. */
static const struct rule *covering_rule(const struct coverers *by_arch,
					const struct rule_call *call)
{
	const struct rule *found = NULL;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct rule *rule;

		if (call->numbers[arch] == CALL_NONE)
			continue;
		rule = find_coverer(&by_arch[arch], call->numbers[arch]);
		if (!rule)
			return NULL;
		found = found ? found : rule;
	}
	return call->multiplex.nr ? NULL : found;
}

/* Gives whether the order of the texts explains that COVERER comes before RULE. */
static bool is_intended(const struct parser *parser, const struct rule *rule,
			const struct rule *coverer)
{
	const struct source *mine = parser_source(parser, &rule->place);
	const struct source *first = parser_source(parser, &coverer->place);

	if (!mine || !first || mine->kind == SOURCE_SHIPPED || first->kind == SOURCE_OPTION)
		return mine != first;
	for (const struct source *at = mine->parent; at; at = at->parent)
		if (at == first)
			return true;
	return false;
}

static const struct source *top_of(const struct parser *parser, const struct rule *rule)
{
	const struct source *source = parser_source(parser, &rule->place);

	while (source && source->parent)
		source = source->parent;
	return source;
}

static void tell(struct parser *parser, const struct rule *rule, const struct place *place,
		 const char *what, const struct rule *coverer)
{
	bool is_error = action_is_denial(&rule->action) &&
			top_of(parser, rule) == top_of(parser, coverer) &&
			(rule->action.kind != coverer->action.kind ||
			 rule->action.data != coverer->action.data);
	struct place other = coverer->place;

	if (is_error)
		parser_error(parser, place, "this denial can never apply%s", what);
	else
		parser_warn(parser, place, "this rule can never apply%s", what);
	if (other.line)
		diags_hint(parser->diags, "%s:%u decides first: %s", other.file, other.line,
			   coverer->text);
	else
		diags_hint(parser->diags, "%s decides first: %s", other.file, coverer->text);
}

static bool is_named_alone(const struct rule_call *call)
{
	return !call->is_from_set && call->name;
}

static bool is_same_action(const struct rule *a, const struct rule *b)
{
	return a->action.kind == b->action.kind && a->action.data == b->action.data;
}

static void check_rule(struct parser *parser, const struct coverers *by_arch,
		       const struct rule *rule)
{
	const struct rule *first = NULL;
	size_t n_dead = 0;

	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule *coverer = covering_rule(by_arch, &rule->calls[i]);

		n_dead += coverer != NULL;
		first = first ? first : coverer;
	}
	if (!n_dead)
		return;
	if (n_dead == rule->n_calls) {
		if (!is_intended(parser, rule, first))
			tell(parser, rule, &rule->place, "", first);
		return;
	}
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule_call *call = &rule->calls[i];
		const struct rule *coverer = covering_rule(by_arch, call);
		auto_free char *what = NULL;

		if (!coverer || !is_named_alone(call) || is_same_action(rule, coverer) ||
		    is_intended(parser, rule, coverer))
			continue;
		what = mem_printf(" to '%s'", call->name);
		tell(parser, rule, &call->place, what, coverer);
	}
}

static void add_coverer(struct coverers *by_arch, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_calls; i++) {
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			uint32_t nr = rule->calls[i].numbers[arch];

			if (nr == CALL_NONE || find_coverer(&by_arch[arch], nr))
				continue;
			if (is_known_number(nr))
				by_arch[arch].by_number[nr & ~SYS_X32_BIT] = rule;
			else
				*array_append(&by_arch[arch]) = (struct coverer){ nr, rule };
		}
	}
}

void parser_check_reach(struct parser *parser)
{
	auto_free struct coverers *by_arch = mem_alloc(ARCH_COUNT * sizeof(*by_arch));

	for (size_t i = 0; i < parser->policy->n_rules; i++) {
		const struct rule *rule = parser->policy->rules[i];

		check_rule(parser, by_arch, rule);
		/* Walls of the pen are no fault of whose rule they go before. */
		if (!rule->expr && !parser_is_built_in(parser, &rule->place))
			add_coverer(by_arch, rule);
	}
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		free(by_arch[arch].v);
}
