// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules that have no effect, or another effect than their author may think. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "lint/linter.h"

enum {
	CHECK_PARSER,
	CHECK_DEAD_DENIAL,
	CHECK_DEAD_PART,
	CHECK_DEAD_RULE,
	CHECK_NEVER,
	CHECK_ALWAYS,
	CHECK_DEFAULT_ALLOW,
	CHECK_UNKNOWN_ALLOW,
	CHECK_UNKNOWN_ERROR,
	CHECK_RETRY,
	CHECK_COUNT,
};

// clang-format off
static const struct lint_check checks[CHECK_COUNT] = {
	[CHECK_PARSER] = { "language", SEVERITY_WARNING, "a warning from the policy parser", NULL },
	[CHECK_DEAD_DENIAL] = { "dead-denial", SEVERITY_ERROR,
		"this denial can never apply: rules before it decide all its calls",
		"put it before them, or remove it" },
	[CHECK_DEAD_PART] = { "dead-denial-part", SEVERITY_WARNING,
		"an earlier rule lets through calls that match this denial's condition",
		"put the denial first, or begin it with 'deny rest' if that is intended" },
	[CHECK_DEAD_RULE] = { "dead-rule", SEVERITY_WARNING,
		"this rule can never apply: rules before it decide all its calls",
		"put it before them, or remove it" },
	[CHECK_NEVER] = { "condition-never", SEVERITY_WARNING,
		"the condition of this rule holds for no call",
		"its tests contradict each other" },
	[CHECK_ALWAYS] = { "condition-always", SEVERITY_WARNING,
		"the condition of this rule holds for every call",
		"remove it, or write what is meant" },
	[CHECK_DEFAULT_ALLOW] = { "default-allow", SEVERITY_WARNING,
		"whatever no rule names is allowed: a list of denials is never complete",
		"default deny EPERM" },
	[CHECK_UNKNOWN_ALLOW] = { "unknown-allow", SEVERITY_WARNING,
		"calls of newer kernels, which nobody has reviewed, are allowed",
		"unknown deny ENOSYS" },
	[CHECK_UNKNOWN_ERROR] = { "unknown-no-fallback", SEVERITY_WARNING,
		"programs try newer calls, and only ENOSYS makes them do without",
		"unknown deny ENOSYS" },
	[CHECK_RETRY] = { "retry-error", SEVERITY_WARNING,
		"programs respond to this error by calling again, some forever",
		"deny EPERM" },
};
// clang-format on

/* Errors that ask the program to call again. */
static const uint16_t retried[] = { EINTR, EAGAIN, EINPROGRESS, EALREADY };

static const struct lint_check *rule_check(size_t i)
{
	return i < CHECK_COUNT ? &checks[i] : NULL;
}

static void add(struct linter *linter, unsigned int check, const struct place *place)
{
	linter_add(linter, &checks[check], place, mem_strdup(checks[check].reason));
}

/* Warnings from the parser keep their severity. */
static void add_warnings(struct linter *linter)
{
	for (size_t i = 0; i < linter->warnings->n; i++) {
		const struct diag *diag = &linter->warnings->v[i];
		struct place place = { diag->file, diag->line, diag->col };
		struct finding *finding = linter_add(linter, &checks[CHECK_PARSER], &place,
						     mem_strdup(diag->message));

		free(finding->hint);
		finding->hint = mem_strdup(diag->hint);
	}
}

static bool note_rule(const struct verdict *verdict, void *context)
{
	bool *is_seen = context;

	if (verdict->rule)
		is_seen[verdict->rule->index] = true;
	return true;
}

/* Marks each rule that decides some call. */
static void mark_rules(struct linter *linter, bool *is_seen)
{
	for (size_t i = 0; i < linter->n_numbers; i++) {
		const struct numbers *numbers = &linter->numbers[i];

		for (size_t k = 0; k < numbers->stretches.n; k++)
			if (linter->policy->arches & 1U << numbers->stretches.v[k].arch)
				stretch_walk(&linter->region, numbers, &numbers->stretches.v[k],
					     note_rule, is_seen);
	}
}

/* Returns whether a rule before RULE that names one of its calls comes from another text: deciding
 * some calls before a later text does is what their order is for. */
static bool is_decided_elsewhere(const struct linter *linter, const struct rule *rule)
{
	for (size_t i = 0; i < linter->n_numbers; i++) {
		const struct numbers *numbers = &linter->numbers[i];

		for (size_t k = 0; k < numbers->mentions.n; k++) {
			const struct mention *mention = &numbers->mentions.v[k];

			if (mention->rule != rule)
				continue;
			for (size_t n = k; n-- > 0 && numbers->mentions.v[n].nr == mention->nr;)
				if (!str_eq(numbers->mentions.v[n].rule->place.file,
					    rule->place.file) &&
				    !str_eq(numbers->mentions.v[n].rule->place.file,
					    POLICY_BUILT_IN))
					return true;
		}
	}
	return false;
}

