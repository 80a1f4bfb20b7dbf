// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A remedy can be followed to the letter: the result parses, and the call passes. If the deciding
 * statement would contradict it, or could never apply after it, the remedy says what to do about
 * that.
 */
#include "report/advice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "policy/built_in.h"
#include "policy/quantity.h"
#include "policy/setting_row.h"
#include "report/call.h"
#include "sys/name.h"
#include "sys/privilege.h"

static bool is_shipped(const char *file)
{
	return file && *file == '<';
}

static bool has_own_file(const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_files; i++)
		if (!is_shipped(policy->files[i]))
			return true;
	return false;
}

/* Makes the statement an option: "allow acct" is --allow acct. */
static void make_option(struct advice *advice)
{
	struct strbuf option = { 0 };
	size_t verb = strcspn(advice->text.text, " ");

	strbuf_printf(&option, "--%.*s ", (int)verb, advice->text.text);
	strbuf_quote(&option, advice->text.text + verb + (advice->text.text[verb] == ' '));
	strbuf_finish(&advice->text);
	advice->text = option;
	advice->kind = ADVICE_OPTION;
	advice->file = NULL;
}

/* A setting that may occur only once is replaced where it is, if the policy has it. */
static void replace(struct advice *advice, const struct policy *policy, const struct place *place,
		    unsigned int last_line)
{
	advice->kind = ADVICE_ADD;
	if (is_written(place) && place->line) {
		advice->kind = ADVICE_INSTEAD;
		advice->file = place->file;
		advice->line = place->line;
		advice->last_line = last_line;
	} else if (is_written(place) || !has_own_file(policy)) {
		make_option(advice);
		advice->file = place->file;
	}
}

static void replace_setting(struct advice *advice, const struct policy *policy)
{
	auto_free char *verb = mem_strdup(advice->text.text);
	const struct setting_row *row;
	const struct place none = { 0 }, *place = &none;

	verb[strcspn(verb, " ")] = '\0';
	row = setting_find(verb);
	if (row && row->is_one)
		place = row->at(&policy->settings, 0);
	replace(advice, policy, place, place->line);
}

/* Returns whether the rule names its calls by a single word. */
static bool is_all(const struct rule *rule)
{
	for (size_t i = 1; i < rule->n_calls; i++)
		if (rule->calls[i].word.from != rule->calls[0].word.from)
			return false;
	return true;
}

/* A denial with nothing left to deny is an error, and must go; one of a set stays for the other
 * calls. */
static void treat_rule(struct advice *advice, const struct policy *policy,
		       const struct record_denial *denial)
{
	const struct rule *rule = denial->origin.text ? policy_rule(policy, denial->origin.rule)
						      : NULL;

	if (!rule)
		return;
	if (!call_fix_covers_rule(policy, denial)) {
		advice->has_rest = rule->expr && !rule->is_rest;
		return;
	}
	if (is_all(rule) && (rule->n_calls == 1 || !rule->calls[0].is_from_set)) {
		advice->kind = ADVICE_INSTEAD;
		advice->last_line = rule->last_line;
	} else {
		advice->last_line = rule->last_line;
		if (!call_format_word(&advice->take_out, rule, denial))
			advice->has_rest = !rule->is_rest;
	}
}

/* A later denial of the call by name could never apply after a rule without a condition. */
static void find_dead(struct advice *advice, const struct policy *policy,
		      const struct record_denial *denial)
{
	if (strstr(advice->text.text, " if "))
		return;
	for (size_t i = denial->origin.rule + 1; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];
		struct strbuf word = { 0 };
		struct advice_dead *dead;

		if (!action_is_denial(&rule->action) || !rule->place.line ||
		    is_shipped(rule->place.file) || !call_format_word(&word, rule, denial))
			continue;
		dead = array_append(&advice->dead);
		*dead = (struct advice_dead){ .file = rule->place.file,
					      .line = rule->place.line,
					      .last_line = rule->last_line,
					      .take_out = word.text };
		if (is_all(rule)) {
			free(dead->take_out);
			dead->take_out = NULL;
		}
	}
}

/* Adds what the call takes besides the filter; returns false where nothing in a pen has that. */
static bool treat_privilege(struct advice *advice, const struct policy *policy,
			    const struct record_denial *denial)
{
	const char *name = sys_call_name(denial->arch, denial->nr);
	const struct sys_privilege *needed = name ? sys_privilege_find(name, denial->args) : NULL;
	char room[CAPABILITY_NAME_ROOM];
	const char *capability;

	if (!needed)
		return true;
	capability = capability_name(needed->capability, room);
	if (needed->unless)
		strbuf_printf(&advice->besides, "%s on the host, unless %s", capability,
			      needed->unless);
	else if (needed->is_of_host)
		strbuf_printf(&advice->why, "because it takes %s on the host, which no pen has",
			      capability);
	else if (!(policy->settings.capabilities.mask >> needed->capability & 1))
		strbuf_puts(&advice->capability, capability + strlen("cap_"));
	return !advice->why.len;
}

/* Puts into WHY that nothing helps, or that nothing has to; returns whether it is so. */
static bool is_hopeless(const struct record_denial *denial, struct strbuf *why)
{
	const char *older = call_older(denial);

	if (call_makes_user_namespace(denial))
		strbuf_puts(why, "because user namespaces are off in a pen; a program with its own "
				 "sandbox may have an option to run without it");
	else if (older && denial->action.kind == ACTION_ERRNO && denial->action.data == ENOSYS)
		strbuf_printf(why, "and none is needed: programs fall back to %s", older);
	else if (call_is_built_in(denial) && !built_in_remedy(denial->origin.line))
		strbuf_puts(why, "because it would reach outside the pen");
	return why->len;
}

