// SPDX-License-Identifier: GPL-2.0-or-later
/* Positions are counted in the texts that the policy was read from, so they are right even if a
 * file has changed since. */
#include "report/edit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "report/call.h"

static struct edit_at find_at(const char *text, size_t offset)
{
	struct edit_at at = { 1, 1 };

	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n')
			at = (struct edit_at){ at.line + 1, 1 };
		else if (((unsigned char)text[i] & 0xc0) != 0x80)
			at.col++;
	}
	return at;
}

static struct file_edit *add_edit(struct edits *edits, const char *file, struct edit_at from,
				  struct edit_at to)
{
	struct file_edit *edit = array_append(edits);

	edit->file = file;
	edit->from = from;
	edit->to = to;
	return edit;
}

/* Returns the number of bytes before line LINE of TEXT, or before its end. */
static size_t offset_of_line(const char *text, unsigned int line)
{
	const char *at = text;

	while (--line && (at = strchr(at, '\n')))
		at++;
	return at ? (size_t)(at - text) : strlen(text);
}

/* Replaces the lines, except for the last one's line break. */
static bool replace_lines(struct edits *edits, const struct policy *policy, const char *file,
			  unsigned int line, unsigned int last_line, const char *text)
{
	const char *whole = policy_text_of(policy, file);
	size_t end;

	if (!whole)
		return false;
	end = offset_of_line(whole, last_line);
	end += strcspn(whole + end, "\n");
	strbuf_puts(&add_edit(edits, file, (struct edit_at){ line, 1 }, find_at(whole, end))->text,
		    text);
	return true;
}

static const char *find_own_file(const struct policy *policy)
{
	const char *file = NULL;

	for (size_t i = 0; i < policy->n_files; i++)
		if (*policy->files[i] != '<')
			file = policy->files[i];
	return file;
}

static bool append(struct edits *edits, const struct policy *policy, const char *text)
{
	const char *file = find_own_file(policy);
	const char *whole = file ? policy_text_of(policy, file) : NULL;
	size_t len = whole ? strlen(whole) : 0;
	struct file_edit *edit;

	if (!whole)
		return false;
	edit = add_edit(edits, file, find_at(whole, len), find_at(whole, len));
	strbuf_printf(&edit->text, "%s%s\n", len && whole[len - 1] != '\n' ? "\n" : "", text);
	return true;
}

/* Removes the word with the blanks before it. */
static bool take_out_word(struct edits *edits, const struct policy *policy, const struct rule *rule,
			  const struct record_denial *denial)
{
	const char *whole = policy_text_of(policy, rule->place.file);
	const struct rule_call *call = call_find_word(rule, denial);
	size_t from;

	if (!whole || !call)
		return false;
	from = call->word.from;
	while (from && (whole[from - 1] == ' ' || whole[from - 1] == '\t'))
		from--;
	strbuf_puts(&add_edit(edits, rule->place.file, find_at(whole, from),
			      find_at(whole, call->word.to))
			     ->text,
		    "");
	return true;
}

static bool write_rest(struct edits *edits, const struct policy *policy, const struct rule *rule)
{
	const char *whole = policy_text_of(policy, rule->place.file);
	struct edit_at at;

	if (!whole || !rule->n_calls)
		return false;
	at = find_at(whole, rule->calls[0].word.from);
	strbuf_puts(&add_edit(edits, rule->place.file, at, at)->text, "rest ");
	return true;
}

static const struct rule *find_rule(const struct policy *policy, const struct advice_dead *dead)
{
	for (size_t i = 0; i < policy->n_rules; i++)
		if (policy->rules[i]->place.line == dead->line &&
		    str_eq(policy->rules[i]->place.file, dead->file))
			return policy->rules[i];
	return NULL;
}

static bool treat_dead(struct edits *edits, const struct policy *policy,
		       const struct record_denial *denial, const struct advice_dead *dead)
{
	const struct rule *rule = find_rule(policy, dead);

	if (!dead->take_out)
		return replace_lines(edits, policy, dead->file, dead->line, dead->last_line, "");
	return rule && take_out_word(edits, policy, rule, denial);
}

/* The rest of what report/advice.c says in words. */
static bool treat_rest(struct edits *edits, const struct policy *policy,
		       const struct record_denial *denial, const struct advice *advice)
{
	const struct rule *rule = policy_rule(policy, denial->origin.rule);
	bool is_done = true;

	if (advice->take_out.len)
		is_done = rule && take_out_word(edits, policy, rule, denial);
	if (advice->has_rest)
		is_done = is_done && rule && write_rest(edits, policy, rule);
	for (size_t i = 0; i < advice->dead.n; i++)
		is_done = is_done && treat_dead(edits, policy, denial, &advice->dead.v[i]);
	return is_done;
}

static bool treat(struct edits *edits, const struct policy *policy,
		  const struct record_denial *denial, const struct advice *advice, const char *text)
{
	const struct edit_at at = { advice->line, 1 };

	switch (advice->kind) {
	case ADVICE_NONE:
	case ADVICE_OPTION:
		return false;
	case ADVICE_ADD:
		return append(edits, policy, text);
	case ADVICE_INSTEAD:
		return replace_lines(edits, policy, advice->file, advice->line, advice->last_line,
				     text) &&
		       treat_rest(edits, policy, denial, advice);
	case ADVICE_BEFORE:
		strbuf_printf(&add_edit(edits, advice->file, at, at)->text, "%s\n", text);
		return treat_rest(edits, policy, denial, advice);
	}
	return false;
}

bool edits_add_advice(struct edits *edits, const struct policy *policy,
		      const struct record_denial *denial, const struct advice *advice)
{
	struct strbuf text = { 0 };
	struct edits found = { 0 };
	bool is_done;

	strbuf_puts(&text, advice->text.text ? advice->text.text : "");
	if (advice->capability.len)
		strbuf_printf(&text, "\ncapability %s", advice->capability.text);
	is_done = treat(&found, policy, denial, advice, text.text);
	strbuf_finish(&text);
	for (size_t i = 0; is_done && i < found.n; i++)
		*array_append(edits) = found.v[i];
	if (is_done)
		free(found.v);
	else
		edits_finish(&found);
	return is_done;
}

void edits_finish(struct edits *edits)
{
	for (size_t i = 0; i < edits->n; i++)
		strbuf_finish(&edits->v[i].text);
	free(edits->v);
	*edits = (struct edits){ 0 };
}
