// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report for people: silent when there is nothing to say, at most a screen when there is,
 * everything with -v. An incomplete trace is always said first.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/denials.h"
#include "report/failures.h"
#include "report/guarded.h"
#include "report/guess.h"
#include "report/judged.h"
#include "report/losses.h"
#include "report/network.h"
#include "report/page.h"
#include "report/report.h"
#include "report/report_table.h"
#include "sys/name.h"

/* Appends LINE, of any text, as one of pinfold's. */
static void add_line(const char *line, void *text)
{
	strbuf_puts(text, "pinfold: ");
	strbuf_escape(text, line, strlen(line));
	strbuf_puts(text, "\n");
}

static void add_loss(const char *line, void *text)
{
	strbuf_printf(text, "  %s\n", line);
}

static void add_losses(const struct page_view *view, struct strbuf *text)
{
	const struct record *record = view->report->record;

	if (!record_has_losses(record))
		return;
	strbuf_printf(text, "%spinfold: the trace is not complete%s\n", view->palette->warning,
		      view->palette->end);
	losses_visit(record, add_loss, text);
}

/* The record is complete without them, but the reader of the stream wants to know. */
static void add_lost_lines(const struct record *record, struct strbuf *text)
{
	if (record->lost.lines)
		strbuf_printf(text, "pinfold: %" PRIu64 " line%s of the stream dropped\n",
			      record->lost.lines, record->lost.lines == 1 ? "" : "s");
}

static void add_source(struct page *page)
{
	const struct report *report = page->view.report;
	const struct record *record = report->record;
	const char *lack = trace_source_row(record->source)->lack;
	struct strbuf *text = &page_add(page, NULL)->head;

	if (record->source != TRACE_NONE)
		add_losses(&page->view, text);
	add_lost_lines(record, text);
	if (!lack || !record->why || (record->source != TRACE_NONE && !report->is_verbose))
		return;
	strbuf_printf(text, "pinfold: %s: ", lack);
	strbuf_escape(text, record->why, strlen(record->why));
	strbuf_puts(text, "\n");
}

/* Without evidence from the kernel the sender is unknown. */
static bool is_unclear_sigsys(const struct report *report)
{
	return report->exit.by == EXIT_BY_SIGNAL && report->exit.signal == SIGSYS &&
	       report->record->source < TRACE_EBPF;
}

/* How the details of a limit begin, but in a report that was tampered with. */
#define LIMIT "limit "

/* Says where the limit is set, too: a line of a file, or the option. */
static void add_limit(const struct report_exit *end, struct strbuf *text)
{
	strbuf_puts(text, "the pen was killed by its ");
	strbuf_escape(text, end->detail, strlen(end->detail));
	strbuf_puts(text, " (");
	strbuf_escape(text, end->place->file, strlen(end->place->file));
	if (end->place->line)
		strbuf_printf(text, ":%u", end->place->line);
	strbuf_puts(text, ")");
	if (!str_starts(end->detail, LIMIT))
		return;
	strbuf_puts(text, "\nhint: if the command needs more: --limit '");
	strbuf_escape(text, end->detail + strlen(LIMIT), strlen(end->detail + strlen(LIMIT)));
	strbuf_puts(text, " AMOUNT'");
}

static void add_exit(struct page *page)
{
	const struct report *report = page->view.report;
	const struct report_exit *end = &report->exit;
	struct strbuf text = { 0 };
	struct page_part *part = page_add(page, NULL);

	if (end->by == EXIT_BY_FILTER)
		strbuf_puts(&text, "the command was killed by the filter (SIGSYS)");
	else if (end->by == EXIT_BY_LIMIT)
		add_limit(end, &text);
	else if (is_unclear_sigsys(report))
		strbuf_puts(&text,
			    "the command died of SIGSYS: perhaps from a rule with 'trap' or "
			    "'kill', or from a call of another ABI, which only an eBPF trace "
			    "shows\nhint: a 32-bit program needs --arch 'x86_64 x86'");
	else if (report->is_verbose && end->signal)
		strbuf_printf(&text, "the command died of %s", signal_name(end->signal));
	if (text.len)
		strbuf_printf(&part->head, "pinfold: %s\n", text.text);
	strbuf_finish(&text);
}

static void format_folder(const struct page_view *view, const struct page_part *part, size_t i,
			  struct strbuf *text)
{
	(void)part;
	add_line(view->report->enforced->folder_notes[i], text);
}

static void format_more_folders(const struct page_view *view, const struct page_part *part,
				struct strbuf *text)
{
	(void)view;
	strbuf_printf(text, "pinfold: %zu more directories (-v shows all)\n",
		      part->n_all - part->n_shown);
}

static void add_folders(struct page *page)
{
	static const struct page_kind kind = { format_folder, format_more_folders };
	const struct enforced *enforced = page->view.report->enforced;
	struct page_part *part;

	if (!enforced)
		return;
	part = page_add(page, &kind);
	/* The caller was told at the start. */
	if (enforced->directory_note && page->view.report->is_file)
		add_line(enforced->directory_note, &part->head);
	for (size_t i = 0; i < enforced->n_folder_notes; i++)
		*array_append(&part->entries) = i;
	part->n_all = part->entries.n;
}

static void add_missing(struct page *page)
{
	if (page->view.report->record->lacks_library)
		add_line("functions have no names: libdw.so.1 is not installed (package libdw1, "
			 "elfutils-libs or libelf)",
			 &page_add(page, NULL)->head);
}

/* What the run has too much of. */
static void add_judged(struct page *page)
{
	const struct report *report = page->view.report;
	struct page_part *part = page_add(page, NULL);

	for (enum budget_kind kind = 0; kind <= BUDGETS; kind++) {
		struct strbuf text = { 0 };

		if (kind < BUDGETS ? judged_format_budget(report, kind, &text)
				   : judged_format_unused(report, &text))
			strbuf_printf(&part->head, "pinfold: %s\n", text.text);
		strbuf_finish(&text);
	}
}

static void write_text(const struct report *report, FILE *to)
{
	struct page page = page_begin(report, to);
	struct failure_list causes;

	/* If nothing ran, what was not seen does not matter. */
	if (report->exit.by != EXIT_BY_PINFOLD || report->is_verbose)
		add_source(&page);
	add_exit(&page);
	denials_add(&page);
	guess_add(&page);
	failures_add(&page, &causes);
	add_missing(&page);
	network_add(&page);
	guarded_add(&page);
	add_judged(&page);
	add_folders(&page);
	page_end(&page, to);
	free(causes.v);
	if (report->is_verbose)
		report_table_print(report, to);
}

const struct report_format report_text = {
	.name = "text",
	.extension = ".txt",
	.about = "for people",
	.write = write_text,
};
