// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Annotations as GitHub workflow commands: one line per denial, at the line of the policy that
 * decided. "%", CR and LF must be escaped in such a line, in properties also ":" and ",". Other
 * control characters, as a policy's name may have, are escaped for the sake of terminals.
 */
#include "report/github.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "report/call.h"
#include "report/doubt.h"
#include "report/failures.h"
#include "report/judged.h"
#include "report/report.h"
#include "report/shown.h"
#include "report/stack.h"
#include "report/violation.h"

enum { READER_PATIENCE_MS = 2000, FAILURES_MAX = 10, DELETE = 0x7f };

int github_stop(char token[GITHUB_TOKEN_ROOM], FILE *to)
{
	const struct timespec tick = { .tv_nsec = 1000000 };
	uint64_t random[2];
	int waiting = 0;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	snprintf(token, GITHUB_TOKEN_ROOM, "%016" PRIx64 "%016" PRIx64, random[0], random[1]);
	fprintf(to, "::stop-commands::%s\n", token);
	if (fflush(to))
		return -errno;
	/* A process that holds the write end of a pipe of its own user can open it for reading. */
	for (int i = 0; i < READER_PATIENCE_MS; i++) {
		if (ioctl(fileno(to), FIONREAD, &waiting) < 0 || !waiting)
			break;
		nanosleep(&tick, NULL);
	}
	return 0;
}

void github_resume(const char *token, FILE *to)
{
	fprintf(to, "\n::%s::\n", token);
	fflush(to);
}

static void print_encoded(const char *text, const char *reserved, FILE *to)
{
	for (; *text; text++) {
		if (strchr(reserved, *text) || (unsigned char)*text < ' ' || *text == DELETE)
			fprintf(to, "%%%02X", (unsigned int)(unsigned char)*text);
		else
			fputc(*text, to);
	}
}

/* Prints the command, located at the rule that decided. */
static void print_error(const struct record_denial *denial, bool is_known, const char *message,
			FILE *to)
{
	fputs(is_known ? "::notice " : "::error ", to);
	if (denial->origin.file && denial->origin.line && !call_is_built_in(denial)) {
		fputs("file=", to);
		print_encoded(denial->origin.file, "%\r\n:,", to);
		fprintf(to, ",line=%u,", denial->origin.line);
	}
	fputs("title=pinfold::", to);
	print_encoded(message, "%\r\n", to);
	fputc('\n', to);
}

static void print_annotation(const struct report *report, const struct record_denial *denial,
			     FILE *to)
{
	struct violation violation;

	violation_of_denial(report, denial, &violation);
	stack_format_place(&violation.title, "\n", &denial->stack);
	if (violation.fix.len)
		strbuf_printf(&violation.title, "\n%s", violation.fix.text);
	print_error(denial, violation.is_known, violation.title.text, to);
	violation_finish(&violation);
}

static void print_more(const struct shown_rule *rule, bool is_known, FILE *to)
{
	struct strbuf message = { 0 };

	if (!rule->more_kinds)
		return;
	strbuf_puts(&message, is_known ? "known before: " : "");
	shown_format_more(&message, rule);
	print_error(rule->first, is_known, message.text, to);
	strbuf_finish(&message);
}

/* What has no line in the policy. */
static void print_elsewhere(struct violation *violation, bool has_fix, FILE *to)
{
	if (has_fix && violation->fix.len)
		strbuf_printf(&violation->title, "\n%s", violation->fix.text);
	fputs(violation->is_known ? "::notice title=pinfold::" : "::error title=pinfold::", to);
	print_encoded(violation->title.text, "%\r\n", to);
	fputc('\n', to);
	violation_finish(violation);
}

static void print_failures(const struct report *report, FILE *to)
{
	const struct failure_list list = failures_choose(&report->record->failures, FAILURES_MAX);
	struct violation violation;

	for (size_t i = 0; i < list.n; i++) {
		violation_of_failure(report, list.v[i], &violation);
		print_elsewhere(&violation, true, to);
	}
	free(list.v);
}

static void print_changes(const struct report *report, FILE *to)
{
	struct violation violation;

	for (size_t i = 0; report->guarded && i < report->guarded->n; i++) {
		violation_of_change(report, &report->guarded->v[i], &violation);
		print_elsewhere(&violation, false, to);
	}
}

static void print_refusals(const struct report *report, FILE *to)
{
	struct violation violation;

	for (size_t i = 0; report->network && i < report->network->n_refusals; i++) {
		violation_of_refusal(report, &report->network->refusals[i], &violation);
		print_elsewhere(&violation, false, to);
	}
}

static void print_judged(const struct report *report, FILE *to)
{
	for (enum budget_kind kind = 0; kind <= BUDGETS; kind++) {
		struct violation violation = { 0 };

		if (kind < BUDGETS ? judged_format_budget(report, kind, &violation.title)
				   : judged_format_unused(report, &violation.title))
			print_elsewhere(&violation, false, to);
	}
}

static void print_denials(const struct report *report, bool are_known, FILE *to)
{
	struct shown shown = { 0 };

	for (size_t i = 0; i < report->record->denials.n; i++) {
		const struct record_denial *denial = &report->record->denials.v[i];

		if (denial->by == BY_POLICY && !denial->is_expected &&
		    violation_knows_denial(report, denial) == are_known &&
		    shown_take(&shown, denial))
			print_annotation(report, denial, to);
	}
	for (size_t i = 0; i < shown.n; i++)
		print_more(&shown.v[i], are_known, to);
	shown_finish(&shown);
}

static void write_github(const struct report *report, FILE *to)
{
	const char *hint;
	auto_free char *doubt = report_doubt(report, &hint);

	print_denials(report, false, to);
	if (report->baseline)
		print_denials(report, true, to);
	print_changes(report, to);
	print_refusals(report, to);
	print_judged(report, to);
	if (report->is_pen_judged)
		print_failures(report, to);
	if (doubt) {
		fputs("::warning title=pinfold::", to);
		print_encoded(doubt, "%\r\n", to);
		fputc('\n', to);
	}
}

const struct report_format report_github = {
	.name = "github",
	.about = "annotations of GitHub Actions",
	.has_commands = true,
	.write = write_github,
};
