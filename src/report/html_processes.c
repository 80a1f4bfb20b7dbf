// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The processes as a tree on a time axis. The page has the first of them as rows; the script shows
 * all, and keeps only rows in the document that are in sight. It reads them from lines of fields
 * separated by tabs, whose texts have neither since control characters are escaped.
 */
#include "report/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "report/process_tree.h"
#include "sys/name.h"

enum { ROWS_MAX = 200, DEEPEST_INDENT = 16, MARKS_MAX = 50 };

/* A first denied call, on the time axis of its process. */
struct mark {
	pid_t host_pid;
	uint64_t at_ns;
};

struct timeline {
	struct tree_node *nodes;
	struct mark *marks;
	size_t n_marks;
	uint64_t whole_ns;
};

static int compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->host_pid != y->host_pid)
		return x->host_pid < y->host_pid ? -1 : 1;
	return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

static void make_marks(struct timeline *timeline, const struct record_denials *denials)
{
	timeline->marks = mem_alloc((denials->n + 1) * sizeof(*timeline->marks));
	for (size_t i = 0; i < denials->n; i++)
		if (!denials->v[i].is_expected)
			timeline->marks[timeline->n_marks++] =
				(struct mark){ denials->v[i].host_pid, denials->v[i].at_ns };
	if (timeline->n_marks)
		qsort(timeline->marks, timeline->n_marks, sizeof(*timeline->marks), compare_marks);
}

