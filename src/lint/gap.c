// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls that do what another call is kept from doing. The denied parts of the other call are
 * carried over, for each argument with the same name, and the policy is asked about the first call
 * with them: only a call that really gets through with what was denied is a gap.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "lint/gap.h"
#include "sys/fallback.h"

/* One pair of calls under one ABI. */
struct gap_question {
	struct linter *linter;
	const struct gap *gap;
	enum arch from_arch, to_arch;
	const struct sys_call *from, *to;
	const struct numbers *from_numbers, *to_numbers;
	const struct stretch *from_stretch, *to_stretch;
	struct region to_region;
	bool is_allowed_in_part; /* "from" */
	bool is_found;
	struct verdict denied, allowed;
	struct seccomp_data witness;
};

static bool note_allowed(const struct verdict *verdict, void *context)
{
	struct gap_question *question = context;

	bool is_shipped = verdict->rule && verdict->rule->place.file[0] == '<';

	question->is_allowed_in_part = !action_is_denial(&verdict->action) &&
				       !(is_shipped && question->gap->kind == GAP_ON_OWN_PURPOSE);
	return !question->is_allowed_in_part;
}

/* Returns whether DENIED is a denial that the gap is about. */
static bool is_meant(const struct gap_question *question, const struct verdict *denied)
{
	bool is_enosys = denied->action.kind == ACTION_ERRNO && denied->action.data == ENOSYS;

	if (!action_is_denial(&denied->action) || denied->by == VERDICT_ARCH)
		return false;
	switch (question->gap->kind) {
	case GAP_ANY:
		return true;
	case GAP_FALLBACK:
		return !is_enosys && !question->is_allowed_in_part;
	default:
		break;
	}
	/* ENOSYS sends the program to the other call: that one is meant to work. */
	if (denied->by == VERDICT_RULE)
		return !is_enosys;
	return question->is_allowed_in_part;
}

/* Adds the fact of a row to REGION; returns whether any call is left. */
static bool push_row_fact(struct region *region, const struct sys_call *call,
			  const struct gap_fact *row)
{
	int index = row->argument ? sys_call_arg(call, row->argument) : -1;
	struct fact fact = { 0, false, row->mask, row->value, row->value };

	if (!row->argument)
		return true;
	if (index < 0)
		return false;
	fact.word = (uint8_t)(WORD_ARGS + 2 * index);
	return region_push(region, &fact);
}

/* Whether the arguments matter: "to" is a gap only with those that "from" is denied with. */
static bool is_carried(const struct gap *gap)
{
	return gap->kind != GAP_ANY && gap->kind != GAP_FALLBACK;
}

/* Makes question->to_region the calls of "to" that have the arguments of the current part. */
static bool carry_over(struct gap_question *question)
{
	const struct region *part = &question->linter->region;
	struct region *region = &question->to_region;

	linter_clear(region);
	linter_push_call(region, question->to_stretch, question->to_numbers->audit_arch);
	for (int i = 0; is_carried(question->gap) && i < question->from->n_args; i++) {
		int k = sys_call_arg(question->to, sys_arg_label(&question->from->args[i]));

		for (int half = 0; k >= 0 && half < 2; half++) {
			size_t word = WORD_ARGS + 2 * (size_t)i + (size_t)half;

			for (size_t n = 0; n < part->facts[word].n; n++) {
				struct fact fact = part->facts[word].v[n];

				fact.word = (uint8_t)(WORD_ARGS + 2 * k + half);
				if (!region_push(region, &fact))
					return false;
			}
		}
	}
	return push_row_fact(region, question->to, &question->gap->to_fact);
}

static bool find_allowed(const struct verdict *verdict, void *context)
{
	struct gap_question *question = context;

	if (action_is_denial(&verdict->action))
		return true;
	question->is_found = true;
	question->allowed = *verdict;
	question->witness = region_witness(&question->to_region);
	return false;
}

static bool ask_part(const struct verdict *denied, void *context)
{
	struct gap_question *question = context;

	if (!is_meant(question, denied) || !carry_over(question))
		return true;
	question->denied = *denied;
	stretch_walk(&question->to_region, question->to_numbers, question->to_stretch, find_allowed,
		     question);
	return !question->is_found && !question->to_region.is_exhausted;
}

