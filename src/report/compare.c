// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers of processes, addresses and times differ from run to run, so nothing is named by them. */
#include "report/compare.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/call.h"
#include "report/violation.h"
#include "sys/name.h"

/* A run whose rows are being added. */
struct compare_side {
	struct report_comparison *to;
	bool is_new;
};

static void add(struct compare_side *side, enum compared kind, const char *key, const char *text,
		uint64_t count)
{
	struct compare_row *row = array_append(&side->to->rows);

	row->kind = kind;
	row->key = mem_strdup(key);
	row->text = mem_strdup(text);
	*(side->is_new ? &row->new : &row->old) = count;
}

static void add_calls(struct compare_side *side, const struct record *record)
{
	for (size_t i = 0; i < record->calls.n; i++) {
		const struct record_call *call = &record->calls.v[i];
		struct strbuf name = { 0 };

		call_format_name(&name, call->arch, call->nr);
		add(side, COMPARED_CALLS, name.text, name.text, call->allowed + call->denied);
		strbuf_finish(&name);
	}
}

static void add_violation(const struct violation *violation, void *data)
{
	struct strbuf text = { 0 };

	strbuf_printf(&text, "%s: ", violation_id(violation->kind));
	violation_format(violation, &text);
	add(data, COMPARED_VIOLATIONS, violation->identity, text.text, violation->count);
	strbuf_finish(&text);
}

/* Only what failing calls named is in a report. */
static void add_files(struct compare_side *side, const struct record_failures *failures)
{
	for (size_t i = 0; i < failures->n; i++) {
		const struct record_failure *failure = &failures->v[i];
		const char *error = errno_name(failure->error);
		struct strbuf text = { 0 };

		if (failure->object != RECORD_OBJECT_PATH || !failure->text)
			continue;
		strbuf_escape(&text, failure->text, strlen(failure->text));
		strbuf_puts(&text, ": ");
		call_format_name(&text, failure->arch, failure->nr);
		strbuf_printf(&text, ": %s", error ? error : "error");
		add(side, COMPARED_FILES, text.text, text.text, failure->count);
		strbuf_finish(&text);
	}
}

static void add_programs(struct compare_side *side, const struct record_processes *processes)
{
	for (size_t i = 0; i < processes->n; i++) {
		const char *exe = processes->v[i].exe;
		struct strbuf text = { 0 };

		if (!exe)
			continue;
		strbuf_escape(&text, exe, strlen(exe));
		if (text.len)
			add(side, COMPARED_PROGRAMS, text.text, text.text, 1);
		strbuf_finish(&text);
	}
}

static void add_report(struct report_comparison *to, const struct report *report, bool is_new)
{
	struct compare_side side = { to, is_new };

	add_calls(&side, report->record);
	violations_visit(report, add_violation, &side);
	add_files(&side, &report->record->failures);
	add_programs(&side, &report->record->processes);
}

static int compare_rows(const void *a, const void *b)
{
	const struct compare_row *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->key, y->key);
}

/* Violations have hashes as keys: readers look for them by their words. */
static int compare_texts(const void *a, const void *b)
{
	const struct compare_row *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->text, y->text);
}

static void finish_row(struct compare_row *row)
{
	free(row->key);
	free(row->text);
}

/* Adds up rows of the same name, which are next to each other. */
static void join_rows(struct report_comparison *comparison)
{
	struct compare_row *rows = comparison->rows.v;
	size_t n = 0;

	for (size_t i = 0; i < comparison->rows.n; i++) {
		if (n && !compare_rows(&rows[n - 1], &rows[i])) {
			rows[n - 1].old += rows[i].old;
			rows[n - 1].new += rows[i].new;
			finish_row(&rows[i]);
		} else {
			rows[n++] = rows[i];
		}
	}
	comparison->rows.n = n;
}

void compare_reports(const struct report *old, const struct report *new,
		     struct report_comparison *ret_comparison)
{
	struct report_comparison comparison = { .old = old, .new = new };

	add_report(&comparison, old, false);
	add_report(&comparison, new, true);
	if (comparison.rows.n)
		qsort(comparison.rows.v, comparison.rows.n, sizeof(*comparison.rows.v),
		      compare_rows);
	join_rows(&comparison);
	if (comparison.rows.n)
		qsort(comparison.rows.v, comparison.rows.n, sizeof(*comparison.rows.v),
		      compare_texts);
	*ret_comparison = comparison;
}

bool comparison_differs(const struct report_comparison *comparison)
{
	for (size_t i = 0; i < comparison->rows.n; i++)
		if (!comparison->rows.v[i].old != !comparison->rows.v[i].new)
			return true;
	return false;
}

void comparison_finish(struct report_comparison *comparison)
{
	for (size_t i = 0; i < comparison->rows.n; i++)
		finish_row(&comparison->rows.v[i]);
	free(comparison->rows.v);
	*comparison = (struct report_comparison){ 0 };
}
