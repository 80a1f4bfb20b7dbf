// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report for people: silent when there is nothing to say, short when there is, everything
 * with -v. An incomplete trace is always said first.
 */
#include <inttypes.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/call.h"
#include "report/denials.h"
#include "report/failures.h"
#include "report/guarded.h"
#include "report/guess.h"
#include "report/losses.h"
#include "report/process_tree.h"
#include "report/report.h"
#include "report/stack.h"
#include "sys/name.h"

enum { DEEPEST_INDENT = 20 };

static void print_escaped(const char *text, size_t len, FILE *to)
{
	struct strbuf buf = { 0 };

	strbuf_escape(&buf, text, len);
	fputs(buf.text ? buf.text : "", to);
	strbuf_finish(&buf);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* The record is complete without them, but the reader of the stream wants to know. */
static void print_lost_lines(const struct record *record, FILE *to)
{
	if (record->lost.lines)
		fprintf(to, "pinfold: %" PRIu64 " line%s of the stream dropped\n",
			record->lost.lines, plural(record->lost.lines));
}

static void print_loss(const char *line, void *to)
{
	fprintf(to, "  %s\n", line);
}

static void print_losses(const struct record *record, FILE *to)
{
	if (!record_has_losses(record))
		return;
	fputs("pinfold: the trace is not complete\n", to);
	losses_visit(record, print_loss, to);
}

static void print_source(const struct report *report, FILE *to)
{
	const struct record *record = report->record;
	const char *lack = trace_source_row(record->source)->lack;

	if (record->source != TRACE_NONE)
		print_losses(record, to);
	print_lost_lines(record, to);
	if (!lack || !record->why || (record->source != TRACE_NONE && !report->is_verbose))
		return;
	fprintf(to, "pinfold: %s: ", lack);
	print_escaped(record->why, strlen(record->why), to);
	fputc('\n', to);
}

/* Without evidence from the kernel the sender is unknown. */
static bool is_unclear_sigsys(const struct report *report)
{
	return report->exit.by == EXIT_BY_SIGNAL && report->exit.signal == SIGSYS &&
	       report->record->source < TRACE_EBPF;
}

/* Says where the limit is set, too: a line of a file, or the option. */
static void print_limit(const struct report_exit *end, FILE *to)
{
	fprintf(to, "pinfold: the pen was killed by its %s (", end->detail);
	print_escaped(end->place->file, strlen(end->place->file), to);
	if (end->place->line)
		fprintf(to, ":%u", end->place->line);
	fputs(")\n", to);
}

static void print_exit(const struct report *report, FILE *to)
{
	const struct report_exit *end = &report->exit;

	if (end->by == EXIT_BY_FILTER)
		fputs("pinfold: the command was killed by the filter (SIGSYS)\n", to);
	else if (end->by == EXIT_BY_LIMIT)
		print_limit(end, to);
	else if (is_unclear_sigsys(report))
		fputs("pinfold: the command died of SIGSYS: perhaps from a rule with 'trap' or "
		      "'kill', or from a call of another ABI, which only an eBPF trace shows\n"
		      "hint: a 32-bit program needs --arch 'x86_64 x86'\n",
		      to);
	else if (report->is_verbose && end->signal)
		fprintf(to, "pinfold: the command died of %s\n", signal_name(end->signal));
}

static void print_totals(const struct record *record, FILE *to)
{
	struct record_totals totals = record_sum(record);

	fputs("pinfold: ", to);
	if (record_knows_calls(record))
		fprintf(to,
			"%" PRIu64 " calls allowed (%" PRIu64 " of them failed, %" PRIu64
			" logged), ",
			totals.allowed, totals.failed, totals.logged);
	fprintf(to, "%" PRIu64 " denied, %" PRIu64 " denied as expected", totals.denied,
		totals.expected);
	if (record->is_complaining)
		fprintf(to, ", %" PRIu64 " would be denied", totals.would_deny);
	fputc('\n', to);
}

static void format_call(struct strbuf *text, const struct record_call *call, bool has_times)
{
	strbuf_printf(text, "  %10" PRIu64 " %10" PRIu64 " %10" PRIu64, call->allowed, call->denied,
		      call->failed);
	if (has_times)
		strbuf_printf(text, " %12.3f %12.3f", (double)call->time_ns / 1e6,
			      (double)call->max_ns / 1e6);
	strbuf_puts(text, "  ");
	call_format_name(text, call->arch, call->nr);
	for (size_t i = 0; i < call->errors.n; i++) {
		const char *name = errno_name(call->errors.v[i].number);

		strbuf_printf(text, " %s:%" PRIu64, name ? name : "error", call->errors.v[i].count);
	}
	strbuf_puts(text, "\n");
	if (call->stack.n) {
		strbuf_puts(text, "    at ");
		stack_format(text, &call->stack, SIZE_MAX);
		strbuf_puts(text, "\n");
	}
}

static void print_calls(const struct record *record, FILE *to)
{
	if (!record->calls.n || !record_knows_calls(record))
		return;
	fprintf(to, "  %10s %10s %10s", "allowed", "denied", "failed");
	if (record->has_times)
		fprintf(to, " %12s %12s", "total ms", "longest ms");
	fputs("  call\n", to);
	for (size_t i = 0; i < record->calls.n; i++) {
		struct strbuf text = { 0 };

		format_call(&text, &record->calls.v[i], record->has_times);
		fputs(text.text, to);
		strbuf_finish(&text);
	}
}

static void print_args(const struct record_process *process, FILE *to)
{
	for (size_t at = 0; at < process->args_len;) {
		size_t len = strnlen(process->args + at, process->args_len - at);

		fputc(' ', to);
		print_escaped(process->args + at, len, to);
		at += len + 1;
	}
	if (process->has_cut_args)
		fputs(" [...]", to);
}

static void print_process(const struct record_process *process, unsigned int depth, FILE *to)
{
	int status = process->wait_status;
	const char *name = WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : NULL;

	fprintf(to, "  %6d %10" PRIu64 " %8" PRIu64 "  ", process->pid, process->calls,
		process->denied);
	if (!process->end_ns)
		fprintf(to, "%-7s", "?");
	else if (WIFSIGNALED(status))
		fprintf(to, "%-7s", name ? name : "signal");
	else
		fprintf(to, "%-7d", WEXITSTATUS(status));
	fprintf(to, "%*s", depth < DEEPEST_INDENT ? (int)depth * 2 : DEEPEST_INDENT * 2, "");
	print_args(process, to);
	fputc('\n', to);
}

static void print_processes(const struct record *record, FILE *to)
{
	size_t n = record->processes.n;
	auto_free struct tree_node *nodes = tree_create(&record->processes);

	if (n)
		fputs("pinfold: processes (pid, calls, denied, end, arguments; children under "
		      "their parent)\n",
		      to);
	for (long at = tree_first(nodes, n); at != TREE_NONE; at = tree_next(nodes, n, at))
		print_process(&record->processes.v[at], nodes[at].depth, to);
}

static void print_unseen(const char *line, void *to)
{
	fprintf(to, "pinfold: %s\n", line);
}

static void print_resources(const struct report *report, FILE *to)
{
	const struct resources *used = report->resources;

	if (!used || !used->source)
		return;
	fprintf(to, "pinfold: %.3f s", (double)report->elapsed_ns / 1e9);
	if (used->cpu_ns != UINT64_MAX)
		fprintf(to, ", CPU %.3f s (%s)", (double)used->cpu_ns / 1e9, used->sources.cpu_ns);
	if (used->memory_peak != UINT64_MAX)
		fprintf(to, ", memory at most %" PRIu64 " KiB (%s)", used->memory_peak / 1024,
			used->sources.memory_peak);
	if (used->pids_peak != UINT64_MAX)
		fprintf(to, ", at most %" PRIu64 " processes (%s)", used->pids_peak,
			used->sources.pids_peak);
	fputc('\n', to);
}

static void print_notes(const struct report *report, FILE *to)
{
	const struct enforced *enforced = report->enforced;

	for (size_t i = 0; enforced && i < enforced->n_notes; i++)
		fprintf(to, "pinfold: %s\n", enforced->notes[i]);
}

static void print_note(const char *note, FILE *to)
{
	struct strbuf text = { 0 };

	strbuf_escape(&text, note, strlen(note));
	fprintf(to, "pinfold: %s\n", text.text);
	strbuf_finish(&text);
}

static void print_folders(const struct report *report, FILE *to)
{
	const struct enforced *enforced = report->enforced;

	/* The caller was told at the start. */
	if (enforced && enforced->directory_note && report->is_file)
		print_note(enforced->directory_note, to);
	for (size_t i = 0; enforced && i < enforced->n_folder_notes; i++)
		print_note(enforced->folder_notes[i], to);
}

static void print_missing(const struct record *record, FILE *to)
{
	if (record->lacks_library)
		fprintf(to, "pinfold: functions have no names: libdw.so.1 is not installed "
			    "(package libdw1, elfutils-libs or libelf)\n");
}

static void write_text(const struct report *report, FILE *to)
{
	/* If nothing ran, what was not seen does not matter. */
	if (report->exit.by != EXIT_BY_PINFOLD || report->is_verbose)
		print_source(report, to);
	print_exit(report, to);
	denials_print(report, to);
	failures_print(report, to);
	guess_print(report, to);
	print_missing(report->record, to);
	guarded_print(report, to);
	print_folders(report, to);
	if (!report->is_verbose)
		return;
	if (report->record->source != TRACE_NONE) {
		print_totals(report->record, to);
		print_calls(report->record, to);
		print_processes(report->record, to);
		unseen_visit(report->record, print_unseen, to);
	}
	print_notes(report, to);
	print_resources(report, to);
}

const struct report_format report_text = {
	.name = "text",
	.extension = ".txt",
	.about = "for people",
	.write = write_text,
};
