// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/network.h"

#include <inttypes.h>

#include "base/mem.h"
#include "report/network_words.h"
#include "report/violation.h"

static void format_refusal(const struct page_view *view, const struct page_part *part, size_t i,
			   struct strbuf *text)
{
	const struct network_refusal *refusal = &view->report->network->refusals[i];
	struct strbuf fix = { 0 };

	(void)part;
	strbuf_puts(text, "pinfold: ");
	if (violation_knows_refusal(view->report, refusal))
		strbuf_puts(text, "known before: ");
	network_format(refusal, text);
	strbuf_printf(text, " (%" PRIu64 " time%s)\n", refusal->count,
		      refusal->count == 1 ? "" : "s");
	network_format_fix(refusal, &fix);
	if (fix.len)
		strbuf_printf(text, "    %sfix:%s %s\n", view->palette->remedy, view->palette->end,
			      fix.text);
	strbuf_finish(&fix);
}

static void format_more(const struct page_view *view, const struct page_part *part,
			struct strbuf *text)
{
	(void)view;
	strbuf_printf(text, "pinfold: network: %zu others (-v shows all)\n",
		      part->n_all - part->n_shown);
}

static void format_connection(const struct page_view *view, const struct page_part *part, size_t i,
			      struct strbuf *text)
{
	(void)part;
	strbuf_puts(text, "pinfold: network: ");
	network_format_connection(&view->report->network->connections[i], text);
	strbuf_puts(text, "\n");
}

static void add_connections(struct page *page)
{
	static const struct page_kind kind = { format_connection, NULL };
	const struct network_use *use = page->view.report->network;
	struct page_part *part = page_add(page, &kind);

	for (size_t i = 0; i < use->n_connections; i++)
		*array_append(&part->entries) = i;
	part->n_all = use->n_connections;
}

void network_add(struct page *page)
{
	static const struct page_kind kind = { format_refusal, format_more };
	const struct network_use *use = page->view.report->network;
	struct page_part *part;

	if (!use || !use->is_used)
		return;
	if (page->view.report->is_verbose)
		add_connections(page);
	part = page_add(page, &kind);
	for (size_t i = 0; i < use->n_refusals; i++)
		*array_append(&part->entries) = i;
	part->n_all = use->n_refusals;
	if (use->more)
		strbuf_printf(&part->tail, "pinfold: network: %" PRIu64 " more refused\n",
			      use->more);
	if (!use->is_whole)
		strbuf_puts(&part->tail, "pinfold: network: connections to addresses that are not "
					 "listed were refused, but cannot be reported\n");
}
