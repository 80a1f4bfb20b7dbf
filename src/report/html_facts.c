// SPDX-License-Identifier: GPL-2.0-or-later
/* What the pen was made of, what it used, and what the report does not know. */
#include "report/html.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "policy/quantity.h"
#include "report/doubt.h"
#include "report/losses.h"
#include "report/network_words.h"
#include "report/policy_facts.h"
#include "sys/name.h"
#include "sys/namespace.h"

static void put_line(struct html *html, const char *part, const char *text)
{
	html_put(html, part, (const struct html_slot[]){ HTML_TEXT("text", text), HTML_END });
}

/* TEXT may come from the command, or from the host. */
static void put_raw_line(struct html *html, const char *part, const char *text)
{
	struct strbuf safe = { 0 };

	strbuf_escape(&safe, text, strlen(text));
	put_line(html, part, safe.text ? safe.text : "");
	strbuf_finish(&safe);
}

static void put_fact(struct html *html, const char *term, const char *value)
{
	struct strbuf safe = { 0 };

	strbuf_escape(&safe, value, strlen(value));
	html_put(html, "fact",
		 (const struct html_slot[]){ HTML_TEXT("term", term), HTML_TEXT("value", safe.text),
					     HTML_END });
	strbuf_finish(&safe);
}

static void put_codes(struct html *html, const char *term,
		      void (*put)(struct html *html, const void *data))
{
	html_put(html, "fact-codes",
		 (const struct html_slot[]){ HTML_TEXT("term", term), HTML_PART("codes", put, NULL),
					     HTML_END });
}

static void put_files(struct html *html, const void *unused)
{
	const char *file;

	(void)unused;
	for (size_t i = 0; (file = facts_file(html->report, i)); i++)
		put_raw_line(html, "code", file);
}

static void put_namespaces(struct html *html, const void *unused)
{
	(void)unused;
	for (size_t i = 0; i < NAMESPACES; i++)
		if (html->report->enforced->namespaces & sys_namespaces[i].flag)
			put_line(html, "code", sys_namespaces[i].name);
}

static void put_capabilities(struct html *html, const void *unused)
{
	char name[CAPABILITY_NAME_ROOM];

	(void)unused;
	if (!html->report->enforced->capabilities)
		fputs("none", html->to);
	for (int value = 0; value < 64; value++)
		if (html->report->enforced->capabilities >> value & 1)
			put_line(html, "code", capability_name(value, name));
}

static void put_limits(struct html *html, const void *unused)
{
	const struct enforced *enforced = html->report->enforced;

	(void)unused;
	for (size_t i = 0; i < enforced->n_limits; i++) {
		const struct enforced_limit *limit = &enforced->limits[i];
		struct strbuf text = { 0 };

		strbuf_puts(&text, limit->name);
		if (str_eq(limit->name, limit_name(LIMIT_TIME)) ||
		    str_eq(limit->name, limit_name(LIMIT_CPUTIME)))
			time_print(limit->value, &text);
		else if (str_eq(limit->name, limit_name(LIMIT_MEMORY)) ||
			 str_eq(limit->name, limit_name(LIMIT_SWAP)))
			size_print(limit->value, &text);
		else
			strbuf_printf(&text, " %" PRIu64 "%s", limit->value,
				      str_eq(limit->name, limit_name(LIMIT_CPU)) ? "%" : "");
		put_line(html, "code", text.text);
		strbuf_finish(&text);
	}
}

static void put_descriptors(struct html *html, const void *unused)
{
	const struct enforced *enforced = html->report->enforced;

	(void)unused;
	for (size_t i = 0; i < enforced->n_fds; i++) {
		char number[HTML_NUMBER_ROOM];

		put_line(html, "code", html_plain(number, (uint64_t)enforced->fds[i]));
	}
}

static void put_connections(struct html *html, const void *unused)
{
	const struct network_use *use = html->report->network;

	(void)unused;
	if (!use->n_connections)
		fputs("none", html->to);
	for (size_t i = 0; i < use->n_connections; i++) {
		struct strbuf text = { 0 };

		network_format_connection(&use->connections[i], &text);
		put_line(html, "code", text.text);
		strbuf_finish(&text);
	}
}