static bool has_call(const struct linter *linter, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_calls; i++)
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
			if (linter->policy->arches & rule->arches & 1U << arch &&
			    rule->calls[i].numbers[arch] != CALL_NONE)
				return true;
	return false;
}

static bool is_warned_of(const struct linter *linter, const struct rule *rule)
{
	for (size_t i = 0; i < linter->warnings->n; i++)
		if (linter->warnings->v[i].line == rule->place.line &&
		    linter->warnings->v[i].file &&
		    str_eq(linter->warnings->v[i].file, rule->place.file))
			return true;
	return false;
}

/* For which calls a condition holds. */
struct covered {
	bool can_hold, can_fail;
};

/* Records whether MENTION can apply, and whether it can fail to apply, to the calls of the
 * region. */
static void ask_mention(struct region *region, const struct mention *mention, enum arch arch,
			struct covered *reach)
{
	struct fact split, other;
	enum answer answer;

	if (region->is_exhausted || (reach->can_hold && reach->can_fail))
		return;
	answer = mention_applies(region, mention, arch, &split);
	reach->can_hold |= answer == ANSWER_YES;
	reach->can_fail |= answer == ANSWER_NO;
	if (answer != ANSWER_SPLIT)
		return;
	other = fact_not(split);
	if (region_push(region, &split))
		ask_mention(region, mention, arch, reach);
	region_pop(region, &split);
	if (region_push(region, &other))
		ask_mention(region, mention, arch, reach);
	region_pop(region, &other);
}

static struct covered ask_condition(struct linter *linter, const struct rule *rule)
{
	struct covered reach = { false, false };

	for (size_t i = 0; i < linter->n_numbers; i++) {
		const struct numbers *numbers = &linter->numbers[i];

		for (size_t k = 0; k < numbers->stretches.n; k++) {
			const struct stretch *stretch = &numbers->stretches.v[k];
			const struct mention *mentions = numbers->mentions.v + stretch->first;

			for (size_t m = 0; m < stretch->n; m++)
				if (mentions[m].rule == rule && !mentions[m].is_multiplexed)
					ask_mention(&linter->region, &mentions[m], stretch->arch,
						    &reach);
		}
	}
	return reach;
}

/* Returns whether RULE's condition has no effect, after reporting it. */
static bool has_idle_condition(struct linter *linter, const struct rule *rule)
{
	struct covered reach;

	if (!rule->expr || is_warned_of(linter, rule) || !has_call(linter, rule) ||
	    str_eq(rule->place.file, POLICY_BUILT_IN))
		return false;
	reach = ask_condition(linter, rule);
	if (reach.can_hold == reach.can_fail)
		return false;
	add(linter, reach.can_hold ? CHECK_ALWAYS : CHECK_NEVER, &rule->place);
	return !reach.can_hold;
}

/* A denial with a condition under one number, and a call it matches that gets through. */
struct taken {
	struct linter *linter;
	const struct mention *mention;
	enum arch arch;
	bool is_found;
	const struct rule *by;
	struct seccomp_data witness;
};

/* Looks for a call of the region to which the denial would apply. */
static void find_taken(struct taken *taken)
{
	struct region *region = &taken->linter->region;
	struct fact split, other;
	enum answer answer;

	if (region->is_exhausted || taken->is_found)
		return;
	answer = mention_applies(region, taken->mention, taken->arch, &split);
	if (answer == ANSWER_YES) {
		taken->is_found = true;
		taken->witness = region_witness(region);
	}
	if (answer != ANSWER_SPLIT)
		return;
	other = fact_not(split);
	if (region_push(region, &split))
		find_taken(taken);
	region_pop(region, &split);
	if (region_push(region, &other))
		find_taken(taken);
	region_pop(region, &other);
}

static bool ask_taken(const struct verdict *verdict, void *context)
{
	struct taken *taken = context;
	const struct rule *denial = taken->mention->rule;

	if (verdict->rule && !action_is_denial(&verdict->action) &&
	    verdict->rule->index < denial->index &&
	    str_eq(verdict->rule->place.file, denial->place.file)) {
		taken->by = verdict->rule;
		find_taken(taken);
	}
	return !taken->is_found && !taken->linter->region.is_exhausted;
}

static void tell_taken(struct linter *linter, const struct taken *taken)
{
	const struct rule *denial = taken->mention->rule;
	struct finding *finding = linter_add(
		linter, &checks[CHECK_DEAD_PART], &denial->place,
		mem_printf("%s (line %u)", checks[CHECK_DEAD_PART].reason, taken->by->place.line));

	finding->has_witness = true;
	finding->witness = taken->witness;
}

/* Reports where rules before RULE, a denial with a condition, let through what it is meant for,
 * under the numbers of STRETCH; returns whether they do. */
