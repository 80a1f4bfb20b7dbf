// SPDX-License-Identifier: GPL-2.0-or-later
/* What one policy allows that another does not: as text for people, as JSON for programs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include <json-c/json.h>

#include "base/palette.h"
#include "base/str.h"
#include "cmd/option_row.h"
#include "filter/diff.h"
#include "report/call.h"
#include "report/json.h"

struct compared_policies {
	struct policy *before, *after;
	struct policy_diff diff;
};

static const char *const change_names[CHANGE_COUNT] = {
	[CHANGE_WIDER] = "wider",
	[CHANGE_UNCLEAR] = "unclear",
	[CHANGE_OTHER] = "changed",
	[CHANGE_NARROWER] = "narrower",
};

static void format_change(enum change change, struct strbuf *buf)
{
	const struct palette *palette = palette_of(stdout);
	const char *const colours[CHANGE_COUNT] = {
		[CHANGE_WIDER] = palette->warning,
		[CHANGE_UNCLEAR] = palette->warning,
		[CHANGE_OTHER] = palette->note,
		[CHANGE_NARROWER] = palette->note,
	};

	strbuf_printf(buf, "%s%s:%s ", colours[change], change_names[change], palette->end);
}

/* The statement that decided, or why there is none. */
static void format_origin(const struct policy *policy, const struct verdict *verdict,
			  struct strbuf *buf)
{
	struct place place = verdict_place(policy, verdict);

	if (!place.file && policy->n_files)
		place.file = policy->files[0];
	strbuf_escape(buf, place.file ? place.file : "", place.file ? strlen(place.file) : 0);
	if (place.line)
		strbuf_printf(buf, ":%u", place.line);
	strbuf_puts(buf, ": ");
	if (verdict->rule) {
		strbuf_escape(buf, verdict->rule->text, strlen(verdict->rule->text));
		return;
	}
	/* 'arch' names no action. */
	if (verdict->by == VERDICT_ARCH) {
		strbuf_puts(buf, verdict_by_row(verdict->by)->about);
		return;
	}
	strbuf_printf(buf, "%s ", verdict_by_row(verdict->by)->name);
	action_format(buf, &verdict->action);
}

static bool is_same_kind(const struct difference *a, const struct difference *b)
{
	return a->change == b->change && verdict_is_same(&a->before, &b->before) &&
	       verdict_is_same(&a->after, &b->after);
}

static void print_head(const struct compared_policies *comparison,
		       const struct difference *difference)
{
	struct strbuf text = { 0 };

	format_change(difference->change, &text);
	action_format(&text, &difference->before.action);
	strbuf_puts(&text, " -> ");
	action_format(&text, &difference->after.action);
	strbuf_puts(&text, "\n  ");
	format_origin(comparison->before, &difference->before, &text);
	strbuf_puts(&text, "\n  ");
	format_origin(comparison->after, &difference->after, &text);
	puts(text.text);
	strbuf_finish(&text);
}

static void format_witness(const struct difference *difference, struct strbuf *buf)
{
	uint64_t args[SYS_ARGS_MAX];

	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		args[i] = difference->witness.args[i];
	call_format(buf, difference->arch, (uint32_t)difference->witness.nr, args);
}

static void print_difference(const struct difference *difference)
{
	struct strbuf text = { 0 };
	const struct conditions *conditions = &difference->conditions;

	strbuf_puts(&text, "    ");
	if (difference->low != difference->high)
		strbuf_printf(&text, "numbers %" PRIu32 " to %" PRIu32 ", such as ",
			      difference->low, difference->high);
	format_witness(difference, &text);
	for (size_t i = 0; i < conditions->n; i++)
		if (*conditions->v[i])
			strbuf_printf(&text, "\n      %s %s", i ? "or" : "if", conditions->v[i]);
	if (conditions->n == DIFF_CONDITIONS_MAX)
		strbuf_printf(&text, "\n      and more, in %zu parts", difference->n_parts);
	puts(text.text);
	strbuf_finish(&text);
}

static void print_text(const struct compared_policies *comparison)
{
	const struct policy_diff *diff = &comparison->diff;

	for (size_t i = 0; i < diff->calls.n; i++) {
		const struct difference *difference = &diff->calls.v[i];

		if (!i || !is_same_kind(difference, difference - 1))
			print_head(comparison, difference);
		print_difference(difference);
	}
	for (size_t i = 0; i < diff->settings.n; i++) {
		const struct setting_difference *setting = &diff->settings.v[i];
		struct strbuf line = { 0 };

		format_change(setting->change, &line);
		strbuf_puts(&line, setting->is_added ? "+ " : "- ");
		strbuf_escape(&line, setting->line, strlen(setting->line));
		puts(line.text);
		if (setting->why)
			printf("  %s\n", setting->why);
		strbuf_finish(&line);
	}
}

static struct json_object *json_verdict(const struct policy *policy, const struct verdict *verdict)
{
	struct json_object *object = json_object_new_object();
	struct place place = verdict_place(policy, verdict);
	struct strbuf action = { 0 };

	action_format(&action, &verdict->action);
	json_add_text(object, "action", action.text);
	json_add_text(object, "file", place.file);
	json_object_object_add(object, "line",
			       place.file ? json_object_new_uint64(place.line) : NULL);
	json_add_text(object, "text", verdict->rule ? verdict->rule->text : NULL);
	strbuf_finish(&action);
	return object;
}