static void put_facts(struct html *html, const void *unused)
{
	const struct report *report = html->report;
	const struct enforced *enforced = report->enforced;

	(void)unused;
	put_codes(html, "Policy", put_files);
	if (report->network && report->network->is_used)
		put_codes(html, "Connections", put_connections);
	if (!enforced)
		return;
	put_fact(html, "Calls",
		 report->record->is_complaining
			 ? "a seccomp filter, which lets go on what the policy denies; no_new_privs"
			 : "a seccomp filter, proved equal to the policy; no_new_privs");
	put_fact(html, "Root", enforced->root ? enforced->root : "host view");
	put_codes(html, "Namespaces", put_namespaces);
	put_codes(html, "Capabilities", put_capabilities);
	if (enforced->n_limits)
		put_codes(html, "Limits", put_limits);
	put_codes(html, "Descriptors", put_descriptors);
	if (enforced->cgroup_path)
		put_fact(html, "Cgroup", enforced->cgroup_path);
}

static void put_notes(struct html *html, const void *unused)
{
	const struct enforced *enforced = html->report->enforced;

	(void)unused;
	if (enforced->directory_note)
		put_raw_line(html, "item", enforced->directory_note);
	for (size_t i = 0; i < enforced->n_folder_notes; i++)
		put_raw_line(html, "item", enforced->folder_notes[i]);
	for (size_t i = 0; i < enforced->n_notes; i++)
		put_raw_line(html, "item", enforced->notes[i]);
}

static void put_steps(struct html *html, const void *unused)
{
	const struct enforced *enforced = html->report->enforced;

	(void)unused;
	for (size_t i = 0; i < enforced->n_steps; i++) {
		struct strbuf text = { 0 };

		strbuf_escape(&text, enforced->steps[i].text, strlen(enforced->steps[i].text));
		html_put(html, "step",
			 (const struct html_slot[]){ HTML_TEXT("actor", enforced->steps[i].actor),
						     HTML_TEXT("text", text.text), HTML_END });
		strbuf_finish(&text);
	}
}

static void put_rules(struct html *html, const void *unused)
{
	const struct report *report = html->report;

	(void)unused;
	for (size_t i = 0; i < facts_n_rules(report); i++) {
		const struct fact_rule rule = facts_rule(report, i);
		const uint64_t hits = i < report->record->n_rules ? report->record->rule_hits[i]
								  : 0;
		char number[HTML_NUMBER_ROOM], plain[HTML_NUMBER_ROOM];
		struct strbuf text = { 0 }, place = { 0 };

		strbuf_escape(&text, rule.text, strlen(rule.text));
		strbuf_escape(&place, rule.file, strlen(rule.file));
		if (rule.line)
			strbuf_printf(&place, ":%u", rule.line);
		html_put(html, "rule",
			 (const struct html_slot[]){
				 HTML_TEXT("text", text.text), HTML_TEXT("place", place.text),
				 HTML_TEXT("hits", html_number(number, hits)),
				 HTML_TEXT("hits-plain", html_plain(plain, hits)), HTML_END });
		strbuf_finish(&text);
		strbuf_finish(&place);
	}
}

void html_put_pen(struct html *html, const void *unused)
{
	const struct report *report = html->report;
	const struct enforced *enforced = report->enforced;

	(void)unused;
	if (!enforced)
		put_line(html, "paragraph", "There was no pen.");
	html_put(html, "facts",
		 (const struct html_slot[]){ HTML_PART("rows", put_facts, NULL), HTML_END });
	if (enforced && (enforced->directory_note || enforced->n_folder_notes || enforced->n_notes))
		html_put(
			html, "list",
			(const struct html_slot[]){ HTML_PART("rows", put_notes, NULL), HTML_END });
	if (enforced && enforced->n_steps)
		html_put(
			html, "steps",
			(const struct html_slot[]){ HTML_PART("rows", put_steps, NULL), HTML_END });
	if (facts_n_rules(report)) {
		auto_free char *heading = mem_printf("The rules and how often each decided (%zu)",
						     facts_n_rules(report));

		html_put(html, "rules",
			 (const struct html_slot[]){ HTML_TEXT("heading", heading),
						     HTML_PART("rows", put_rules, NULL),
						     HTML_END });
	}
}

