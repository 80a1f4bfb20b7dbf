// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The findings: a card for each, as for every other format (report/violation.h), with all that a
 * reader needs to decide. One rule that denies thousands of kinds of call gets a few cards, and a
 * table of the rest; what does not even fit there is counted.
 */
#include "report/html.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "report/call.h"
#include "report/failures.h"
#include "report/policy_facts.h"
#include "report/shown.h"
#include "report/stack.h"
#include "report/violation.h"

enum { FRAMES_SHOWN = 8, TABLE_MAX = 1000, FAILURES_MAX = 100 };

/* By kind of violation: a word, and the class of the card. */
static const struct {
	const char *badge, *class;
} kinds[] = {
	[VIOLATION_DENIED] = { "denied", "denied" },
	[VIOLATION_WOULD_DENY] = { "would be denied", "denied" },
	[VIOLATION_UNEXPLAINED] = { "unexplained", "unknown" },
	[VIOLATION_PEN] = { "failed because of the pen", "failed" },
	[VIOLATION_GUARDED] = { "guarded", "denied" },
	[VIOLATION_NETWORK] = { "refused", "denied" },
	[VIOLATION_BUDGET] = { "over budget", "denied" },
	[VIOLATION_UNUSED] = { "unused rules", "denied" },
	[VIOLATION_INCOMPLETE] = { "incomplete", "unknown" },
};

static void put_row(struct html *html, const char *term, const struct strbuf *value)
{
	if (value->len)
		html_put(html, "finding-row",
			 (const struct html_slot[]){ HTML_TEXT("term", term),
						     HTML_TEXT("value", value->text), HTML_END });
}

/* A sentence around a piece of code. */
struct quoting {
	const char *part, *term, *text, *code;
};

static void put_quoting(struct html *html, const struct quoting *quoting)
{
	const char *at = strstr(quoting->text, quoting->code);
	auto_free char *before = mem_strdup(quoting->text);

	before[at ? at - quoting->text : 0] = '\0';
	html_put(html, quoting->part,
		 (const struct html_slot[]){
			 HTML_TEXT("term", quoting->term), HTML_TEXT("before", before),
			 HTML_TEXT("code", quoting->code),
			 HTML_TEXT("after", at ? at + strlen(quoting->code) : ""), HTML_END });
}

struct frames {
	const struct record_stack *stack;
	size_t from, to;
};

static void put_frames(struct html *html, const void *data)
{
	const struct frames *frames = data;

	for (size_t i = frames->from; i < frames->to; i++) {
		const struct record_stack one = { .v = &frames->stack->v[i], .n = 1 };
		struct strbuf text = { 0 };

		if (i)
			html_put(html, "frame-separator", (const struct html_slot[]){ HTML_END });
		stack_format(&text, &one, 1);
		html_put(html, "frame",
			 (const struct html_slot[]){ HTML_TEXT("frame", text.text), HTML_END });
		strbuf_finish(&text);
	}
}

static void put_other_frames(struct html *html, const void *data)
{
	const struct record_stack *stack = data;
	const struct frames rest = { stack, FRAMES_SHOWN, stack->n };
	char count[HTML_NUMBER_ROOM];

	if (stack->n > FRAMES_SHOWN)
		html_put(html, "frames-rest",
			 (const struct html_slot[]){
				 HTML_TEXT("count", html_number(count, stack->n - FRAMES_SHOWN)),
				 HTML_PART("frames", put_frames, &rest), HTML_END });
}

static void put_stack(struct html *html, const struct record_stack *stack)
{
	const struct frames top = { stack, 0, stack->n < FRAMES_SHOWN ? stack->n : FRAMES_SHOWN };

	html_put(html, "stack",
		 (const struct html_slot[]){ HTML_PART("top", put_frames, &top),
					     HTML_PART("rest", put_other_frames, stack),
					     HTML_END });
}

static void format_author(struct strbuf *buf, const char *comm, pid_t pid, const char *exe,
			  uint64_t at_ns)
{
	strbuf_escape(buf, comm, strlen(comm));
	strbuf_printf(buf, " (pid %d", pid);
	if (exe) {
		strbuf_puts(buf, ", ");
		strbuf_escape(buf, exe, strlen(exe));
	}
	strbuf_printf(buf, "), first after %.3f s", (double)at_ns / 1e9);
}

