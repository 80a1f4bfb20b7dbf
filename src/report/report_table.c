// SPDX-License-Identifier: GPL-2.0-or-later
/* What -v adds to the report for people: every call, every process, what they used. */
#include "report/report_table.h"

#include <inttypes.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/call.h"
#include "report/losses.h"
#include "report/process_tree.h"
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

static void print_totals(const struct record *record, FILE *to)
{
	struct record_totals totals = record_sum(record);

	fputs("pinfold: ", to);
	if (record_knows_calls(record))
		fprintf(to, "%" PRIu64 " calls allowed", totals.allowed);
	if (record_knows_results(record))
		fprintf(to, " (%" PRIu64 " of them failed, %" PRIu64 " logged)", totals.failed,
			totals.logged);
	if (record_knows_calls(record))
		fputs(", ", to);
	fprintf(to, "%" PRIu64 " denied, %" PRIu64 " denied as expected", totals.denied,
		totals.expected);
	if (record->is_complaining)
		fprintf(to, ", %" PRIu64 " would be denied", totals.would_deny);
	fputc('\n', to);
}

static void format_call(struct strbuf *text, const struct record *record,
			const struct record_call *call)
{
	strbuf_printf(text, "  %10" PRIu64 " %10" PRIu64, call->allowed, call->denied);
	if (record_knows_results(record))
		strbuf_printf(text, " %10" PRIu64, call->failed);
	if (record->has_times)
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
	fprintf(to, "  %10s %10s", "allowed", "denied");
	if (record_knows_results(record))
		fprintf(to, " %10s", "failed");
	if (record->has_times)
		fprintf(to, " %12s %12s", "total ms", "longest ms");
	fputs("  call\n", to);
	for (size_t i = 0; i < record->calls.n; i++) {
		struct strbuf text = { 0 };

		format_call(&text, record, &record->calls.v[i]);
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

	for (size_t i = 0; enforced && i < enforced->n_notes; i++) {
		struct strbuf note = { 0 };

		strbuf_escape(&note, enforced->notes[i], strlen(enforced->notes[i]));
		fprintf(to, "pinfold: %s\n", note.text ? note.text : "");
		strbuf_finish(&note);
	}
}

void report_table_print(const struct report *report, FILE *to)
{
	if (report->record->source != TRACE_NONE) {
		print_totals(report->record, to);
		print_calls(report->record, to);
		print_processes(report->record, to);
		unseen_visit(report->record, print_unseen, to);
	}
	print_notes(report, to);
	print_resources(report, to);
}