static struct json_object *json_difference(const struct compared_policies *comparison,
					   const struct difference *difference)
{
	struct json_object *object = json_object_new_object();
	struct json_object *args = json_object_new_array(), *parts = json_object_new_array();
	struct strbuf witness = { 0 };

	json_add_text(object, "change", change_names[difference->change]);
	json_add_text(object, "abi", arch_get(difference->arch)->name);
	json_add_text(object, "name", sys_call_name(difference->arch, difference->low));
	json_add_number(object, "nr", difference->low);
	json_add_number(object, "nr_last", difference->high);
	json_object_object_add(object, "before",
			       json_verdict(comparison->before, &difference->before));
	json_object_object_add(object, "after",
			       json_verdict(comparison->after, &difference->after));
	format_witness(difference, &witness);
	json_add_text(object, "witness", witness.text);
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		json_object_array_add(args, json_new_hex(difference->witness.args[i]));
	json_object_object_add(object, "args", args);
	for (size_t i = 0; i < difference->conditions.n; i++)
		json_object_array_add(parts, json_object_new_string(difference->conditions.v[i]));
	json_object_object_add(object, "conditions", parts);
	json_add_number(object, "parts", difference->n_parts);
	strbuf_finish(&witness);
	return object;
}

static void print_json(const struct compared_policies *comparison)
{
	const struct policy_diff *diff = &comparison->diff;
	struct json_object *object = json_object_new_object();
	struct json_object *calls = json_object_new_array(), *settings = json_object_new_array();

	for (size_t i = 0; i < diff->calls.n; i++)
		json_object_array_add(calls, json_difference(comparison, &diff->calls.v[i]));
	for (size_t i = 0; i < diff->settings.n; i++) {
		const struct setting_difference *setting = &diff->settings.v[i];
		struct json_object *line = json_object_new_object();

		json_add_text(line, "change", change_names[setting->change]);
		json_add_bool(line, "added", setting->is_added);
		json_add_text(line, "text", setting->line);
		json_add_text(line, "why", setting->why);
		json_object_array_add(settings, line);
	}
	json_add_text(object, "schema", "pinfold-diff/1");
	json_object_object_add(object, "calls", calls);
	json_object_object_add(object, "settings", settings);
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY));
	json_object_put(object);
}

/* Which differences matter: bits 1 << enum change. */
static const struct {
	const char *name;
	unsigned int changes;
} failures[] = {
	{ "any", ~0U },
	{ "wider", 1U << CHANGE_WIDER | 1U << CHANGE_UNCLEAR },
	{ "narrower", 1U << CHANGE_NARROWER | 1U << CHANGE_UNCLEAR },
};

static const struct {
	const char *name;
	void (*print)(const struct compared_policies *comparison);
} formats[] = {
	{ "text", print_text },
	{ "json", print_json },
};

static bool change_word(size_t i, struct choice_word *ret_word)
{
	if (i >= ARRAY_SIZE(failures))
		return false;
	*ret_word = (struct choice_word){ failures[i].name, NULL, (int)i };
	return true;
}

static bool format_word(size_t i, struct choice_word *ret_word)
{
	if (i >= ARRAY_SIZE(formats))
		return false;
	*ret_word = (struct choice_word){ formats[i].name, NULL, (int)i };
	return true;
}

const struct choice diff_changes = { "change", "changes", change_word };
const struct choice diff_formats = { "format", "formats", format_word };

static unsigned int changes_of(const struct policy_diff *diff)
{
	unsigned int changes = 0;

	for (size_t i = 0; i < diff->calls.n; i++)
		changes |= 1U << diff->calls.v[i].change;
	for (size_t i = 0; i < diff->settings.n; i++)
		changes |= 1U << diff->settings.v[i].change;
	return changes;
}

static int parse_one(const struct options *options, const char *file, struct policy **ret_policy,
		     struct diags *diags)
{
	const struct policy_source source = options_source(options, &file, 1);

	return policy_parse(&source, ret_policy, diags);
}

static int compare(const struct options *options, struct diags *diags)
{
	struct compared_policies comparison = { 0 };
	int status = STATUS_USAGE;
	int err = parse_one(options, options->operands[0], &comparison.before, diags);

	/* Even if that failed: all errors are reported at once. */
	if (parse_one(options, options->operands[1], &comparison.after, diags) || err)
		goto out;
	status = STATUS_FAILED;
	if (policy_diff(comparison.before, comparison.after, &comparison.diff, diags))
		goto out;
	formats[options->format].print(&comparison);
	status = changes_of(&comparison.diff) & failures[options->fail_on].changes ? STATUS_FOUND
										   : STATUS_OK;
	policy_diff_finish(&comparison.diff);
out:
	policy_destroy(comparison.before);
	policy_destroy(comparison.after);
	return status;
}

static int run(const struct options *options)
{
	struct diags diags = { 0 };
	int status = compare(options, &diags);

	diags_print(&diags, stderr);
	diags_finish(&diags);
	return status;
}

const struct command cmd_diff = {
	.name = "diff",
	.bit = COMMAND_DIFF,
	.operands = "OLD NEW",
	.about = "show what one policy allows that another does not",
	.least_operands = 2,
	.most_operands = 2,
	.run = run,
	.examples = {
		"pinfold diff wc.policy wc.policy",
		"pinfold diff --fail-on wider '<default>' wc.policy",
		"pinfold diff --format json wc.policy wc.policy",
	},
};
