// SPDX-License-Identifier: GPL-2.0-or-later
/* The violations of a run as GitLab's code quality report, which its merge requests show beside the
 * lines of the policy: an array that GitLab compares, by fingerprints, with that of the target. */
#include "report/json.h"
#include "report/stack.h"
#include "report/violation.h"

struct gitlab {
	FILE *to;
	bool has_issues;
};

static const char *severity_of(const struct violation *violation)
{
	if (violation->is_fatal)
		return "major";
	return violation->is_known || violation->kind == VIOLATION_PEN ? "info" : "minor";
}

/* GitLab refuses an issue without a line of a file. */
static struct json_object *new_location(const struct violation *violation)
{
	struct json_object *object = json_object_new_object();
	struct json_object *lines = json_object_new_object();

	json_add_text(object, "path", violation->file ? violation->file : "pinfold");
	json_add_number(lines, "begin", violation->line ? violation->line : 1);
	json_object_object_add(object, "lines", lines);
	return object;
}

static void take(const struct violation *violation, void *data)
{
	struct gitlab *gitlab = data;
	struct json_object *issue = json_object_new_object();
	struct strbuf text = { 0 };

	violation_format(violation, &text);
	if (violation->stack)
		stack_format_place(&text, "; ", violation->stack);
	json_object_object_add(issue, "description", json_object_new_string(text.text));
	strbuf_finish(&text);
	json_add_text(issue, "check_name", violation_id(violation->kind));
	json_add_text(issue, "fingerprint", violation->fingerprint);
	json_add_text(issue, "severity", severity_of(violation));
	json_object_object_add(issue, "location", new_location(violation));
	fputs(gitlab->has_issues ? ",\n  " : "\n  ", gitlab->to);
	json_write_indented(gitlab->to, issue, "  ");
	gitlab->has_issues = true;
}

static void write_gitlab(const struct report *report, FILE *to)
{
	struct gitlab gitlab = { .to = to };

	fputc('[', to);
	violations_visit(report, take, &gitlab);
	fputs(gitlab.has_issues ? "\n]\n" : "]\n", to);
}

const struct report_format report_gitlab = {
	.name = "gitlab",
	.extension = ".gitlab.json",
	.about = "code quality of GitLab",
	.write = write_gitlab,
};
