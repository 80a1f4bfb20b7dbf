// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A word of a rule, a call or a set, is used when a report of a run under this very policy counted
 * hits of the rule and has one of the word's calls: only a run under the same rules in the same
 * order says which of them decided. The text is edited where the words stand, so that comments,
 * order and everything else stay as their author left them.
 */
#include "learn/prune.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"

/* A stretch of the text to leave out. */
struct cut {
	size_t from, to;
};

struct pruner {
	const struct policy *policy;
	const char *text, *name, *keep;
	const struct report_copy *reports;
	size_t n_reports;
	struct {
		struct cut *v;
		size_t n, cap;
	} cuts;
	struct diags *removed;
};

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; at && (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

static bool report_has_call(const struct report_copy *report, const struct rule_call *call)
{
	for (size_t i = 0; i < report->record.calls.n; i++) {
		const struct record_call *seen = &report->record.calls.v[i];

		if (call->numbers[seen->arch] == seen->nr && (seen->allowed || seen->denied))
			return true;
	}
	return false;
}

/* Gives the place among the report's rules, from FROM on, of a rule that is in POLICY: they are in
 * the same order, under the names that the files had there. */
static size_t find_rule(const struct report_copy *report, size_t from, const struct rule *rule)
{
	while (from < report->rules.n && (report->rules.v[from].line != rule->place.line ||
					  !str_eq(report->rules.v[from].text, rule->text)))
		from++;
	return from;
}

int prune_check(const struct policy *policy, const struct report_copy *report, struct diags *diags)
{
	size_t at = 0;
	int err;

	for (size_t i = 0; i < policy->n_rules; i++, at++) {
		at = find_rule(report, at, policy->rules[i]);
		if (at < report->rules.n)
			continue;
		err = diags_fail(diags, -EINVAL,
				 "'%s' is of a run under another policy: it has no rule '%s' there",
				 report->path, policy->rules[i]->text);
		diags_hint(diags, "make the report with 'pinfold run -p' and this policy");
		return err;
	}
	if (report->record.has_exact_hits)
		return 0;
	return diags_fail(diags, -EINVAL,
			  "'%s' does not know which rules decided: too many different arguments",
			  report->path);
}

static bool report_hits_rule(const struct policy *policy, const struct report_copy *report,
			     const struct rule *rule)
{
	size_t at = 0;

	for (size_t i = 0; i < policy->n_rules; i++, at++) {
		at = find_rule(report, at, policy->rules[i]);
		if (policy->rules[i] == rule)
			break;
	}
	return at < report->rules.n && report->rules.v[at].hits;
}

static bool is_used(const struct pruner *pruner, const struct rule *rule,
		    const struct rule_call *call)
{
	if (call->name && has_word(pruner->keep, call->name))
		return true;
	for (size_t i = 0; i < pruner->n_reports; i++)
		if (report_has_call(&pruner->reports[i], call) &&
		    report_hits_rule(pruner->policy, &pruner->reports[i], rule))
			return true;
	return false;
}

static size_t offset_of(const struct pruner *pruner, unsigned int line, unsigned int col)
{
	const char *at = pruner->text;

	for (unsigned int i = 1; i < line && at; i++) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	return at ? (size_t)(at - pruner->text) + col - 1 : strlen(pruner->text);
}

static bool is_same_place(const struct place *a, const struct place *b)
{
	return a->line == b->line && a->col == b->col;
}

/* Leaves out the word at PLACE with the blanks before it. */
static void cut_word(struct pruner *pruner, const struct place *place)
{
	struct cut *cut = array_append(&pruner->cuts);
	size_t from = offset_of(pruner, place->line, place->col);

	cut->to = from + strcspn(pruner->text + from, " \t\r\n#");
	while (from && (pruner->text[from - 1] == ' ' || pruner->text[from - 1] == '\t'))
		from--;
	cut->from = from;
}

/* Leaves out a whole statement: to the end of its last line. */
static void cut_rule(struct pruner *pruner, const struct rule *rule)
{
	struct cut *cut = array_append(&pruner->cuts);
	size_t at = offset_of(pruner, rule->place.line, 1);
	bool goes_on = true;

	cut->from = at;
	while (goes_on && pruner->text[at]) {
		size_t end = at + strcspn(pruner->text + at, "\n");

		goes_on = end > at && pruner->text[end - 1] == '\\';
		at = end + (pruner->text[end] == '\n');
	}
	cut->to = at;
}

static void prune_rule(struct pruner *pruner, const struct rule *rule)
{
	size_t first_cut = pruner->cuts.n;
	bool has_used = false;

	for (size_t i = 0; i < rule->n_calls;) {
		const struct place place = rule->calls[i].place;
		bool used = false;

		for (; i < rule->n_calls && is_same_place(&rule->calls[i].place, &place); i++)
			used |= is_used(pruner, rule, &rule->calls[i]);
		has_used |= used;
		if (!used)
			cut_word(pruner, &place);
	}
	if (!has_used) {
		pruner->cuts.n = first_cut;
		cut_rule(pruner, rule);
	}
	for (size_t i = first_cut; i < pruner->cuts.n; i++) {
		const struct cut *cut = &pruner->cuts.v[i];
		size_t start = cut->from + strspn(pruner->text + cut->from, " \t");

		diags_add(pruner->removed, DIAG_WARNING, &rule->place, "not used, removed: %.*s",
			  (int)strcspn(pruner->text + start, has_used ? " \t\r\n#" : "\n"),
			  pruner->text + start);
	}
}

static int compare_cuts(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

void prune_policy(const struct policy *policy, const char *name, const char *text,
		  const struct report_copy *reports, size_t n, const char *keep, struct strbuf *buf,
		  struct diags *removed)
{
	struct pruner pruner = { .policy = policy,
				 .text = text,
				 .name = name,
				 .keep = keep,
				 .reports = reports,
				 .n_reports = n,
				 .removed = removed };
	size_t at = 0;

	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		if (str_eq(rule->place.file, name) && rule->n_calls &&
		    !action_is_denial(&rule->action))
			prune_rule(&pruner, rule);
	}
	if (pruner.cuts.n)
		qsort(pruner.cuts.v, pruner.cuts.n, sizeof(*pruner.cuts.v), compare_cuts);
	for (size_t i = 0; i < pruner.cuts.n; i++) {
		if (pruner.cuts.v[i].from > at)
			strbuf_add(buf, text + at, pruner.cuts.v[i].from - at);
		at = pruner.cuts.v[i].to > at ? pruner.cuts.v[i].to : at;
	}
	strbuf_puts(buf, text + at);
	free(pruner.cuts.v);
}