void advice_find(const struct policy *policy, const struct record_denial *denial,
		 struct advice *ret_advice)
{
	struct advice advice = { .kind = ADVICE_BEFORE,
				 .file = denial->origin.file,
				 .line = denial->origin.line,
				 .last_line = denial->origin.line };

	*ret_advice = (struct advice){ .kind = ADVICE_NONE };
	if (denial->by != BY_POLICY)
		return;
	if (is_hopeless(denial, &ret_advice->why))
		return;
	call_format_fix(&advice.text, policy, denial);
	if (!advice.text.len)
		return;
	if (!treat_privilege(&advice, policy, denial)) {
		ret_advice->why = advice.why;
		strbuf_finish(&advice.text);
		return;
	}
	if (call_is_built_in(denial)) {
		advice.file = NULL;
		replace_setting(&advice, policy);
	} else if (denial->verdict_by == VERDICT_ARCH) {
		replace(&advice, policy, &policy->arch_place, policy->arch_last_line);
	} else if (!advice.file && has_own_file(policy)) {
		advice.kind = ADVICE_ADD;
	} else if (!advice.line || is_shipped(advice.file)) {
		make_option(&advice);
	} else {
		treat_rule(&advice, policy, denial);
		find_dead(&advice, policy, denial);
	}
	*ret_advice = advice;
}

void advice_finish(struct advice *advice)
{
	strbuf_finish(&advice->text);
	strbuf_finish(&advice->take_out);
	strbuf_finish(&advice->why);
	strbuf_finish(&advice->besides);
	strbuf_finish(&advice->capability);
	for (size_t i = 0; i < advice->dead.n; i++)
		free(advice->dead.v[i].take_out);
	free(advice->dead.v);
}

static void format_lines(unsigned int line, unsigned int last_line, struct strbuf *buf)
{
	if (line == last_line)
		strbuf_printf(buf, "line %u", line);
	else
		strbuf_printf(buf, "lines %u to %u", line, last_line);
}

static void format_dead(const struct advice *advice, const struct advice_dead *dead,
			struct strbuf *buf)
{
	if (dead->take_out)
		strbuf_printf(buf, ", and take %s out of ", dead->take_out);
	else
		strbuf_puts(buf, ", and take out ");
	format_lines(dead->line, dead->last_line, buf);
	if (advice->file && str_eq(dead->file, advice->file))
		return;
	strbuf_puts(buf, " of ");
	strbuf_escape(buf, dead->file, strlen(dead->file));
}

static void format_rest(const struct advice *advice, struct strbuf *buf)
{
	if (advice->take_out.len) {
		strbuf_printf(buf, ", and take %s out of ", advice->take_out.text);
		format_lines(advice->line, advice->last_line, buf);
	}
	if (advice->has_rest)
		strbuf_printf(buf, ", and write 'rest' after the action in line %u", advice->line);
	for (size_t i = 0; i < advice->dead.n; i++)
		format_dead(advice, &advice->dead.v[i], buf);
}

static void format_more(const struct advice *advice, struct strbuf *buf)
{
	if (advice->capability.len)
		strbuf_printf(buf,
			      advice->kind == ADVICE_OPTION ? " --capability %s"
							    : ", and add: capability %s",
			      advice->capability.text);
	if (advice->besides.len)
		strbuf_printf(buf, "; besides, it takes %s", advice->besides.text);
}

void advice_format(const struct advice *advice, struct strbuf *buf)
{
	if (advice->kind == ADVICE_NONE) {
		if (advice->why.len)
			strbuf_printf(buf, "nothing allows it, %s", advice->why.text);
		return;
	}
	strbuf_puts(buf, "to allow it, ");
	switch (advice->kind) {
	case ADVICE_NONE:
	case ADVICE_ADD:
		strbuf_printf(buf, "add: %s", advice->text.text);
		break;
	case ADVICE_OPTION:
		if (advice->file)
			strbuf_printf(buf, "replace %s with: %s", advice->file, advice->text.text);
		else
			strbuf_printf(buf, "put before all other options: %s", advice->text.text);
		break;
	case ADVICE_BEFORE:
		strbuf_printf(buf, "add before line %u: %s", advice->line, advice->text.text);
		format_rest(advice, buf);
		break;
	case ADVICE_INSTEAD:
		strbuf_puts(buf, "replace ");
		format_lines(advice->line, advice->last_line, buf);
		strbuf_printf(buf, " with: %s", advice->text.text);
		format_rest(advice, buf);
	}
	format_more(advice, buf);
}

void advice_format_fix(const struct advice *advice, struct strbuf *buf)
{
	if (advice->kind == ADVICE_NONE) {
		if (advice->why.len)
			strbuf_printf(buf, "fix: none, %s", advice->why.text);
		return;
	}
	strbuf_printf(buf, "fix: %s", advice->text.text);
	if (advice->kind == ADVICE_INSTEAD) {
		strbuf_puts(buf, ", in place of ");
		format_lines(advice->line, advice->last_line, buf);
	}
	format_rest(advice, buf);
	format_more(advice, buf);
}