static void put_resource(struct html *html, const char *what, const char *used, const char *source)
{
	html_put(html, "resource",
		 (const struct html_slot[]){ HTML_TEXT("what", what), HTML_TEXT("used", used),
					     HTML_TEXT("source", source ? source : ""), HTML_END });
}

static void put_memory(struct html *html, const struct resources *used)
{
	char number[HTML_NUMBER_ROOM];
	auto_free char *text = mem_printf("%s KiB", html_number(number, used->memory_peak / 1024));

	put_resource(html, "Memory, at most", text, used->sources.memory_peak);
}

static void put_used(struct html *html, const void *unused)
{
	const struct resources *used = html->report->resources;
	char number[HTML_NUMBER_ROOM];

	(void)unused;
	put_resource(html, "Elapsed time", html_seconds(number, html->report->elapsed_ns),
		     "pinfold");
	if (!used || !used->source)
		return;
	if (used->cpu_ns != UINT64_MAX)
		put_resource(html, "CPU time", html_seconds(number, used->cpu_ns),
			     used->sources.cpu_ns);
	if (used->memory_peak != UINT64_MAX)
		put_memory(html, used);
	if (used->pids_peak != UINT64_MAX)
		put_resource(html, "Processes, at most", html_number(number, used->pids_peak),
			     used->sources.pids_peak);
	if (used->oom_kills != UINT64_MAX)
		put_resource(html, "Kills for lack of memory", html_number(number, used->oom_kills),
			     used->sources.oom_kills);
}

void html_put_resources(struct html *html, const void *unused)
{
	(void)unused;
	html_put(html, "resources",
		 (const struct html_slot[]){ HTML_PART("rows", put_used, NULL), HTML_END });
}

static void put_item(const char *line, void *html)
{
	put_raw_line(html, "item", line);
}

static void put_losses(struct html *html, const void *unused)
{
	(void)unused;
	losses_visit(html->report->record, put_item, html);
}

static void put_unseen(struct html *html, const void *unused)
{
	const struct record *record = html->report->record;
	const struct record_failures *failures = &record->failures;

	(void)unused;
	unseen_visit(record, put_item, html);
	if (failures->lost) {
		auto_free char *text = mem_printf("what %" PRIu64 " failing call%s named did not "
						  "fit in a map",
						  failures->lost, failures->lost == 1 ? "" : "s");

		put_line(html, "item", text);
	}
	if (record->lacks_library)
		put_line(html, "item",
			 "functions have no names: libdw.so.1 is not installed (package libdw1, "
			 "elfutils-libs or libelf)");
}

static void put_source(struct html *html)
{
	const struct record *record = html->report->record;
	const char *lack = trace_source_row(record->source)->lack;
	struct strbuf text = { 0 };

	if (!lack)
		return;
	strbuf_puts(&text, lack);
	if (record->why) {
		strbuf_puts(&text, ": ");
		strbuf_escape(&text, record->why, strlen(record->why));
	}
	put_line(html, "paragraph", text.text);
	strbuf_finish(&text);
}

void html_put_completeness(struct html *html, const void *unused)
{
	const struct record *record = html->report->record;
	const bool has_losses = record_has_losses(record);
	const char *hint;
	auto_free char *doubt = report_doubt(html->report, &hint);

	(void)unused;
	put_source(html);
	if (record->source == TRACE_NONE)
		return;
	if (record_is_complete(record))
		put_line(html, "paragraph", "The trace is complete: every call was counted.");
	else if (has_losses)
		put_line(html, "paragraph", "The trace is not complete:");
	if (has_losses)
		html_put(html, "list",
			 (const struct html_slot[]){ HTML_PART("rows", put_losses, NULL),
						     HTML_END });
	if (doubt && !has_losses)
		put_line(html, "paragraph", doubt);
	html_put(html, "list",
		 (const struct html_slot[]){ HTML_PART("rows", put_unseen, NULL), HTML_END });
}
