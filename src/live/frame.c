// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The layout: a title, a summary, then the calls that are made most on the left and the denials on
 * the right, newest last. What does not fit is cut, never wrapped: a line that wraps would scroll
 * the screen.
 */
#include "live/frame.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/width.h"

#define REVERSED "\033[7m"
#define PLAIN	 "\033[m"

enum { NS_PER_S = 1000000000, NS_PER_TENTH = 100000000, HEAD_ROWS = 2, LINE_ROWS = 3 };

/* Columns of a table of calls; the denials need as much to be worth showing. */
enum { NAME_COLUMNS = 18, TABLE_COLUMNS = NAME_COLUMNS + 26, DENIAL_COLUMNS = 30 };

static int compare_calls(const void *a, const void *b)
{
	const struct frame_call *x = a, *y = b;

	if (x->rate != y->rate)
		return x->rate > y->rate ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->name, y->name);
}

void frame_sort(struct frame *frame)
{
	if (frame->top.n)
		qsort(frame->top.v, frame->top.n, sizeof(*frame->top.v), compare_calls);
}

/* Appends TEXT in exactly COLUMNS columns. */
static void put_cell(struct strbuf *line, const char *text, size_t len, size_t columns)
{
	size_t fits = width_fit(text, len, columns);
	size_t width = width_text(text, fits);

	strbuf_add(line, text, fits);
	for (; width < columns; width++)
		strbuf_puts(line, " ");
}

static void put_time(struct strbuf *line, uint64_t ns)
{
	uint64_t s = ns / NS_PER_S;

	if (s < 60)
		strbuf_printf(line, "%" PRIu64 ".%" PRIu64 " s", s, ns / NS_PER_TENTH % 10);
	else if (s < 3600)
		strbuf_printf(line, "%" PRIu64 ":%02" PRIu64, s / 60, s % 60);
	else
		strbuf_printf(line, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, s / 3600, s / 60 % 60,
			      s % 60);
}

static void put_bytes(struct strbuf *line, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	size_t unit = 0;

	for (; value >= 1024 && unit + 1 < ARRAY_SIZE(units); unit++)
		value /= 1024;
	strbuf_printf(line, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

static void put_number(struct strbuf *line, uint64_t n, const char *one, const char *more)
{
	if (n != UINT64_MAX)
		strbuf_printf(line, ", %" PRIu64 " %s", n, n == 1 ? one : more);
}

static void put_summary(const struct frame *frame, struct strbuf *line)
{
	put_time(line, frame->elapsed_ns);
	put_number(line, frame->processes, "process", "processes");
	put_number(line, frame->calls, "call", "calls");
	if (frame->calls != UINT64_MAX)
		strbuf_printf(line, " (%" PRIu64 "/s)", frame->call_rate);
	put_number(line, frame->denied, "denied", "denied");
	if (frame->cpu_ns != UINT64_MAX) {
		strbuf_puts(line, ", CPU ");
		put_time(line, frame->cpu_ns);
	}
	if (frame->memory != UINT64_MAX) {
		strbuf_puts(line, ", memory ");
		put_bytes(line, frame->memory);
	}
}

void frame_format_line(const struct frame *frame, size_t columns, struct strbuf *line)
{
	struct strbuf text = { 0 };

	strbuf_puts(&text, "pinfold: ");
	put_summary(frame, &text);
	strbuf_add(line, text.text, width_fit(text.text, text.len, columns));
	strbuf_finish(&text);
}

static void put_title(const struct frame *frame, size_t columns, struct strbuf *line)
{
	struct strbuf text = { 0 };

	strbuf_printf(&text, "pinfold: %s", frame->title);
	strbuf_puts(line, REVERSED);
	put_cell(line, text.text, text.len, columns);
	strbuf_puts(line, PLAIN);
	strbuf_finish(&text);
}

/* Appends row I of the table of calls, whose row 0 is the heading. */
static void put_call(const struct frame *frame, size_t i, size_t columns, struct strbuf *line)
{
	struct strbuf text = { 0 };

	if (i == 0 && frame->calls != UINT64_MAX) {
		put_cell(&text, "call", 4, NAME_COLUMNS);
		strbuf_printf(&text, "%12s%12s", "a second", "in all");
	} else if (i > 0 && i - 1 < frame->top.n) {
		const struct frame_call *call = &frame->top.v[i - 1];

		put_cell(&text, call->name, strlen(call->name), NAME_COLUMNS);
		strbuf_printf(&text, "%12" PRIu64 "%12" PRIu64, call->rate, call->count);
	}
	put_cell(line, text.len ? text.text : "", text.len, columns);
	strbuf_finish(&text);
}

/* Appends row I of N of the list of denials, whose row 0 is the heading and whose last is the
 * newest. */
static void put_denial(const struct frame *frame, size_t i, size_t n, size_t columns,
		       struct strbuf *line)
{
	const struct frame_denials *denials = &frame->denials;
	size_t shown = denials->n < n - 1 ? denials->n : n - 1;
	const struct strbuf *text;

	if (i == 0) {
		put_cell(line, denials->n ? "denied, newest last" : "nothing denied",
			 denials->n ? 19 : 14, columns);
		return;
	}
	if (i > shown)
		return;
	text = &denials->v[denials->n - shown + i - 1];
	strbuf_puts(line, frame->error);
	strbuf_add(line, text->text, width_fit(text->text, text->len, columns));
	strbuf_puts(line, PLAIN);
}

/* Side by side, or on a narrow screen one below the other. */
static void put_lists(const struct frame *frame, size_t i, size_t n, size_t columns,
		      struct strbuf *line)
{
	size_t below = frame->denials.n ? n / 2 : n;

	if (frame->calls == UINT64_MAX) {
		put_denial(frame, i, n, columns, line);
	} else if (columns >= TABLE_COLUMNS + DENIAL_COLUMNS) {
		put_call(frame, i, TABLE_COLUMNS, line);
		put_denial(frame, i, n, columns - TABLE_COLUMNS, line);
	} else if (i < below) {
		put_call(frame, i, columns, line);
	} else {
		put_denial(frame, i - below, n - below, columns, line);
	}
}

void frame_format_row(const struct frame *frame, size_t i, size_t rows, size_t columns,
		      struct strbuf *line)
{
	struct strbuf text = { 0 };

	if (rows < LINE_ROWS) {
		frame_format_line(frame, columns, line);
	} else if (i == 0) {
		put_title(frame, columns, line);
	} else if (i == 1) {
		put_summary(frame, &text);
		strbuf_add(line, text.text, width_fit(text.text, text.len, columns));
		strbuf_finish(&text);
	} else {
		put_lists(frame, i - HEAD_ROWS, rows - HEAD_ROWS, columns, line);
	}
}

void frame_finish(struct frame *frame)
{
	for (size_t i = 0; i < frame->denials.n; i++)
		strbuf_finish(&frame->denials.v[i]);
	free(frame->denials.v);
	free(frame->top.v);
	*frame = (struct frame){ 0 };
}
