// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A summary in Markdown, as CI services show it next to a job: a headline, how the command ended,
 * the counts, and the text report as printed. Names and arguments come from the command: they are
 * only written where Markdown interprets no markup, between fences longer than any run of backticks
 * in what they enclose.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/headline.h"
#include "report/report.h"

enum { SHORTEST_FENCE = 3 };

/* Returns the length of the longest run of backticks in TEXT. */
static int longest_run(const char *text)
{
	int longest = 0, run = 0;

	for (; *text; text++) {
		run = *text == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void print_fence(int length, FILE *to)
{
	while (length-- > 0)
		fputc('`', to);
}

/* TEXT is one line, without control characters. */
static void print_span(const char *text, FILE *to)
{
	int length = longest_run(text) + 1;

	print_fence(length, to);
	fprintf(to, " %s ", text);
	print_fence(length, to);
}

static void print_block(const char *text, FILE *to)
{
	int length = longest_run(text) + 1;

	length = length < SHORTEST_FENCE ? SHORTEST_FENCE : length;
	fputc('\n', to);
	print_fence(length, to);
	fprintf(to, "text\n%s", text);
	print_fence(length, to);
	fputc('\n', to);
}

static void print_headline(const struct report *report, FILE *to)
{
	struct strbuf headline = { 0 };

	headline_format(&headline, report);
	fprintf(to, "### pinfold: %s\n\n", headline.text);
	strbuf_finish(&headline);
}

/* Prints why pinfold itself failed. */
static void print_error(const struct report_exit *end, FILE *to)
{
	struct strbuf text = { 0 };

	if (end->by != EXIT_BY_PINFOLD || !end->detail)
		return;
	strbuf_escape(&text, end->detail, strlen(end->detail));
	fputs(": ", to);
	print_span(text.text, to);
	strbuf_finish(&text);
}

static void print_command(const struct report *report, FILE *to)
{
	struct strbuf command = { 0 }, end = { 0 };

	for (char *const *word = report->command; word && *word; word++) {
		strbuf_puts(&command, command.len ? " " : "");
		strbuf_escape(&command, *word, strlen(*word));
	}
	if (command.len) {
		headline_format_end(&end, &report->exit);
		fputs("The command ", to);
		print_span(command.text, to);
		fprintf(to, " %s, after %.3f s", end.text, (double)report->elapsed_ns / 1e9);
		print_error(&report->exit, to);
		fputs(".\n\n", to);
	}
	strbuf_finish(&command);
	strbuf_finish(&end);
}

static void print_counts(const struct report *report, FILE *to)
{
	const struct record *record = report->record;
	const struct record_totals totals = record_sum(record);
	const struct {
		const char *what;
		uint64_t count;
		bool is_known;
	} rows[] = {
		{ "allowed", totals.allowed, record_knows_calls(record) },
		{ "of them failed", totals.failed, record_knows_results(record) },
		{ "denied", totals.denied, true },
		{ "denied as expected", totals.expected, true },
		{ "would be denied", totals.would_deny, record->is_complaining },
	};

	if (record->source == TRACE_NONE || report->exit.by == EXIT_BY_PINFOLD)
		return;
	fputs("| calls | count |\n|---|--:|\n", to);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].is_known)
			fprintf(to, "| %s | %" PRIu64 " |\n", rows[i].what, rows[i].count);
}

/* Prints the same as on standard error, where one rule does not bury what the others denied. */
static void print_text(const struct report *report, FILE *to)
{
	struct report shown = *report;
	auto_free char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	shown.is_file = false;
	if (memory)
		report_text.write(&shown, memory);
	if (!memory || fclose(memory))
		fputs("\nThe rest of the report did not fit in memory.\n", to);
	else if (len)
		print_block(text, to);
}

static void write_markdown(const struct report *report, FILE *to)
{
	print_headline(report, to);
	print_command(report, to);
	print_counts(report, to);
	print_text(report, to);
}

const struct report_format report_markdown = {
	.name = "markdown",
	.extension = ".md",
	.about = "a summary of a job in CI",
	.write = write_markdown,
};
