// SPDX-License-Identifier: GPL-2.0-or-later
/* The denials as text, grouped by what denied them, the policy first. Where only some fit, every
 * rule has one before any rule has two. */
#include "report/denials.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/width.h"
#include "report/call.h"
#include "report/policy_facts.h"
#include "report/shown.h"
#include "report/stack.h"
#include "report/violation.h"

enum { SHORT_STACK = 8, COLUMNS_MOST = 240 };

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void format_fix(const struct page_view *view, const struct record_denial *denial,
		       struct strbuf *text)
{
	struct strbuf fix = { 0 };
	struct advice advice;

	facts_find_advice(view->report, denial, &advice);
	advice_format_fix(&advice, &fix);
	if (fix.len)
		page_format_fix(view, "    ", fix.text, text);
	strbuf_finish(&fix);
	advice_finish(&advice);
}

/* Appends what decided, by which rule, and the line that would allow it. */
static void format_decision(const struct page_view *view, const struct record_denial *denial,
			    struct strbuf *text)
{
	strbuf_puts(text, "    by ");
	call_format_origin(text, denial);
	if (denial->origin.text)
		strbuf_printf(text, ": %s", denial->origin.text);
	strbuf_puts(text, "\n");
	format_fix(view, denial, text);
}

static void format_stack(struct strbuf *text, const struct record_stack *stack, size_t max)
{
	if (!stack->n)
		return;
	strbuf_puts(text, "    at ");
	stack_format(text, stack, max);
	strbuf_puts(text, "\n");
}

/* A path may be longer than a screen; the JSON report has all of it. */
static void format_call(const struct page_view *view, const struct record_denial *denial,
			struct strbuf *text)
{
	struct strbuf call = { 0 };

	call_format_denied(&call, denial);
	width_shorten(text, call.text, call.len,
		      view->is_whole  ? SIZE_MAX
		      : view->columns ? 2 * view->columns
				      : COLUMNS_MOST);
	strbuf_finish(&call);
}

static void format_denial(const struct page_view *view, const struct page_part *part, size_t i,
			  struct strbuf *text)
{
	const struct record_denial *denial = &view->report->record->denials.v[i];

	(void)part;
	strbuf_puts(text, violation_knows_denial(view->report, denial) ? "  known before: " : "  ");
	format_call(view, denial, text);
	strbuf_printf(text, ": %s", view->palette->error);
	call_format_action(text, denial);
	strbuf_printf(text, "%s, %" PRIu64 " time%s, first by ", view->palette->end, denial->count,
		      plural(denial->count));
	strbuf_escape(text, denial->comm, strlen(denial->comm));
	strbuf_printf(text, " (pid %d", denial->pid);
	if (denial->exe) {
		strbuf_puts(text, ", ");
		strbuf_escape(text, denial->exe, strlen(denial->exe));
	}
	strbuf_puts(text, ")\n");
	format_stack(text, &denial->stack, view->report->is_verbose ? SIZE_MAX : SHORT_STACK);
	if (denial->by == BY_POLICY)
		format_decision(view, denial, text);
}

/* The denials of one kind, under one heading. */
struct section {
	const char *heading;
	bool (*has)(const struct record_denial *denial);
	bool is_only_verbose;
};

static bool is_violation(const struct record_denial *denial)
{
	return denial->by == BY_POLICY && !denial->is_expected && !denial->is_continued;
}

static bool is_complaint(const struct record_denial *denial)
{
	return denial->is_continued;
}

static bool is_expected(const struct record_denial *denial)
{
	return denial->by == BY_POLICY && denial->is_expected && !denial->action.is_known;
}

static bool is_known(const struct record_denial *denial)
{
	return denial->by == BY_POLICY && denial->action.is_known;
}

static bool is_by_other_filter(const struct record_denial *denial)
{
	return denial->by == BY_OTHER_FILTER;
}

static bool is_by_ptrace(const struct record_denial *denial)
{
	return denial->by == BY_PTRACE;
}

static bool is_by_user_dispatch(const struct record_denial *denial)
{
	return denial->by == BY_USER_DISPATCH;
}

