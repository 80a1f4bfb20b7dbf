// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report as a web page: one file that needs no network, readable without its script and on
 * paper. Its Content-Security-Policy lets nothing run but the script of the template, and nothing
 * be loaded. The page is written part by part: it is never in memory as a whole.
 */
#include "report/html.h"

#include <inttypes.h>
#include <sha2.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "report/headline.h"
#include "report/html_files.h"
#include "report/policy_facts.h"
#include "report/violation.h"

enum { TITLE_MAX = 60 };

/* Appends BYTES as base64 (RFC 4648). */
static void add_base64(struct strbuf *buf, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16;

		bits |= i + 1 < len ? (uint32_t)bytes[i + 1] << 8 : 0;
		bits |= i + 2 < len ? (uint32_t)bytes[i + 2] : 0;
		for (size_t k = 0; k < 4; k++)
			strbuf_add(buf, i + k > len ? "=" : &digits[bits >> (18 - 6 * k) & 63], 1);
	}
}

static void add_source(struct strbuf *buf, const char *directive, const char *file)
{
	const char *text = html_file(file);
	uint8_t hash[SHA256_DIGEST_LENGTH];
	SHA2_CTX sha;

	SHA256Init(&sha);
	SHA256Update(&sha, (const uint8_t *)text, strlen(text));
	SHA256Final(hash, &sha);
	strbuf_printf(buf, "; %s 'sha256-", directive);
	add_base64(buf, hash, sizeof(hash));
	strbuf_puts(buf, "'");
}

static void put_csp(struct html *html, const void *unused)
{
	struct strbuf csp = { 0 };

	(void)unused;
	strbuf_puts(&csp, "default-src 'none'; base-uri 'none'; form-action 'none'");
	add_source(&csp, "script-src", "page.js");
	add_source(&csp, "style-src", "page.css");
	fputs(csp.text, html->to);
	strbuf_finish(&csp);
}

static void put_file(struct html *html, const void *name)
{
	fputs(html_file(name), html->to);
}

static char *format_command(const struct report *report)
{
	struct strbuf command = { 0 };

	for (char *const *word = report->command; word && *word; word++) {
		strbuf_puts(&command, command.len ? " " : "");
		strbuf_escape(&command, *word, strlen(*word));
	}
	strbuf_puts(&command, "");
	return command.text;
}

/* What was traced where pinfold started no command. */
static char *format_target(const struct report *report)
{
	struct strbuf target = { 0 };

	if (report->pid) {
		strbuf_printf(&target, "Process %d", report->pid);
	} else {
		strbuf_puts(&target, "The cgroup ");
		if (report->cgroup)
			strbuf_escape(&target, report->cgroup, strlen(report->cgroup));
	}
	return target.text;
}

static void put_error(struct html *html, const void *unused)
{
	const struct report_exit *end = &html->report->exit;
	struct strbuf text = { 0 };

	(void)unused;
	if (end->by != EXIT_BY_PINFOLD || !end->detail)
		return;
	strbuf_escape(&text, end->detail, strlen(end->detail));
	html_put(html, "error",
		 (const struct html_slot[]){ HTML_TEXT("text", text.text), HTML_END });
	strbuf_finish(&text);
}

static void put_lead(struct html *html, const void *command)
{
	const struct report *report = html->report;
	char elapsed[HTML_NUMBER_ROOM];
	struct strbuf end = { 0 };

	headline_format_end(&end, &report->exit);
	html_seconds(elapsed, report->elapsed_ns);
	if (report->command) {
		html_put(html, "lead",
			 (const struct html_slot[]){
				 HTML_TEXT("command", command), HTML_TEXT("end", end.text),
				 HTML_TEXT("elapsed", elapsed), HTML_PART("error", put_error, NULL),
				 HTML_END });
	} else {
		auto_free char *target = format_target(report);

		html_put(html, "lead-target",
			 (const struct html_slot[]){ HTML_TEXT("target", target),
						     HTML_TEXT("end", end.text),
						     HTML_TEXT("elapsed", elapsed), HTML_END });
	}
	strbuf_finish(&end);
}