/* Appends the marks of PROCESS: "1200,1300". A host pid may have been another's, too. */
static void format_marks(struct strbuf *buf, const struct timeline *timeline,
			 const struct record_process *process)
{
	size_t low = 0, high = timeline->n_marks, n = 0;
	const uint64_t end = process->end_ns ? process->end_ns : UINT64_MAX;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct mark key = { process->host_pid, process->start_ns };

		if (compare_marks(&timeline->marks[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (const struct mark *at = timeline->marks + low;
	     low + n < timeline->n_marks && n < MARKS_MAX && at->host_pid == process->host_pid &&
	     at->at_ns <= end;
	     at++, n++)
		strbuf_printf(buf, "%s%" PRIu64, n ? "," : "", at->at_ns);
}

static void format_command(struct strbuf *buf, const struct record_process *process)
{
	for (size_t at = 0; at < process->args_len;) {
		size_t len = strnlen(process->args + at, process->args_len - at);

		strbuf_puts(buf, at ? " " : "");
		strbuf_escape(buf, process->args + at, len);
		at += len + 1;
	}
	if (!process->args_len && process->exe)
		strbuf_escape(buf, process->exe, strlen(process->exe));
	if (process->has_cut_args)
		strbuf_puts(buf, " [...]");
	strbuf_puts(buf, buf->len ? "" : "?");
}

static void format_end(char room[HTML_NUMBER_ROOM], const struct record_process *process)
{
	int status = process->wait_status;
	const char *name = WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : NULL;

	if (!process->end_ns)
		snprintf(room, HTML_NUMBER_ROOM, "?");
	else if (WIFSIGNALED(status))
		snprintf(room, HTML_NUMBER_ROOM, "%s", name ? name : "signal");
	else
		snprintf(room, HTML_NUMBER_ROOM, "%d", WEXITSTATUS(status));
}

static uint64_t end_of(const struct timeline *timeline, const struct record_process *process)
{
	return process->end_ns ? process->end_ns : timeline->whole_ns;
}

/* Returns a class for the number of calls in a time, each ten times as many as the one before. */
static const char *density_of(uint64_t calls, uint64_t ns)
{
	static const char *const classes[] = { "c1", "c2", "c3", "c4" };
	const double per_second = (double)calls / ((double)(ns ? ns : 1) / 1e9);
	size_t i = 0;

	for (double limit = 100; i + 1 < ARRAY_SIZE(classes) && per_second >= limit; limit *= 10)
		i++;
	return classes[i];
}

static void put_row(struct html *html, const struct timeline *timeline, long at)
{
	const struct record_process *process = &html->report->record->processes.v[at];
	const uint64_t end_ns = end_of(timeline, process);
	const uint64_t ns = end_ns > process->start_ns ? end_ns - process->start_ns : 0;
	const unsigned int depth = timeline->nodes[at].depth;
	char depths[HTML_NUMBER_ROOM], pid[HTML_NUMBER_ROOM], calls[HTML_NUMBER_ROOM],
		denied[HTML_NUMBER_ROOM], end[HTML_NUMBER_ROOM], start[HTML_NUMBER_ROOM],
		time[HTML_NUMBER_ROOM], x[HTML_NUMBER_ROOM], width[HTML_NUMBER_ROOM];
	struct strbuf command = { 0 };

	format_command(&command, process);
	format_end(end, process);
	html_put(html, "process",
		 (const struct html_slot[]){
			 HTML_TEXT("depth",
				   html_plain(depths,
					      depth < DEEPEST_INDENT ? depth : DEEPEST_INDENT)),
			 HTML_TEXT("command", command.text),
			 HTML_TEXT("pid", html_plain(pid, (uint64_t)process->pid)),
			 HTML_TEXT("calls", html_number(calls, process->calls)),
			 HTML_TEXT("denied", html_number(denied, process->denied)),
			 HTML_TEXT("end", end),
			 HTML_TEXT("start", html_seconds(start, process->start_ns)),
			 HTML_TEXT("time", html_seconds(time, ns)),
			 HTML_TEXT("class", density_of(process->calls, ns)),
			 HTML_TEXT("x", html_share(x, process->start_ns, timeline->whole_ns)),
			 HTML_TEXT("width", html_share(width, ns, timeline->whole_ns)), HTML_END });
	strbuf_finish(&command);
}

static void put_rows(struct html *html, const void *data)
{
	const struct timeline *timeline = data;
	const size_t n = html->report->record->processes.n;
	size_t put = 0;

	for (long at = tree_first(timeline->nodes, n); at != TREE_NONE && put < ROWS_MAX;
	     at = tree_next(timeline->nodes, n, at), put++)
		put_row(html, timeline, at);
}

static void put_data_line(struct html *html, const struct timeline *timeline, long at)
{
	const struct record_process *process = &html->report->record->processes.v[at];
	char depth[HTML_NUMBER_ROOM], pid[HTML_NUMBER_ROOM], start[HTML_NUMBER_ROOM],
		stop[HTML_NUMBER_ROOM], calls[HTML_NUMBER_ROOM], denied[HTML_NUMBER_ROOM],
		end[HTML_NUMBER_ROOM];
	struct strbuf command = { 0 }, marks = { 0 };

	format_command(&command, process);
	format_marks(&marks, timeline, process);
	format_end(end, process);
	html_put(html, "process-data",
		 (const struct html_slot[]){
			 HTML_TEXT("depth", html_plain(depth, timeline->nodes[at].depth)),
			 HTML_TEXT("pid", html_plain(pid, (uint64_t)process->pid)),
			 HTML_TEXT("start", html_plain(start, process->start_ns)),
			 HTML_TEXT("stop", html_plain(stop, end_of(timeline, process))),
			 HTML_TEXT("calls", html_plain(calls, process->calls)),
			 HTML_TEXT("denied", html_plain(denied, process->denied)),
			 HTML_TEXT("end", end), HTML_TEXT("marks", marks.text),
			 HTML_TEXT("command", command.text), HTML_END });
	strbuf_finish(&command);
	strbuf_finish(&marks);
}

static void put_data(struct html *html, const void *data)
{
	const struct timeline *timeline = data;
	const size_t n = html->report->record->processes.n;

	for (long at = tree_first(timeline->nodes, n); at != TREE_NONE;
	     at = tree_next(timeline->nodes, n, at))
		put_data_line(html, timeline, at);
}

static void put_rest(struct html *html, const void *unused)
{
	const size_t n = html->report->record->processes.n;
	auto_free char *text = NULL;

	(void)unused;
	if (n <= ROWS_MAX)
		return;
	text = mem_printf("These are the first %d of %zu processes: the page's script shows all.",
			  ROWS_MAX, n);
	html_put(html, "processes-rest",
		 (const struct html_slot[]){ HTML_TEXT("text", text), HTML_END });
}

static void put_timeline(struct html *html, const struct timeline *timeline)
{
	char half[HTML_NUMBER_ROOM], whole[HTML_NUMBER_ROOM], plain[HTML_NUMBER_ROOM];

	html_put(html, "processes",
		 (const struct html_slot[]){
			 HTML_TEXT("half", html_seconds(half, timeline->whole_ns / 2)),
			 HTML_TEXT("whole", html_seconds(whole, timeline->whole_ns)),
			 HTML_TEXT("whole-plain", html_plain(plain, timeline->whole_ns)),
			 HTML_PART("rows", put_rows, timeline), HTML_PART("rest", put_rest, NULL),
			 HTML_PART("data", put_data, timeline), HTML_END });
}

void html_put_processes(struct html *html, const void *unused)
{
	const struct record *record = html->report->record;
	struct timeline timeline = { .whole_ns = html->report->elapsed_ns };

	(void)unused;
	if (!record->processes.n) {
		html_put(html, "paragraph",
			 (const struct html_slot[]){
				 HTML_TEXT("text", "Processes were not traced."), HTML_END });
		return;
	}
	for (size_t i = 0; i < record->processes.n; i++)
		if (record->processes.v[i].end_ns > timeline.whole_ns)
			timeline.whole_ns = record->processes.v[i].end_ns;
	timeline.nodes = tree_create(&record->processes);
	make_marks(&timeline, &record->denials);
	put_timeline(html, &timeline);
	free(timeline.nodes);
	free(timeline.marks);
}
