// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A word of a rule, a call or a set, is used if a report of a run under this very policy counted
 * hits of the rule and has one of the word's calls: only a run under the same rules in the same
 * order shows which of them decided. The text is edited where the parser found the words and the
 * rules, so that comments, order and everything else stay as their author left them.
 */
#include "learn/prune.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "policy/connect.h"
#include "policy/host.h"

/* What is cut from the text, and what takes its place (NULL: nothing; owned). */
struct cut {
	struct extent at;
	char *text;
};

struct pruner {
	const struct policy *policy;
	const char *text, *keep;
	const struct record_copy *reports;
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

static bool report_has_call(const struct record_copy *report, const struct rule_call *call)
{
	for (size_t i = 0; i < report->record.calls.n; i++) {
		const struct record_call *seen = &report->record.calls.v[i];

		if (call->numbers[seen->arch] == seen->nr && (seen->allowed || seen->denied))
			return true;
	}
	return false;
}

/* Returns the index among the report's rules, from FROM on, of a rule that is in POLICY: they are
 * in the same order, under the file names of the run. */
static size_t find_rule(const struct record_copy *report, size_t from, const struct rule *rule)
{
	while (from < report->rules.n && (report->rules.v[from].line != rule->place.line ||
					  !str_eq(report->rules.v[from].text, rule->text)))
		from++;
	return from;
}

int prune_check(const struct policy *policy, const struct record_copy *report, struct diags *diags)
{
	size_t at = 0;
	int err;

	for (size_t i = 0; i < policy->n_rules; i++, at++) {
		at = find_rule(report, at, policy->rules[i]);
		if (at < report->rules.n)
			continue;
		err = diags_fail(
			diags, -EINVAL,
			"'%s' is from a run under another policy: it has no rule '%s' there",
			report->path, policy->rules[i]->text);
		diags_hint(diags, "create the report with 'pinfold run -p' and this policy");
		return err;
	}
	if (report->record.has_exact_hits)
		return 0;
	return diags_fail(diags, -EINVAL,
			  "'%s' does not say which rules decided: too many different arguments",
			  report->path);
}

static bool report_hits_rule(const struct policy *policy, const struct record_copy *report,
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

static bool is_same_word(const struct rule_call *a, const struct rule_call *b)
{
	return a->word.from == b->word.from;
}

/* Cuts WORD and the blanks before it, unless what follows needs them. */
static void cut_word(struct pruner *pruner, const struct extent *word)
{
	const char *blanks = " \t", *ends = " \t\r\n#\\";
	struct extent *cut = &((struct cut *)array_append(&pruner->cuts))->at;

	*cut = *word;
	if (!strchr(ends, pruner->text[cut->to]))
		return;
	while (cut->from && strchr(blanks, pruner->text[cut->from - 1]))
		cut->from--;
}

static void note_removed(struct pruner *pruner, const struct place *place, const char *text,
			 size_t len)
{
	diags_add(pruner->removed, DIAG_WARNING, place, "not used, removed: %.*s", (int)len, text);
}

static void prune_rule(struct pruner *pruner, const struct rule *rule)
{
	size_t first_cut = pruner->cuts.n;
	bool has_used = false;

	for (size_t i = 0; i < rule->n_calls;) {
		const struct rule_call *first = &rule->calls[i];
		bool used = false;

		for (; i < rule->n_calls && is_same_word(&rule->calls[i], first); i++)
			used |= is_used(pruner, rule, &rule->calls[i]);
		has_used |= used;
		if (!used)
			cut_word(pruner, &first->word);
	}
	if (!has_used) {
		pruner->cuts.n = first_cut;
		*array_append(&pruner->cuts) = (struct cut){ .at = rule->lines };
		note_removed(pruner, &rule->place, rule->text, strlen(rule->text));
		return;
	}
	for (size_t i = first_cut; i < pruner->cuts.n; i++) {
		const struct extent *cut = &pruner->cuts.v[i].at;
		const char *text = pruner->text + cut->from;
		size_t blanks = strspn(text, " \t");

		note_removed(pruner, &rule->place, text + blanks, cut->to - cut->from - blanks);
	}
}

/* Only a run that had the network could use it. */
static bool has_network(const struct pruner *pruner)
{
	for (size_t i = 0; i < pruner->n_reports; i++)
		if (pruner->reports[i].network.is_used)
			return true;
	return false;
}

static bool is_host_used(const struct pruner *pruner, const struct connect_setting *at)
{
	for (size_t i = 0; i < pruner->n_reports; i++) {
		const struct network_use *use = &pruner->reports[i].network;

		for (size_t k = 0; k < use->n_connections; k++)
			if (use->connections[k].port == at->port &&
			    host_is_for(at, use->connections[k].host))
				return true;
	}
	return false;
}

static void note_host(struct pruner *pruner, const struct connect_setting *at)
{
	struct strbuf text = { 0 };

	strbuf_puts(&text, "connect ");
	connect_print(at, &text);
	note_removed(pruner, &at->place, text.text, text.len);
	strbuf_finish(&text);
}

/* Of the ports of one host that were written together, the first N, leaves those that were used. */
static void prune_ports(struct pruner *pruner, const struct connect_setting *first, size_t n)
{
	struct strbuf left = { 0 };
	bool has_unused = false;

	for (size_t i = 0; i < n; i++) {
		if (!is_host_used(pruner, &first[i])) {
			has_unused = true;
			note_host(pruner, &first[i]);
		} else if (left.len) {
			strbuf_printf(&left, ",%u", first[i].port);
		} else {
			host_print(first[i].kind, first[i].name, first[i].port, &left);
		}
	}
	if (has_unused && left.len && first->prefix.family && first->kind != HOST_PREFIX) {
		strbuf_puts(&left, " in ");
		prefix_print(&first->prefix, &left);
	}
	if (has_unused && left.len)
		*array_append(&pruner->cuts) = (struct cut){ first->word, steal(&left.text) };
	else if (has_unused)
		cut_word(pruner, &first->word);
	strbuf_finish(&left);
}

static bool is_statement_used(const struct pruner *pruner, const struct connect_setting *first,
			      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_host_used(pruner, &first[i]))
			return true;
	return false;
}

static void prune_statement(struct pruner *pruner, const struct connect_setting *first, size_t n)
{
	size_t same;

	if (!is_statement_used(pruner, first, n)) {
		for (size_t i = 0; i < n; i++)
			note_host(pruner, &first[i]);
		*array_append(&pruner->cuts) = (struct cut){ .at = first->lines };
		return;
	}
	for (size_t i = 0; i < n; i += same) {
		for (same = 1; i + same < n && first[i + same].word.from == first[i].word.from;)
			same++;
		prune_ports(pruner, &first[i], same);
	}
}

static void prune_hosts(struct pruner *pruner, const char *name)
{
	const struct connect_settings *list = &pruner->policy->settings.connects;
	size_t same;

	for (size_t i = 0; has_network(pruner) && i < list->n; i += same) {
		const struct connect_setting *first = &list->v[i];

		for (same = 1; i + same < list->n && first[same].place.file == first->place.file &&
			       first[same].lines.from == first->lines.from;)
			same++;
		if (str_eq(first->place.file, name))
			prune_statement(pruner, first, same);
	}
}

static int compare_cuts(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	return (x->at.from > y->at.from) - (x->at.from < y->at.from);
}

/* Keeps what was on both sides of a word, as in "read[777]write", from joining. */
static void part(struct strbuf *buf, const char *rest)
{
	char last = buf->len ? buf->text[buf->len - 1] : ' ';

	if ((isalnum((unsigned char)last) || strchr("_-]", last)) &&
	    (isalnum((unsigned char)*rest) || *rest == '_'))
		strbuf_puts(buf, " ");
}

void prune_policy(const struct policy *policy, const char *name, const struct record_copy *reports,
		  size_t n, const char *keep, struct strbuf *buf, struct diags *removed)
{
	struct pruner pruner = { .policy = policy,
				 .text = policy_text_of(policy, name),
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
	prune_hosts(&pruner, name);
	if (pruner.cuts.n)
		qsort(pruner.cuts.v, pruner.cuts.n, sizeof(*pruner.cuts.v), compare_cuts);
	for (size_t i = 0; i < pruner.cuts.n; i++) {
		const struct extent *cut = &pruner.cuts.v[i].at;

		if (cut->from > at)
			strbuf_add(buf, pruner.text + at, cut->from - at);
		at = cut->to > at ? cut->to : at;
		if (pruner.cuts.v[i].text)
			strbuf_puts(buf, pruner.cuts.v[i].text);
		part(buf, pruner.text + at);
		free(pruner.cuts.v[i].text);
	}
	strbuf_puts(buf, pruner.text + at);
	free(pruner.cuts.v);
}