static bool is_unexplained(const struct record_denial *denial)
{
	return denial->by == BY_UNEXPLAINED;
}

/* Appends who denied what is left out: one rule, or how many. */
static void format_deciders(const struct shown *rules, struct strbuf *text)
{
	const struct record_denial *first = rules->v[0].first;

	if (first->by != BY_POLICY)
		return;
	strbuf_puts(text, " by ");
	if (rules->n == 1)
		call_format_origin(text, first);
	else
		strbuf_printf(text, "%zu rules", rules->n);
}

static void format_more(const struct page_view *view, const struct page_part *part,
			struct strbuf *text)
{
	const struct record_denials *denials = &view->report->record->denials;
	const struct section *section = part->data;
	auto_free bool *is_shown = mem_alloc(denials->n * sizeof(*is_shown));
	uint64_t kinds = part->n_all - part->n_shown, calls = 0;
	struct shown rules = { 0 };

	for (size_t i = 0; i < part->n_shown; i++)
		is_shown[part->entries.v[i]] = true;
	for (size_t i = 0; i < denials->n; i++) {
		if (is_shown[i] || !section->has(&denials->v[i]))
			continue;
		shown_count(&rules, &denials->v[i]);
		calls += denials->v[i].count;
	}
	strbuf_printf(text, "  and %" PRIu64 " other kind%s of call", kinds, plural(kinds));
	format_deciders(&rules, text);
	strbuf_printf(text, ", %" PRIu64 " time%s (-v shows all)\n", calls, plural(calls));
	shown_finish(&rules);
}

/* Lists the denials of SECTION: all in their order, or the first of each rule, then the second of
 * each, as many as a screen could have. */
static void choose(const struct section *section, const struct record_denials *denials,
		   bool is_whole, struct page_part *part)
{
	auto_free size_t *ranks = mem_alloc((denials->n + 1) * sizeof(*ranks));
	size_t most = is_whole ? SIZE_MAX : PAGE_ENTRIES_MAX;
	struct shown rules = { 0 };

	for (size_t i = 0; i < denials->n; i++) {
		ranks[i] = SIZE_MAX;
		if (!section->has(&denials->v[i]))
			continue;
		ranks[i] = is_whole ? 0 : shown_count(&rules, &denials->v[i]);
		part->n_all++;
	}
	for (size_t rank = 0; part->entries.n < part->n_all && part->entries.n < most; rank++)
		for (size_t i = 0; i < denials->n && part->entries.n < most; i++)
			if (ranks[i] == rank)
				*array_append(&part->entries) = i;
	shown_finish(&rules);
}

static void add_section(struct page *page, const struct section *section)
{
	static const struct page_kind kind = { format_denial, format_more };
	const struct page_view *view = &page->view;
	const struct record_denials *denials = &view->report->record->denials;
	struct page_part *part;
	uint64_t calls = 0;

	for (size_t i = 0; i < denials->n; i++)
		if (section->has(&denials->v[i]))
			calls += denials->v[i].count;
	/* When pinfold enforces nothing, these are what the user wants to see. */
	if (!calls || (section->is_only_verbose && !view->report->is_verbose &&
		       view->report->mode != MODE_TRACE))
		return;
	part = page_add(page, &kind);
	part->data = section;
	strbuf_printf(&part->head, "%spinfold: %" PRIu64 " call%s %s%s\n", view->palette->strong,
		      calls, plural(calls), section->heading, view->palette->end);
	choose(section, denials, view->is_whole, part);
}

void denials_add(struct page *page)
{
	static const struct section sections[] = {
		{ "denied", is_violation, false },
		{ "let through that the policy would deny", is_complaint, false },
		{ "stopped, which neither the policy nor another filter explains", is_unexplained,
		  false },
		{ "denied as expected: the program goes on without", is_expected, true },
		{ "denied, and marked 'known' in the policy", is_known, true },
		{ "denied by a filter that is not pinfold's", is_by_other_filter, true },
		{ "stopped by a tracer that is not pinfold", is_by_ptrace, true },
		{ "taken by the program's own user dispatch", is_by_user_dispatch, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		add_section(page, &sections[i]);
}
