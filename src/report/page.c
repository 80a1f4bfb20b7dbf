// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What fits on a screen is decided in two steps: every part first has its head, its most important
 * entry, and the line that counts the others; what is left goes to the parts in their order.
 */
#include "report/page.h"

#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/mem.h"
#include "base/terminal.h"
#include "base/width.h"

enum { LINES_DEFAULT = 24, LINES_LEAST = 10, COLUMNS_LEAST = 20 };

static bool get_size(FILE *to, struct winsize *ret_size)
{
	return terminal_size(to, ret_size) && ret_size->ws_col >= COLUMNS_LEAST;
}

/* Returns the lines that a page may have: the last of a terminal is for the prompt. */
static size_t page_lines(FILE *to)
{
	struct winsize size;

	if (!get_size(to, &size))
		return LINES_DEFAULT;
	return size.ws_row > LINES_LEAST ? size.ws_row - 1U : LINES_LEAST;
}

struct page page_begin(const struct report *report, FILE *to)
{
	struct winsize size;

	return (struct page){
		.view = {
			.report = report,
			.palette = palette_of(to),
			.columns = get_size(to, &size) ? size.ws_col : 0,
			.is_whole = report->is_file || report->is_verbose,
		},
	};
}

struct page_part *page_add(struct page *page, const struct page_kind *kind)
{
	struct page_part *part = array_append(&page->parts);

	part->kind = kind;
	return part;
}

void page_format_fix(const struct page_view *view, const char *indent, const char *fix,
		     struct strbuf *text)
{
	static const char label[] = "fix:";
	bool has_label = str_starts(fix, label);

	strbuf_puts(text, indent);
	if (has_label)
		strbuf_printf(text, "%s%s%s", view->palette->remedy, label, view->palette->end);
	strbuf_printf(text, "%s\n", has_label ? fix + strlen(label) : fix);
}

/* Returns the columns of a line of LEN bytes, without its colours. */
static size_t columns_of(const char *line, size_t len)
{
	size_t columns = 0;

	while (len) {
		const char *escape = memchr(line, '\033', len);
		const char *end = escape ? memchr(escape, 'm', len - (size_t)(escape - line))
					 : NULL;
		size_t before = end ? (size_t)(escape - line) : len;
		size_t taken = end ? (size_t)(end + 1 - line) : len;

		columns += width_text(line, before);
		line += taken;
		len -= taken;
	}
	return columns;
}

/* Returns the rows that TEXT takes on a terminal of COLUMNS. */
static size_t rows_of(const struct strbuf *text, size_t columns)
{
	size_t rows = 0;

	for (const char *line = text->text; line && *line;) {
		size_t len = strcspn(line, "\n");
		size_t width = columns ? columns_of(line, len) : 0;

		rows += width ? (width + columns - 1) / columns : 1;
		line += len + (line[len] == '\n');
	}
	return rows;
}

static size_t entry_rows(const struct page_view *view, const struct page_part *part, size_t i)
{
	struct strbuf text = { 0 };
	size_t rows;

	part->kind->format(view, part, part->entries.v[i], &text);
	rows = rows_of(&text, view->columns);
	strbuf_finish(&text);
	return rows;
}

/* Takes what must be shown of every part from the rows that are there; returns what is left. */
static size_t take_least(struct page *page, size_t rows)
{
	for (size_t i = 0; i < page->parts.n; i++) {
		struct page_part *part = &page->parts.v[i];
		size_t least = rows_of(&part->head, page->view.columns) +
			       rows_of(&part->tail, page->view.columns);

		if (part->entries.n) {
			part->n_shown = 1;
			least += entry_rows(&page->view, part, 0) + (part->n_all > 1);
		}
		rows -= least < rows ? least : rows;
	}
	return rows;
}

/* Shows as many more entries of PART as fit; returns the rows that are left. */
static size_t take_more(const struct page *page, struct page_part *part, size_t rows)
{
	while (part->n_shown && part->n_shown < part->entries.n) {
		bool is_last = part->n_shown + 1 == part->n_all;
		size_t entry = entry_rows(&page->view, part, part->n_shown);

		/* The last one does not need the line that counts the others. */
		if (entry > rows + is_last)
			break;
		rows = rows + is_last - entry;
		part->n_shown++;
	}
	return rows;
}

static int compare_indices(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

static void print_part(const struct page_view *view, struct page_part *part, FILE *to)
{
	struct strbuf more = { 0 };

	if (part->head.len)
		fputs(part->head.text, to);
	/* Those that are left out are counted before the order of importance is lost. */
	if (part->n_shown < part->n_all && part->kind->format_more)
		part->kind->format_more(view, part, &more);
	if (part->n_shown && !view->is_whole)
		qsort(part->entries.v, part->n_shown, sizeof(*part->entries.v), compare_indices);
	for (size_t i = 0; i < part->n_shown; i++) {
		struct strbuf text = { 0 };

		part->kind->format(view, part, part->entries.v[i], &text);
		fputs(text.text ? text.text : "", to);
		strbuf_finish(&text);
	}
	if (more.len)
		fputs(more.text, to);
	if (part->tail.len)
		fputs(part->tail.text, to);
	strbuf_finish(&more);
}

void page_end(struct page *page, FILE *to)
{
	size_t rows = page->view.is_whole ? 0 : take_least(page, page_lines(to));

	for (size_t i = 0; i < page->parts.n; i++) {
		struct page_part *part = &page->parts.v[i];

		if (page->view.is_whole)
			part->n_shown = part->entries.n;
		else
			rows = take_more(page, part, rows);
	}
	for (size_t i = 0; i < page->parts.n; i++) {
		struct page_part *part = &page->parts.v[i];

		print_part(&page->view, part, to);
		strbuf_finish(&part->head);
		strbuf_finish(&part->tail);
		free(part->entries.v);
	}
	free(page->parts.v);
}