static void put_result(struct html *html, const struct record_denial *denial)
{
	struct strbuf text = { 0 };

	call_format_action(&text, denial);
	strbuf_printf(&text, ", %" PRIu64 " time%s", denial->count, denial->count == 1 ? "" : "s");
	put_row(html, "Result", &text);
	strbuf_finish(&text);
}

static void put_decision(struct html *html, const struct record_denial *denial)
{
	struct strbuf text = { 0 }, rule = { 0 };

	call_format_origin(&text, denial);
	if (denial->origin.text) {
		strbuf_escape(&rule, denial->origin.text, strlen(denial->origin.text));
		strbuf_printf(&text, ": %s", rule.text);
		put_quoting(html, &(struct quoting){ "code-row", "Rule", text.text, rule.text });
	} else {
		put_row(html, "Rule", &text);
	}
	strbuf_finish(&text);
	strbuf_finish(&rule);
}

static void put_denial_fix(struct html *html, const struct violation *violation)
{
	struct advice advice;

	facts_find_advice(html->report, violation->denial, &advice);
	if (advice.kind == ADVICE_NONE)
		put_row(html, "Fix", &violation->fix);
	else
		put_quoting(html, &(struct quoting){ "fix", "Fix", violation->fix.text,
						     advice.text.text });
	advice_finish(&advice);
}

static void put_denial(struct html *html, const struct violation *violation)
{
	const struct record_denial *denial = violation->denial;
	struct strbuf author = { 0 };

	put_result(html, denial);
	format_author(&author, denial->comm, denial->pid, denial->exe, denial->at_ns);
	put_row(html, "By", &author);
	strbuf_finish(&author);
	if (denial->stack.n)
		put_stack(html, &denial->stack);
	if (denial->by == BY_POLICY)
		put_decision(html, denial);
	put_denial_fix(html, violation);
}

static void put_remedy(struct html *html, const char *term, const char *code)
{
	struct strbuf text = { 0 };

	if (!code)
		return;
	strbuf_escape(&text, code, strlen(code));
	put_quoting(html, &(struct quoting){ "fix", term, text.text, text.text });
	strbuf_finish(&text);
}

static void put_failure(struct html *html, const struct record_failure *failure)
{
	struct strbuf author = { 0 };

	format_author(&author, failure->comm, failure->pid, failure->exe, failure->at_ns);
	put_row(html, "By", &author);
	strbuf_finish(&author);
	if (failure->stack.n)
		put_stack(html, &failure->stack);
	put_remedy(html, "Option", failure->fix);
	put_remedy(html, "Policy", failure->statement);
}

static void put_rows(struct html *html, const void *data)
{
	const struct violation *violation = data;

	if (violation->denial)
		put_denial(html, violation);
	else if (violation->failure)
		put_failure(html, violation->failure);
	else
		put_row(html, "Hint", &violation->fix);
}

static void put_card(struct html *html, const struct violation *violation)
{
	const char *badge = violation->is_known ? "known before" : kinds[violation->kind].badge;
	const char *class = violation->is_known ? "known" : kinds[violation->kind].class;
	struct strbuf title = { 0 };

	if (violation->denial)
		call_format_denied(&title, violation->denial);
	else if (violation->failure)
		failure_format(&title, violation->failure);
	else
		strbuf_puts(&title, violation->title.text);
	html_put(html, violation->denial ? "finding" : "finding-words",
		 (const struct html_slot[]){ HTML_TEXT("kind", class), HTML_TEXT("badge", badge),
					     HTML_TEXT("title", title.text),
					     HTML_PART("rows", put_rows, violation), HTML_END });
	strbuf_finish(&title);
}

/* The denials that a table has, and not a card. */
struct others {
	const struct record_denial **v;
	size_t n, cap;
};