static bool check_stretch(struct linter *linter, const struct rule *rule,
			  const struct numbers *numbers, const struct stretch *stretch)
{
	const struct mention *mentions = numbers->mentions.v + stretch->first;

	for (size_t i = 0; i < stretch->n; i++) {
		struct taken taken = { .linter = linter,
				       .mention = &mentions[i],
				       .arch = stretch->arch };

		if (mentions[i].rule != rule || mentions[i].is_multiplexed)
			continue;
		linter_push_call(&linter->region, stretch, numbers->audit_arch);
		stretch_walk(&linter->region, numbers, stretch, ask_taken, &taken);
		linter_clear(&linter->region);
		if (!taken.is_found)
			continue;
		tell_taken(linter, &taken);
		return true;
	}
	return false;
}

/* Once for each rule. One without a condition is meant for what the rules before it leave. */
static void check_taken(struct linter *linter, const struct rule *rule)
{
	for (size_t i = 0; i < linter->n_numbers; i++)
		for (size_t k = 0; k < linter->numbers[i].stretches.n; k++)
			if (check_stretch(linter, rule, &linter->numbers[i],
					  &linter->numbers[i].stretches.v[k]))
				return;
}

static void find_taken_denials(struct linter *linter, const bool *is_seen)
{
	for (size_t i = 0; i < linter->policy->n_rules; i++) {
		const struct rule *rule = linter->policy->rules[i];

		if (rule->expr && action_is_denial(&rule->action) && !rule->is_rest &&
		    is_seen[rule->index] && !str_eq(rule->place.file, POLICY_BUILT_IN))
			check_taken(linter, rule);
	}
}

/* Returns whether RULE only marks as known what a built-in rule denies. */
static bool is_of_built_in(const struct linter *linter, const struct rule *rule)
{
	for (size_t i = 0; rule->action.is_known && i < linter->policy->n_rules; i++) {
		const struct rule *built_in = linter->policy->rules[i];

		if (!str_eq(built_in->place.file, POLICY_BUILT_IN))
			continue;
		for (size_t k = 0; k < rule->n_calls * built_in->n_calls; k++) {
			const char *name = rule->calls[k / built_in->n_calls].name;
			const char *other = built_in->calls[k % built_in->n_calls].name;

			if (name && other && str_eq(name, other))
				return true;
		}
	}
	return false;
}

static void find_dead_rules(struct linter *linter)
{
	size_t n = linter->policy->n_rules;
	auto_free bool *is_seen = mem_alloc(n + 1);

	mark_rules(linter, is_seen);
	for (size_t i = 0; i < n; i++) {
		const struct rule *rule = linter->policy->rules[i];

		if (has_idle_condition(linter, rule) || is_seen[rule->index] ||
		    str_eq(rule->place.file, POLICY_BUILT_IN) || !has_call(linter, rule) ||
		    is_warned_of(linter, rule) || is_decided_elsewhere(linter, rule) ||
		    is_of_built_in(linter, rule))
			continue;
		add(linter, action_is_denial(&rule->action) ? CHECK_DEAD_DENIAL : CHECK_DEAD_RULE,
		    &rule->place);
	}
	find_taken_denials(linter, is_seen);
}

static void check_fallbacks(struct linter *linter)
{
	const struct policy *policy = linter->policy;
	const struct action *unknown = &policy->unknown_action;
	struct verdict by_default = { .by = VERDICT_DEFAULT },
		       by_unknown = { .by = VERDICT_UNKNOWN };
	struct place default_place = linter_place(linter, &by_default);
	struct place unknown_place = linter_place(linter, &by_unknown);
	bool is_open = !action_is_denial(&policy->default_action);

	if (is_open)
		add(linter, CHECK_DEFAULT_ALLOW, &default_place);
	if (!action_is_denial(unknown) && (is_written(&policy->unknown_place) || !is_open))
		add(linter, CHECK_UNKNOWN_ALLOW, &unknown_place);
	if (action_is_denial(unknown) &&
	    !(unknown->kind == ACTION_ERRNO && unknown->data == ENOSYS))
		add(linter, CHECK_UNKNOWN_ERROR, &unknown_place);
}

static bool is_retried(const struct action *action)
{
	for (size_t i = 0; i < ARRAY_SIZE(retried); i++)
		if (action->kind == ACTION_ERRNO && action->data == retried[i])
			return true;
	return false;
}

static void check_errors(struct linter *linter)
{
	struct verdict by_default = { .by = VERDICT_DEFAULT };
	struct place place = linter_place(linter, &by_default);

	if (is_retried(&linter->policy->default_action))
		add(linter, CHECK_RETRY, &place);
	for (size_t i = 0; i < linter->policy->n_rules; i++)
		if (is_retried(&linter->policy->rules[i]->action))
			add(linter, CHECK_RETRY, &linter->policy->rules[i]->place);
}

static void look_at_rules(struct linter *linter)
{
	add_warnings(linter);
	find_dead_rules(linter);
	check_fallbacks(linter);
	check_errors(linter);
}

const struct lint_group lint_rules = { look_at_rules, rule_check };
