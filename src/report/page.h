/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report for people as a page of parts, of which each has a heading and entries; internal to
 * this room. On a screen, the least important entries are left out and counted. */
#ifndef PINFOLD_REPORT_PAGE_H
#define PINFOLD_REPORT_PAGE_H

#include <stdio.h>

#include "base/palette.h"
#include "base/str.h"
#include "report/report.h"

struct page_part;

/* What the parts of a page know of it. */
struct page_view {
	const struct report *report;
	const struct palette *palette;
	size_t columns; /* of the terminal; 0: it is none, and nothing wraps */
	bool is_whole;	/* nothing is left out */
};

struct page_kind {
	/* Appends entry I of PART, with its newlines. */
	void (*format)(const struct page_view *view, const struct page_part *part, size_t i,
		       struct strbuf *text);
	/* Appends a line that counts what is left out of PART; NULL: its entries are few. */
	void (*format_more)(const struct page_view *view, const struct page_part *part,
			    struct strbuf *text);
};

struct page_part {
	const struct page_kind *kind; /* NULL: there is only the head */
	const void *data;	      /* of the kind, not owned */
	struct strbuf head, tail;     /* lines that are always shown */
	struct {
		size_t *v; /* the most important first */
		size_t n, cap;
	} entries;
	size_t n_all;	/* entries may have only the first of them */
	size_t n_shown; /* of entries */
};

struct page {
	struct page_view view;
	struct {
		struct page_part *v;
		size_t n, cap;
	} parts;
};

/* More entries than this fit on no screen. */
enum { PAGE_ENTRIES_MAX = 64 };

/* Returns a page for REPORT on TO: whole, or of the lines that the terminal has; of 24 where TO is
 * none. */
struct page page_begin(const struct report *report, FILE *to);

/* Appends a part that is empty. The pointer is valid until the next one is added. */
struct page_part *page_add(struct page *page, const struct page_kind *kind);

/* Appends the line of a remedy: INDENT, then FIX, which begins with "fix:", or says why there is
 * none. */
void page_format_fix(const struct page_view *view, const char *indent, const char *fix,
		     struct strbuf *text);

/* Writes the parts in their order, and frees the page. */
void page_end(struct page *page, FILE *to);

#endif