static void put_other(struct html *html, const struct record_denial *denial)
{
	struct strbuf call = { 0 }, result = { 0 }, by = { 0 }, rule = { 0 };
	char count[HTML_NUMBER_ROOM];

	call_format_denied(&call, denial);
	call_format_action(&result, denial);
	strbuf_escape(&by, denial->comm, strlen(denial->comm));
	if (denial->by == BY_POLICY)
		call_format_origin(&rule, denial);
	html_put(html, "other-kind",
		 (const struct html_slot[]){
			 HTML_TEXT("call", call.text), HTML_TEXT("result", result.text),
			 HTML_TEXT("count", html_number(count, denial->count)),
			 HTML_TEXT("by", by.text), HTML_TEXT("rule", rule.text), HTML_END });
	strbuf_finish(&call);
	strbuf_finish(&result);
	strbuf_finish(&by);
	strbuf_finish(&rule);
}

static void put_others_rows(struct html *html, const void *data)
{
	const struct others *others = data;

	for (size_t i = 0; i < others->n && i < TABLE_MAX; i++)
		put_other(html, others->v[i]);
}

static void put_line(struct html *html, const char *part, const char *text)
{
	html_put(html, part, (const struct html_slot[]){ HTML_TEXT("text", text), HTML_END });
}

/* Writes and frees OTHERS, under a heading that says what they are. */
static void put_others(struct html *html, struct others *others, const char *what)
{
	uint64_t calls = 0;
	auto_free char *heading = NULL, *more = NULL;

	for (size_t i = 0; i < others->n; i++)
		calls += others->v[i]->count;
	heading = mem_printf("%" PRIu64 " call%s %s", calls, calls == 1 ? "" : "s", what);
	if (others->n)
		html_put(html, "other-kinds",
			 (const struct html_slot[]){ HTML_TEXT("heading", heading),
						     HTML_PART("rows", put_others_rows, others),
						     HTML_END });
	if (others->n > TABLE_MAX) {
		more = mem_printf("%zu more kinds of call are not in this table; the report as "
				  "JSON has each",
				  others->n - TABLE_MAX);
		put_line(html, "more", more);
	}
	free(others->v);
}

struct html_findings {
	struct html *html;
	struct shown shown;
	struct others others;
	size_t n, n_failures;
};

static void take(const struct violation *violation, void *data)
{
	struct html_findings *findings = data;

	findings->n++;
	if (violation->denial && !shown_take(&findings->shown, violation->denial))
		*array_append(&findings->others) = violation->denial;
	else if (!violation->failure || findings->n_failures++ < FAILURES_MAX)
		put_card(findings->html, violation);
}

/* What is no violation, but did not run either. */
static void put_expected(struct html *html)
{
	const struct record_denials *denials = &html->report->record->denials;
	static const struct {
		enum denial_by by;
		bool is_known;
		const char *what;
	} groups[] = {
		{ BY_POLICY, false, "denied as expected: the program goes on without" },
		{ BY_POLICY, true, "denied, and marked 'known' in the policy" },
		{ BY_OTHER_FILTER, false, "denied by a filter that is not pinfold's" },
		{ BY_PTRACE, false, "stopped by a tracer that is not pinfold" },
		{ BY_USER_DISPATCH, false, "taken by the program's own user dispatch" },
	};

	for (size_t k = 0; k < ARRAY_SIZE(groups); k++) {
		struct others others = { 0 };

		for (size_t i = 0; i < denials->n; i++) {
			const struct record_denial *denial = &denials->v[i];

			if (denial->by == groups[k].by && !violation_has(denial) &&
			    (denial->by != BY_POLICY ||
			     denial->action.is_known == groups[k].is_known))
				*array_append(&others) = denial;
		}
		put_others(html, &others, groups[k].what);
	}
}

void html_put_findings(struct html *html, const void *unused)
{
	struct html_findings findings = { .html = html };

	(void)unused;
	violations_visit(html->report, take, &findings);
	if (!findings.n)
		put_line(html, "paragraph",
			 html->report->record->failures.are_known
				 ? "Nothing was denied, and no call failed because of the pen."
				 : "Nothing was denied.");
	put_others(html, &findings.others, "more, of other kinds");
	if (findings.n_failures > FAILURES_MAX) {
		auto_free char *more = mem_printf("%zu more failures because of the pen; the "
						  "report as JSON has each",
						  findings.n_failures - FAILURES_MAX);

		put_line(html, "more", more);
	}
	put_expected(html);
	shown_finish(&findings.shown);
}