static bool note_denied(const struct verdict *verdict, void *context)
{
	bool *is_denied = context;

	*is_denied = action_is_denial(&verdict->action);
	return *is_denied;
}

/* Returns whether "from" is denied where "to" is allowed. */
static bool ask_gap(struct gap_question *question)
{
	struct region *region = &question->linter->region;
	const struct numbers *numbers = question->from_numbers;
	bool is_denied = true;

	linter_clear(region);
	linter_push_call(region, question->from_stretch, numbers->audit_arch);
	stretch_walk(region, numbers, question->from_stretch, note_allowed, question);
	if (push_row_fact(region, question->from, &question->gap->from_fact)) {
		if (question->gap->kind == GAP_WHOLE)
			stretch_walk(region, numbers, question->from_stretch, note_denied,
				     &is_denied);
		if (is_denied)
			stretch_walk(region, numbers, question->from_stretch, ask_part, question);
	}
	linter_clear(region);
	question->linter->is_exhausted |= question->to_region.is_exhausted;
	region_finish(&question->to_region);
	return question->is_found;
}

/* Looks for the gap from NAME to the call that QUESTION holds. */
static bool ask_from(struct gap_question *question, const char *name)
{
	question->from = sys_call_find(question->from_arch, name);
	question->from_stretch = linter_stretch(question->linter, question->from_arch, name,
						&question->from_numbers);
	if (!question->from_stretch || question->from_stretch == question->to_stretch)
		return false;
	question->is_found = question->is_allowed_in_part = false;
	question->to_region = (struct region){ .work_max = question->linter->region.work_max };
	return ask_gap(question);
}

static void tell_gap(const struct gap_question *question, const char *to,
		     const struct strbuf *denied)
{
	struct linter *linter = question->linter;
	const struct lint_check *check = &question->gap->check;
	struct place place = linter_place(linter, &question->allowed);
	struct place other = linter_place(linter, &question->denied);
	auto_free char *where = NULL;
	struct finding *finding;
	char *message;

	where = other.line ? mem_printf(" at %s:%u", other.file, other.line)
			   : mem_strdup(" by default");
	if (question->gap->kind == GAP_FALLBACK)
		place = other;
	if (question->gap->kind == GAP_FALLBACK)
		message = mem_printf("denies %s with something other than ENOSYS: %s", denied->text,
				     check->reason);
	else
		message = mem_printf("allows %s while %s is denied%s: %s", to, denied->text, where,
				     check->reason);
	/* Once for all ABIs. */
	for (size_t i = 0; i < linter->findings->n; i++) {
		if (str_eq(linter->findings->v[i].message, message)) {
			free(message);
			return;
		}
	}
	finding = linter_add(linter, check, &place, message);
	if (question->gap->kind == GAP_FALLBACK)
		return;
	finding->has_witness = true;
	finding->witness = question->witness;
}

static void look_for(struct linter *linter, const struct gap *gap, enum arch arch, const char *to)
{
	struct gap_question question = {
		.linter = linter, .gap = gap, .from_arch = arch, .to_arch = arch
	};
	struct gap_question found = { 0 };
	struct strbuf denied = { 0 };
	const char *at = gap->from;
	char name[32];

	question.to = sys_call_find(arch, to);
	question.to_stretch = linter_stretch(linter, arch, to, &question.to_numbers);
	while (question.to && (at = next_name(at, name, sizeof(name)))) {
		if (!ask_from(&question, name))
			continue;
		if (!denied.len)
			found = question;
		add_name(&denied, name);
	}
	if (denied.len)
		tell_gap(&found, to, &denied);
	strbuf_finish(&denied);
}

/* There is a rule for each ABI, one of them unconditional: so it was intended. */
static bool is_written_for_each(const struct gap_question *question)
{
	const struct rule *denied = question->denied.rule, *allowed = question->allowed.rule;

	return denied && allowed && denied->is_on_arch && allowed->is_on_arch && !denied->expr &&
	       !question->is_allowed_in_part;
}

/* NAME under one ABI and under another. */
static void look_for_abi(struct linter *linter, const struct gap *gap, const char *name,
			 enum arch from, enum arch to)
{
	struct gap_question question = {
		.linter = linter, .gap = gap, .from_arch = from, .to_arch = to
	};
	struct strbuf denied = { 0 };
	auto_free char *allowed = mem_printf("%s on %s", name, arch_get(to)->name);

