// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Adds a recording to a policy: the text stays as it is, and additions come after it. Only where a
 * denial that record wrote decides (the rest of a call of <base>, a newer call that was not made)
 * would a later rule be dead: it goes before the denial, or the call is removed from it.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "learn/learner.h"
#include "policy/print.h"

/* A change of the old text: TEXT (owned; NULL: none) replaces what is there. */
struct edit {
	struct extent at;
	size_t index; /* its order among edits of one place */
	char *text;
};

struct extender {
	struct learner learner;
	struct {
		struct edit *v;
		size_t n, cap;
	} edits;
	struct strbuf opened; /* the calls that were let in before a denial */
};

static void add_edit(struct extender *extender, size_t from, size_t to, char *text)
{
	size_t index = extender->edits.n;

	*array_append(&extender->edits) =
		(struct edit){ .at = { from, to }, .index = index, .text = text };
}

/* Appends what must not hold for a rule before OURS to leave the denials after OURS alone. */
static void add_barriers(const struct learner *learner, const struct record_call *call,
			 const struct rule *ours, struct strbuf *condition)
{
	const struct policy *policy = learner->old->policy;

	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		if (rule->index <= ours->index || !rule->expr ||
		    !need_is_barrier(learner->old, rule, call))
			continue;
		strbuf_puts(condition, condition->len ? " and not (" : "not (");
		expr_print(rule->expr, condition);
		strbuf_puts(condition, ")");
	}
}

/* Returns whether the comment at MARK is for RULE only. */
static bool is_alone(const char *text, const struct rule *rule, size_t mark)
{
	const char *next = strchr(text + mark, '\n');

	return !rule->action.is_known || (next && next + 1 == text + rule->lines.from &&
					  strncmp(text + rule->lines.to, "deny ", 5) != 0);
}

/* Removes CALL from RULE, which would be dead for it because a rule before it lets everything
 * through. */
static void cut_call(struct extender *extender, const struct rule *rule,
		     const struct record_call *call)
{
	const char *text = extender->learner.old->text;
	const struct extent *word = NULL;
	size_t n_others = 0, mark;

	if ((rule->arches & extender->learner.old->policy->arches) != 1U << call->arch)
		return;
	for (size_t i = 0; i < rule->n_calls; i++) {
		if (rule->calls[i].numbers[call->arch] == call->nr)
			word = &rule->calls[i].word;
		else
			n_others++;
	}
	mark = need_find_mark(text, rule);
	if (n_others) {
		add_edit(extender, word->from - (text[word->from - 1] == ' '), word->to, NULL);
		return;
	}
	if (!is_alone(text, rule, mark))
		mark = rule->lines.from;
	add_edit(extender, mark, rule->lines.to, NULL);
}

/* Lets CALL in before OURS, which denied it. */
static void open_call(struct extender *extender, const struct record_call *call,
		      const struct rule *ours, const char *suffix)
{
	const struct learner *learner = &extender->learner;
	struct strbuf condition = { 0 }, note = { 0 }, text = { 0 };
	size_t at = need_find_mark(learner->old->text, ours);

	strbuf_puts(&extender->opened, extender->opened.len ? ", " : "");
	learner_format_call(&extender->opened, call);
	family_condition(call, learner->source, &condition, &note);
	add_barriers(learner, call, ours, &condition);
	learner_format_count(&text, learner, call, note.len ? note.text : "");
	strbuf_puts(&text, "allow ");
	learner_format_call(&text, call);
	strbuf_printf(&text, "%s%s%s\n", suffix, condition.len ? " if " : "",
		      condition.len ? condition.text : "");
	add_edit(extender, at, at, steal(&text.text));
	if (!condition.len)
		cut_call(extender, ours, call);
	strbuf_finish(&condition);
	strbuf_finish(&note);
}

static void format_suffix(const struct policy *old, enum arch arch, char *ret_suffix, size_t size)
{
	*ret_suffix = '\0';
	if (old->arches != 1U << arch)
		snprintf(ret_suffix, size, " on %s", arch_get(arch)->name);
}

static void open_calls(struct extender *extender)
{
	const struct record *record = extender->learner.record;

	for (size_t i = 0; i < record->calls.n; i++) {
		const struct record_call *call = &record->calls.v[i];
		char suffix[32];
		struct need need;

		if (!call->allowed)
			continue;
		need = need_find(extender->learner.old, call);
		format_suffix(extender->learner.old->policy, call->arch, suffix, sizeof(suffix));
		if (need.ours)
			open_call(extender, call, need.ours, suffix);
	}
}

static int compare_edits(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	if (x->at.from != y->at.from)
		return x->at.from < y->at.from ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static size_t count_lines(const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

/* Returns where line LINE of the old text is in the new one. */
static size_t move_line(const struct extender *extender, size_t line)
{
	const char *text = extender->learner.old->text;
	size_t moved = line;

	for (size_t i = 0; i < extender->edits.n; i++) {
		const struct edit *edit = &extender->edits.v[i];

		if (count_lines(text, edit->at.from) + 1 > line)
			continue;
		moved += edit->text ? count_lines(edit->text, strlen(edit->text)) : 0;
		moved -= count_lines(text + edit->at.from, edit->at.to - edit->at.from);
	}
	return moved;
}

/* Writes one line, up to END; if it is a comment by record that refers to a line by number, with
 * the number that line has now. */
static void write_line(const struct extender *extender, const char *line, const char *end)
{
	static const char *const words[] = { "# line ", "# Still denied by line " };
	FILE *to = extender->learner.to;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);
		char *rest;
		unsigned long number;

		if (strncmp(line, words[i], len) || !isdigit((unsigned char)line[len]))
			continue;
		number = strtoul(line + len, &rest, 10);
		fprintf(to, "%s%zu", words[i], move_line(extender, number));
		line = rest;
		break;
	}
	fwrite(line, 1, (size_t)(end - line), to);
}

