// SPDX-License-Identifier: GPL-2.0-or-later
/* The denials as text, grouped by what denied them, the policy first. Only some are shown for each
 * rule, unless all were requested, or the text goes to a file. */
#include "report/denials.h"

#include <inttypes.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/call.h"
#include "report/policy_facts.h"
#include "report/shown.h"
#include "report/stack.h"

enum { SHORT_STACK = 8 };

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void format_fix(struct strbuf *text, const struct report *report,
		       const struct record_denial *denial)
{
	struct strbuf fix = { 0 };
	struct advice advice;

	facts_find_advice(report, denial, &advice);
	advice_format_fix(&advice, &fix);
	if (fix.len)
		strbuf_printf(text, "    %s\n", fix.text);
	strbuf_finish(&fix);
	advice_finish(&advice);
}

/* Appends what decided, by which rule, and the line that would allow it. */
static void format_decision(struct strbuf *text, const struct report *report,
			    const struct record_denial *denial)
{
	strbuf_puts(text, "    by ");
	call_format_origin(text, denial);
	if (denial->origin.text)
		strbuf_printf(text, ": %s", denial->origin.text);
	strbuf_puts(text, "\n");
	format_fix(text, report, denial);
}

static void format_stack(struct strbuf *text, const struct record_stack *stack, size_t max)
{
	if (!stack->n)
		return;
	strbuf_puts(text, "    at ");
	stack_format(text, stack, max);
	strbuf_puts(text, "\n");
}

static void print_denial(const struct report *report, const struct record_denial *denial, FILE *to)
{
	struct strbuf text = { 0 };

	strbuf_puts(&text, "  ");
	call_format_denied(&text, denial);
	strbuf_puts(&text, ": ");
	call_format_action(&text, denial);
	strbuf_printf(&text, ", %" PRIu64 " time%s, first by ", denial->count,
		      plural(denial->count));
	strbuf_escape(&text, denial->comm, strlen(denial->comm));
	strbuf_printf(&text, " (pid %d", denial->pid);
	if (denial->exe) {
		strbuf_puts(&text, ", ");
		strbuf_escape(&text, denial->exe, strlen(denial->exe));
	}
	strbuf_puts(&text, ")\n");
	format_stack(&text, &denial->stack, report->is_verbose ? SIZE_MAX : SHORT_STACK);
	if (denial->by == BY_POLICY)
		format_decision(&text, report, denial);
	fputs(text.text, to);
	strbuf_finish(&text);
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

static void print_more(const struct shown *shown, FILE *to)
{
	for (size_t i = 0; i < shown->n; i++) {
		const struct shown_rule *rule = &shown->v[i];
		struct strbuf origin = { 0 };

		if (!rule->more_kinds)
			continue;
		if (rule->first->by == BY_POLICY) {
			strbuf_puts(&origin, " by ");
			call_format_origin(&origin, rule->first);
		}
		fprintf(to,
			"  and %" PRIu64 " other kind%s of call%s, %" PRIu64
			" time%s (-v shows all)\n",
			rule->more_kinds, plural(rule->more_kinds), origin.text ? origin.text : "",
			rule->more_calls, plural(rule->more_calls));
		strbuf_finish(&origin);
	}
}

static void print_section(const struct report *report, const struct section *section, FILE *to)
{
	const struct record_denials *denials = &report->record->denials;
	const bool is_whole = report->is_verbose || report->is_file;
	struct shown shown = { 0 };
	uint64_t calls = 0;

	for (size_t i = 0; i < denials->n; i++)
		if (section->has(&denials->v[i]))
			calls += denials->v[i].count;
	/* When pinfold enforces nothing, these are what the user wants to see. */
	if (!calls ||
	    (section->is_only_verbose && !report->is_verbose && report->mode != MODE_TRACE))
		return;
	fprintf(to, "pinfold: %" PRIu64 " call%s %s\n", calls, plural(calls), section->heading);
	for (size_t i = 0; i < denials->n; i++)
		if (section->has(&denials->v[i]) &&
		    (is_whole || shown_take(&shown, &denials->v[i])))
			print_denial(report, &denials->v[i], to);
	print_more(&shown, to);
	shown_finish(&shown);
}

void denials_print(const struct report *report, FILE *to)
{
	static const struct section sections[] = {
		{ "denied", is_violation, false },
		{ "went on, and would be denied without --complain", is_complaint, false },
		{ "stopped, which neither the policy nor another filter explains", is_unexplained,
		  false },
		{ "denied as expected: the program goes on without", is_expected, true },
		{ "denied, and marked 'known' in the policy", is_known, true },
		{ "denied by a filter that is not pinfold's", is_by_other_filter, true },
		{ "stopped by a tracer that is not pinfold", is_by_ptrace, true },
		{ "taken by the program's own user dispatch", is_by_user_dispatch, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		print_section(report, &sections[i], to);
}
