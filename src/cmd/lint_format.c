// SPDX-License-Identifier: GPL-2.0-or-later
/* Findings for people and for programs. In SARIF a rule is listed once, however often it was
 * broken. */
#include "cmd/lint_format.h"

#include <stdio.h>

#include <json-c/json.h>

#include "base/mem.h"
#include "base/palette.h"
#include "base/str.h"
#include "report/call.h"
#include "report/json.h"
#include "report/sarif.h"

static void format_witness(const struct finding *finding, struct strbuf *buf)
{
	const struct seccomp_data *data = &finding->witness;
	uint64_t args[SYS_ARGS_MAX];

	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		args[i] = data->args[i];
	call_format(buf, arch_of_call(data->arch, (uint32_t)data->nr), (uint32_t)data->nr, args);
}

static const char *colour_of(enum severity severity, const struct palette *palette)
{
	return severity == SEVERITY_ERROR     ? palette->error
	       : severity == SEVERITY_WARNING ? palette->warning
					      : palette->note;
}

static void print_finding(const struct finding *finding)
{
	const struct palette *palette = palette_of(stdout);
	struct strbuf text = { 0 };

	strbuf_puts(&text, palette->strong);
	if (finding->place.file)
		strbuf_escape_start(&text, finding->place.file);
	if (finding->place.line)
		strbuf_printf(&text, ":%u", finding->place.line);
	if (finding->place.line && finding->place.col)
		strbuf_printf(&text, ":%u", finding->place.col);
	strbuf_printf(&text, ":%s %s%s:%s ", palette->end, colour_of(finding->severity, palette),
		      severity_name(finding->severity), palette->end);
	strbuf_escape(&text, finding->message, strlen(finding->message));
	strbuf_printf(&text, " [%s]\n", finding->check->id);
	if (finding->has_witness) {
		strbuf_puts(&text, "  such as ");
		format_witness(finding, &text);
		strbuf_puts(&text, "\n");
	}
	if (finding->hint) {
		strbuf_printf(&text, "%shint:%s ", palette->remedy, palette->end);
		strbuf_escape(&text, finding->hint, strlen(finding->hint));
		strbuf_puts(&text, "\n");
	}
	fputs(text.text, stdout);
	strbuf_finish(&text);
}

static void print_text(const struct findings *findings, enum severity least)
{
	for (size_t i = 0; i < findings->n; i++)
		if (findings->v[i].severity >= least)
			print_finding(&findings->v[i]);
}

static void print_object(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PRETTY |
							    JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

static struct json_object *json_finding(const struct finding *finding)
{
	struct json_object *object = json_object_new_object();
	struct strbuf witness = { 0 };

	json_add_text(object, "id", finding->check->id);
	json_add_text(object, "severity", severity_name(finding->severity));
	json_add_text(object, "file", finding->place.file);
	json_add_number(object, "line", finding->place.line);
	json_add_text(object, "message", finding->message);
	json_add_text(object, "hint", finding->hint);
	if (finding->has_witness)
		format_witness(finding, &witness);
	json_add_text(object, "witness", witness.text);
	strbuf_finish(&witness);
	return object;
}

static void print_json(const struct findings *findings, enum severity least)
{
	struct json_object *object = json_object_new_object();
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < findings->n; i++)
		if (findings->v[i].severity >= least)
			json_object_array_add(array, json_finding(&findings->v[i]));
	json_add_text(object, "schema", "pinfold-lint/1");
	json_object_object_add(object, "findings", array);
	print_object(object);
}

/* Returns the index of the first check with the id of CHECK, among the first ones of each id. */
static size_t sarif_rule_index(const struct lint_check *check)
{
	const struct lint_check *row, *before;
	size_t index = 0;

	for (size_t i = 0; (row = lint_check_row(i)); i++) {
		bool is_first = true;

		if (str_eq(row->id, check->id))
			return index;
		for (size_t k = 0; k < i && is_first; k++) {
			before = lint_check_row(k);
			is_first = !str_eq(before->id, row->id);
		}
		index += is_first;
	}
	return index;
}

static struct json_object *sarif_rules(void)
{
	struct json_object *rules = json_object_new_array();
	const struct lint_check *check;

	for (size_t i = 0; (check = lint_check_row(i)); i++)
		if (sarif_rule_index(check) == json_object_array_length(rules))
			json_object_array_add(rules,
					      sarif_new_rule(check->id, check->reason,
							     severity_name(check->severity)));
	return rules;
}

static struct json_object *sarif_result(const struct finding *finding)
{
	struct strbuf message = { 0 };
	struct json_object *result;

	strbuf_escape(&message, finding->message, strlen(finding->message));
	if (finding->has_witness) {
		strbuf_puts(&message, "; such as ");
		format_witness(finding, &message);
	}
	if (finding->hint) {
		strbuf_puts(&message, "; hint: ");
		strbuf_escape(&message, finding->hint, strlen(finding->hint));
	}
	result = sarif_new_result(finding->check->id, sarif_rule_index(finding->check),
				  severity_name(finding->severity), message.text);
	if (finding->place.file)
		json_object_object_add(result, "locations", sarif_new_locations(&finding->place));
	strbuf_finish(&message);
	return result;
}

static void print_sarif(const struct findings *findings, enum severity least)
{
	struct sarif sarif;

	sarif_begin(&sarif, sarif_rules(), NULL, stdout);
	for (size_t i = 0; i < findings->n; i++)
		if (findings->v[i].severity >= least)
			sarif_add(&sarif, sarif_result(&findings->v[i]));
	sarif_end(&sarif);
}

static const struct lint_format formats[] = {
	{ "text", print_text },
	{ "json", print_json },
	{ "sarif", print_sarif },
};

const struct lint_format *lint_format_row(size_t i)
{
	return i < ARRAY_SIZE(formats) ? &formats[i] : NULL;
}