static void write_part(const struct extender *extender, size_t from, size_t end)
{
	const char *text = extender->learner.old->text;

	while (from < end) {
		const char *stop = memchr(text + from, '\n', end - from);
		size_t to = stop ? (size_t)(stop - text) + 1 : end;

		write_line(extender, text + from, text + to);
		from = to;
	}
}

static void write_text(struct extender *extender)
{
	const char *text = extender->learner.old->text;
	size_t at = 0, len = strlen(text);

	if (extender->edits.n)
		qsort(extender->edits.v, extender->edits.n, sizeof(*extender->edits.v),
		      compare_edits);
	for (size_t i = 0; i < extender->edits.n; i++) {
		const struct edit *edit = &extender->edits.v[i];

		write_part(extender, at, edit->at.from);
		fputs(edit->text ? edit->text : "", extender->learner.to);
		at = edit->at.to > at ? edit->at.to : at;
	}
	write_part(extender, at, len);
	fputs(len && text[len - 1] != '\n' ? "\n" : "", extender->learner.to);
}

/* Appends where a rule is, in the text as it is now. */
static void format_place(struct strbuf *buf, const struct extender *extender,
			 const struct place *place)
{
	if (str_eq(place->file, extender->learner.old->name)) {
		strbuf_printf(buf, "line %zu", move_line(extender, place->line));
		return;
	}
	strbuf_escape(buf, place->file, strlen(place->file));
	strbuf_printf(buf, ":%u", place->line);
}

/* Appends that a denial by the old policy's author stops CALL, or that its ABI is not listed;
 * nothing when neither is the case. */
static void format_refused(struct strbuf *buf, const struct extender *extender,
			   const struct record_call *call)
{
	struct need need = need_find(extender->learner.old, call);

	if (!call->allowed || (!need.refused && !need.is_no_arch))
		return;
	if (need.refused) {
		strbuf_puts(buf, "# Still denied by ");
		format_place(buf, extender, &need.refused->place);
		strbuf_puts(buf,
			    need.is_let || need.is_open || need.ours ? " where it applies" : "");
	} else {
		strbuf_printf(buf, "# Not added, because 'arch' has no %s",
			      arch_get(call->arch)->name);
	}
	strbuf_puts(buf, ": ");
	learner_format_call(buf, call);
}

static void write_refused(const struct extender *extender)
{
	const struct learner *learner = &extender->learner;

	for (size_t i = 0; i < learner->record->calls.n; i++) {
		const struct record_call *call = &learner->record->calls.v[i];
		struct strbuf text = { 0 };

		format_refused(&text, extender, call);
		if (text.len)
			fprintf(learner->to, "%s, %" PRIu64 " call%s\n", text.text, call->allowed,
				call->allowed == 1 ? "" : "s");
		strbuf_finish(&text);
	}
}

/* Returns whether there is something to say about CALL that was not said before. */
static bool is_new(const struct extender *extender, const struct record_call *call)
{
	const struct need_source *old = extender->learner.old;
	struct strbuf text = { 0 };
	bool is_said;

	if (!call->allowed)
		return false;
	if (need_find(old, call).is_open)
		return true;
	format_refused(&text, extender, call);
	if (text.len)
		strbuf_puts(&text, ", ");
	is_said = !text.len || strstr(old->text, text.text);
	strbuf_finish(&text);
	return !is_said;
}

static bool has_new(const struct extender *extender)
{
	const struct learner *learner = &extender->learner;

	for (size_t i = 0; i < learner->record->calls.n; i++)
		if (is_new(extender, &learner->record->calls.v[i]))
			return true;
	for (size_t i = 0; i < learner->record->denials.n; i++)
		if (learner_is_known(learner, &learner->record->denials.v[i]))
			return true;
	if (learner_has_new_host(learner))
		return true;
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (learner->source->old->arches >> arch & 1 && learner_needs_clone(learner, arch))
			return true;
	return false;
}

static void write_added(const struct extender *extender)
{
	const struct learner *learner = &extender->learner;
	const struct policy *old = learner->old->policy;

	fputs("\n# == Added by a recording\n", learner->to);
	learner_write_origin(learner);
	learner_write_completeness(learner);
	learner_write_errors(learner);
	if (extender->opened.len)
		fprintf(learner->to, "# Added above, before what denied it: %s\n",
			extender->opened.text);
	write_refused(extender);
	learner_write_network(learner);
	learner_write_pen(learner);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		char suffix[32];

		if (!(old->arches >> arch & 1))
			continue;
		format_suffix(old, arch, suffix, sizeof(suffix));
		for (enum purpose purpose = 0; purpose < PURPOSE_COUNT; purpose++)
			learner_write_purpose(learner, arch, purpose, suffix);
		learner_write_fallbacks(learner, arch, suffix);
		learner_write_clone(learner, arch, suffix);
		learner_write_known(learner, arch, suffix);
	}
}

void learn_extend_policy(const struct learn_source *source, const char *name, FILE *to)
{
	const struct need_source old = { source->old, name, policy_text_of(source->old, name) };
	struct extender extender = { .learner = { .source = source,
						  .record = source->record,
						  .old = &old,
						  .program = learner_only_program(source->record),
						  .to = to } };

	open_calls(&extender);
	write_text(&extender);
	if (extender.edits.n || has_new(&extender) || source->settings)
		write_added(&extender);
	for (size_t i = 0; i < extender.edits.n; i++)
		free(extender.edits.v[i].text);
	free(extender.edits.v);
	strbuf_finish(&extender.opened);
}