static void put_figures(struct html *html, const void *unused)
{
	const struct report *report = html->report;
	const struct record *record = report->record;
	const struct record_totals totals = record_sum(record);
	const bool has_trace = record->source != TRACE_NONE;
	const bool has_calls = record_knows_calls(record);
	const struct {
		const char *term, *class;
		uint64_t count;
		bool is_known;
	} rows[] = {
		{ "denied", "denied", totals.denied, has_trace },
		{ "would be denied", "denied", totals.would_deny,
		  has_trace && record->is_complaining },
		{ "failed because of the pen", "failed", record_pen_failures(&record->failures),
		  record->failures.are_known },
		{ "denied as expected", "plain", totals.expected, has_trace },
		{ "allowed", "plain", totals.allowed, has_calls },
		{ "of them failed", "plain", totals.failed, record_knows_results(record) },
		{ "processes", "plain", record->processes.n + record->lost.processes,
		  record->processes.n > 0 },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char value[HTML_NUMBER_ROOM];

		if (rows[i].is_known)
			html_put(
				html, "figure",
				(const struct html_slot[]){
					HTML_TEXT("class", rows[i].count ? rows[i].class : "plain"),
					HTML_TEXT("term", rows[i].term),
					HTML_TEXT("value", html_number(value, rows[i].count)),
					HTML_END });
	}
}

/* Returns the class of the page: what a reader must know first. */
static const char *verdict_of(const struct report *report)
{
	const struct record *record = report->record;

	if (report->exit.by == EXIT_BY_PINFOLD || violations_are_fatal(report))
		return "denied";
	if (record->source == TRACE_NONE || record_has_losses(record))
		return "unknown";
	return report->exit.status ? "failed" : "ok";
}

/* Shortens TEXT, which is UTF-8. */
static void cut(char *text, size_t max)
{
	size_t len = max;

	if (strlen(text) <= max)
		return;
	while (len && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	text[len] = '\0';
}

static void write_html(const struct report *report, FILE *to)
{
	static const char *const modes[] = {
		[MODE_ENFORCE] = "run",
		[MODE_COMPLAIN] = "run with --complain",
		[MODE_RECORD] = "recording",
		[MODE_TRACE] = "trace",
	};
	struct html html = { report, to };
	auto_free char *command = format_command(report), *brief = mem_strdup(command);
	char started[sizeof("9999-12-31T23:59:59Z")], words[sizeof("9999-12-31 23:59:59 UTC")];
	struct strbuf headline = { 0 };
	struct tm tm;

	headline_format(&headline, report);
	cut(brief, TITLE_MAX);
	gmtime_r(&report->started.tv_sec, &tm);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &tm);
	strftime(words, sizeof(words), "%Y-%m-%d %H:%M:%S UTC", &tm);
	html_put_file(&html, "page.html",
		      (const struct html_slot[]){
			      HTML_PART("csp", put_csp, NULL),
			      HTML_TEXT("version", facts_version(report)),
			      HTML_TEXT("headline", headline.text),
			      HTML_TEXT("short-command", brief),
			      HTML_PART("style", put_file, "page.css"),
			      HTML_PART("script", put_file, "page.js"),
			      HTML_TEXT("verdict", verdict_of(report)),
			      HTML_TEXT("mode", modes[report->mode]),
			      HTML_TEXT("started", started),
			      HTML_TEXT("started-words", words),
			      HTML_PART("lead", put_lead, command),
			      HTML_PART("figures", put_figures, NULL),
			      HTML_PART("findings", html_put_findings, NULL),
			      HTML_PART("calls", html_put_calls, NULL),
			      HTML_PART("time", html_put_time, NULL),
			      HTML_PART("processes", html_put_processes, NULL),
			      HTML_PART("pen", html_put_pen, NULL),
			      HTML_PART("resources", html_put_resources, NULL),
			      HTML_PART("completeness", html_put_completeness, NULL),
			      HTML_TEXT("completeness-class",
					record_is_complete(report->record) ? "ok" : "unknown"),
			      HTML_END });
	strbuf_finish(&headline);
}

const struct report_format report_html = {
	.name = "html",
	.extension = ".html",
	.about = "a page for people",
	.has_samples = true,
	.write = write_html,
};
