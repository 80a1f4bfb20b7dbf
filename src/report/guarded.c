// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/guarded.h"

#include <inttypes.h>

#include "report/violation.h"

static void format_change(const struct page_view *view, const struct page_part *part, size_t i,
			  struct strbuf *text)
{
	(void)part;
	strbuf_puts(text, "pinfold: ");
	if (violation_knows_change(view->report, &view->report->guarded->v[i]))
		strbuf_puts(text, "known before: ");
	guarded_format(&view->report->guarded->v[i], text);
	strbuf_puts(text, "\n");
}

static void format_more(const struct page_view *view, const struct page_part *part,
			struct strbuf *text)
{
	(void)view;
	strbuf_printf(text, "pinfold: guarded: %zu others (-v shows all)\n",
		      part->n_all - part->n_shown);
}

void guarded_add(struct page *page)
{
	static const struct page_kind kind = { format_change, format_more };
	const struct page_view *view = &page->view;
	const struct guard_changes *guarded = view->report->guarded;
	struct page_part *part;

	if (!guarded)
		return;
	part = page_add(page, &kind);
	for (size_t i = 0; i < guarded->n; i++)
		*array_append(&part->entries) = i;
	part->n_all = guarded->n;
	if (guarded->more)
		strbuf_printf(&part->tail, "pinfold: guarded: %" PRIu64 " more changed\n",
			      guarded->more);
	if (guarded->n)
		strbuf_printf(&part->tail, "%shint:%s %s\n", view->palette->remedy,
			      view->palette->end, guarded_hint);
	if (guarded->state == GUARD_UNKNOWN)
		strbuf_printf(&part->tail, "pinfold: %s\n", guarded_unknown);
	if (guarded->is_partial)
		strbuf_printf(&part->tail, "pinfold: %s\n", guarded_partial);
}