	question.to = sys_call_find(to, name);
	question.to_stretch = linter_stretch(linter, to, name, &question.to_numbers);
	if (!question.to_stretch || !ask_from(&question, name) || is_written_for_each(&question))
		return;
	strbuf_printf(&denied, "%s on %s", name, arch_get(from)->name);
	tell_gap(&question, allowed, &denied);
	strbuf_finish(&denied);
}

/* A rule "on" one ABI says nothing about the same call under another. */
static void look_for_abis(struct linter *linter, const struct gap *gap, const struct rule *rule)
{
	uint32_t arches = linter->policy->arches;

	for (size_t i = 0; rule->is_on_arch && i < rule->n_calls; i++)
		for (enum arch from = 0; rule->calls[i].name && from < ARCH_COUNT; from++)
			for (enum arch to = 0; to < ARCH_COUNT; to++)
				if (from != to && arches & rule->arches & 1U << from &&
				    arches & ~rule->arches & 1U << to)
					look_for_abi(linter, gap, rule->calls[i].name, from, to);
}

static bool has_own_row(const struct sys_fallback *pair)
{
	const struct gap *gap;

	for (size_t i = 0; (gap = gap_row(i)); i++)
		if (gap->kind == GAP_FALLBACK && str_eq(gap->from, pair->newer))
			return true;
	return false;
}

/* Names of calls that one statement denies with something other than ENOSYS. */
struct fallbacks {
	struct place place;
	struct strbuf names, words; /* for people; for a rule */
};

static void flush_fallbacks(struct linter *linter, const struct gap *gap,
			    struct fallbacks *fallbacks)
{
	struct finding *finding;

	if (fallbacks->names.len) {
		finding = linter_add(linter, &gap->check, &fallbacks->place,
				     mem_printf("denies %s with something other than ENOSYS: %s",
						fallbacks->names.text, gap->check.reason));
		free(finding->hint);
		finding->hint = mem_printf("deny ENOSYS%s", fallbacks->words.text);
	}
	strbuf_finish(&fallbacks->names);
	strbuf_finish(&fallbacks->words);
}

/* Checks each pair under each ABI; pairs denied at the same place are one finding. */
static void look_for_fallbacks(struct linter *linter, const struct gap *gap)
{
	struct fallbacks found = { 0 };
	const struct sys_fallback *pair;

	for (size_t i = 0; (pair = sys_fallback_row(i)); i++) {
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			struct gap_question question = {
				.linter = linter, .gap = gap, .from_arch = arch, .to_arch = arch
			};
			struct place place;

			if (!(linter->policy->arches & 1U << arch) || has_own_row(pair))
				continue;
			question.to = sys_call_find(arch, pair->older);
			question.to_stretch = linter_stretch(linter, arch, pair->older,
							     &question.to_numbers);
			if (!question.to_stretch || !ask_from(&question, pair->newer))
				continue;
			place = linter_place(linter, &question.denied);
			if (place.file != found.place.file || place.line != found.place.line)
				flush_fallbacks(linter, gap, &found);
			found.place = place;
			if (!strstr(found.words.text ? found.words.text : "", pair->newer))
				strbuf_printf(&found.words, " %s", pair->newer);
			add_name(&found.names, pair->newer);
		}
	}
	flush_fallbacks(linter, gap, &found);
}

static void look_for_all(struct linter *linter, const struct gap *gap)
{
	const char *at = gap->to;
	char to[32];

	while ((at = next_name(at, to, sizeof(to))))
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
			if (linter->policy->arches & 1U << arch)
				look_for(linter, gap, arch, to);
}

static void look_for_gaps(struct linter *linter)
{
	const struct gap *gap;

	for (size_t i = 0; (gap = gap_row(i)); i++) {
		for (size_t k = 0; gap->kind == GAP_ABI && k < linter->policy->n_rules; k++)
			look_for_abis(linter, gap, linter->policy->rules[k]);
		if (gap->kind == GAP_FALLBACK && !*gap->from)
			look_for_fallbacks(linter, gap);
		look_for_all(linter, gap);
	}
}

static const struct lint_check *gap_check(size_t i)
{
	const struct gap *gap = gap_row(i);

	return gap ? &gap->check : NULL;
}

const struct lint_group lint_gaps = { look_for_gaps, gap_check };
