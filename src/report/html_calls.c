// SPDX-License-Identifier: GPL-2.0-or-later
/* The calls as a table, most frequent first; the script sorts and filters its rows. */
#include "report/html.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "report/call.h"
#include "sys/name.h"

static uint64_t sum_of(const struct record_call *call)
{
	return call->allowed + call->denied;
}

static int compare(const void *a, const void *b)
{
	const struct record_call *x = *(const struct record_call *const *)a;
	const struct record_call *y = *(const struct record_call *const *)b;

	if (x->allowed != y->allowed)
		return x->allowed < y->allowed ? 1 : -1;
	return (x > y) - (x < y);
}

static void format_errors(struct strbuf *buf, const struct record_call *call)
{
	for (size_t i = 0; i < call->errors.n; i++) {
		const char *name = errno_name(call->errors.v[i].number);

		strbuf_printf(buf, "%s%s", i ? " " : "", name ? name : "error");
	}
}

static void put_errors(struct html *html, const void *data)
{
	const struct record_call *call = data;

	for (size_t i = 0; i < call->errors.n; i++) {
		const char *name = errno_name(call->errors.v[i].number);
		char count[HTML_NUMBER_ROOM];

		html_put(html, "call-error",
			 (const struct html_slot[]){
				 HTML_TEXT("error", name ? name : "error"),
				 HTML_TEXT("count", html_number(count, call->errors.v[i].count)),
				 HTML_END });
	}
}

static void put_times(struct html *html, const void *data)
{
	const struct record_call *call = data;
	char total[HTML_NUMBER_ROOM], longest[HTML_NUMBER_ROOM];

	if (!html->report->record->has_times)
		return;
	snprintf(total, sizeof(total), "%.3f", (double)call->time_ns / 1e6);
	snprintf(longest, sizeof(longest), "%.3f", (double)call->max_ns / 1e6);
	html_put(html, "call-times",
		 (const struct html_slot[]){ HTML_TEXT("total", total),
					     HTML_TEXT("longest", longest), HTML_END });
}

static void put_call(struct html *html, const struct record_call *call, uint64_t most)
{
	const uint64_t went_well = call->allowed - call->failed;
	char numbers[3][HTML_NUMBER_ROOM], plain[3][HTML_NUMBER_ROOM], shares[5][HTML_NUMBER_ROOM];
	struct strbuf name = { 0 }, errors = { 0 };
	bool knows_failed = record_knows_results(html->report->record);

	call_format_name(&name, call->arch, call->nr);
	format_errors(&errors, call);
	html_put(html, "call",
		 (const struct html_slot[]){
			 HTML_TEXT("name", name.text),
			 HTML_TEXT("allowed", html_number(numbers[0], call->allowed)),
			 HTML_TEXT("failed",
				   knows_failed ? html_number(numbers[1], call->failed) : ""),
			 HTML_TEXT("denied", html_number(numbers[2], call->denied)),
			 HTML_TEXT("allowed-plain", html_plain(plain[0], call->allowed)),
			 HTML_TEXT("failed-plain", html_plain(plain[1], call->failed)),
			 HTML_TEXT("denied-plain", html_plain(plain[2], call->denied)),
			 HTML_TEXT("ok-width", html_share(shares[0], went_well, most)),
			 HTML_TEXT("failed-x", html_share(shares[1], went_well, most)),
			 HTML_TEXT("failed-width", html_share(shares[2], call->failed, most)),
			 HTML_TEXT("denied-x", html_share(shares[3], call->allowed, most)),
			 HTML_TEXT("denied-width", html_share(shares[4], call->denied, most)),
			 HTML_TEXT("failed-class", call->failed ? " some-failed" : " none"),
			 HTML_TEXT("denied-class", call->denied ? " some" : " none"),
			 HTML_PART("times", put_times, call),
			 HTML_TEXT("errors-plain", errors.text),
			 HTML_PART("errors", put_errors, call), HTML_END });
	strbuf_finish(&name);
	strbuf_finish(&errors);
}

static void put_rows(struct html *html, const void *unused)
{
	const struct record_calls *calls = &html->report->record->calls;
	uint64_t most = 0;
	auto_free const struct record_call **order = mem_alloc((calls->n + 1) * sizeof(*order));

	(void)unused;
	for (size_t i = 0; i < calls->n; i++) {
		order[i] = &calls->v[i];
		most = sum_of(order[i]) > most ? sum_of(order[i]) : most;
	}
	if (calls->n)
		qsort(order, calls->n, sizeof(*order), compare);
	for (size_t i = 0; i < calls->n; i++)
		put_call(html, order[i], most);
}

static void put_times_head(struct html *html, const void *unused)
{
	(void)unused;
	if (html->report->record->has_times)
		html_put(html, "calls-times", (const struct html_slot[]){ HTML_END });
}

void html_put_calls(struct html *html, const void *unused)
{
	const struct record *record = html->report->record;

	(void)unused;
	if (record->calls.n && record_knows_calls(record))
		html_put(html, "calls",
			 (const struct html_slot[]){ HTML_PART("times", put_times_head, NULL),
						     HTML_PART("rows", put_rows, NULL), HTML_END });
	else
		html_put(html, "paragraph",
			 (const struct html_slot[]){
				 HTML_TEXT("text", "Allowed calls were not counted."), HTML_END });
}
