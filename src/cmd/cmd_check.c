// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For CI: the command runs under the policy, and what the policy denied is printed at the line that
 * decided. What cannot be known is not passed over: without a complete trace the check fails.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "cmd/option_row.h"
#include "cmd/session.h"
#include "report/baseline.h"
#include "report/call.h"
#include "report/doubt.h"
#include "report/failures.h"
#include "report/github.h"
#include "report/guarded.h"
#include "report/policy_facts.h"
#include "report/shown.h"
#include "report/stack.h"
#include "report/violation.h"

enum { PEN_FAILURES_MAX = 10 };

/* What is not written anywhere, such as an implicit default, is attributed to the policy as a
 * whole. */
static struct place place_of(const struct session *session, const struct record_denial *denial)
{
	struct place place = record_place(&denial->origin);

	if (!place.file)
		place.file = session->asked.policy->n_files ? session->asked.policy->files[0]
							    : NULL;
	return place;
}

/* What is known is no error. */
static enum diag_level level_of(bool is_known)
{
	return is_known ? DIAG_NOTE : DIAG_ERROR;
}

static const char *lead_of(bool is_known)
{
	return is_known ? "known before: " : "";
}

static void add_violation(struct session *session, const struct record_denial *denial,
			  bool is_known)
{
	struct strbuf call = { 0 }, action = { 0 }, fix = { 0 }, at = { 0 };
	struct place place = place_of(session, denial);
	struct advice advice;
	struct diag *diag;

	call_format_denied(&call, denial);
	call_format_action(&action, denial);
	stack_format_place(&at, ", first ", &denial->stack);
	diag = diags_add(&session->diags, level_of(is_known), &place,
			 "%s%s %sdenied: %s, %llu time%s%s", lead_of(is_known), call.text,
			 denial->is_continued ? "would be " : "", action.text,
			 (unsigned long long)denial->count, denial->count == 1 ? "" : "s",
			 at.len ? at.text : "");
	if (denial->origin.text)
		diag_set_source(diag, denial->origin.text, strlen(denial->origin.text));
	facts_find_advice(&session->seen.report, denial, &advice);
	advice_format(&advice, &fix);
	if (fix.len)
		diag_set_hint(diag, "%s", fix.text);
	advice_finish(&advice);
	strbuf_finish(&call);
	strbuf_finish(&action);
	strbuf_finish(&fix);
	strbuf_finish(&at);
}

static void add_more(struct session *session, const struct shown_rule *rule, bool is_known)
{
	struct place place = place_of(session, rule->first);
	struct strbuf text = { 0 };
	struct diag *diag;

	shown_format_more(&text, rule);
	diag = diags_add(&session->diags, level_of(is_known), &place, "%s%s", lead_of(is_known),
			 text.text);
	diag_set_hint(diag, "--report FILE.json has all of them");
	strbuf_finish(&text);
}

static void add_violations(struct session *session, bool are_known)
{
	const struct record_denials *denials = &session->seen.record.denials;
	struct shown shown = { 0 };

	for (size_t i = 0; i < denials->n; i++)
		if (denials->v[i].by == BY_POLICY && !denials->v[i].is_expected &&
		    violation_knows_denial(&session->seen.report, &denials->v[i]) == are_known &&
		    shown_take(&shown, &denials->v[i]))
			add_violation(session, &denials->v[i], are_known);
	for (size_t i = 0; i < shown.n; i++)
		if (shown.v[i].more_kinds)
			add_more(session, &shown.v[i], are_known);
	shown_finish(&shown);
}

/* Of each remedy some, as of each rule; the report has all of them. */
static void add_pen_failures(struct session *session)
{
	const struct record_failures *failures = &session->seen.record.failures;
	const struct failure_list list = failures_choose(failures, PEN_FAILURES_MAX);

	for (size_t i = 0; i < list.n; i++) {
		struct violation violation;

		violation_of_failure(&session->seen.report, list.v[i], &violation);
		diags_add(&session->diags, level_of(violation.is_known), NULL, "%s",
			  violation.title.text);
		if (list.v[i]->fix)
			diags_hint(&session->diags, "to lift it: %s", list.v[i]->fix);
		violation_finish(&violation);
	}
	if (list.more)
		diags_fail(&session->diags, 0, "caused by the pen: %zu more; --report has all",
			   list.more);
	free(list.v);
}

static void add_changes(struct session *session)
{
	const struct guard_changes *guarded = session->seen.report.guarded;

	for (size_t i = 0; i < guarded->n; i++) {
		struct violation violation;

		violation_of_change(&session->seen.report, &guarded->v[i], &violation);
		diags_add(&session->diags, level_of(violation.is_known), NULL, "%s",
			  violation.title.text);
		violation_finish(&violation);
	}
	if (guarded->more)
		diags_fail(&session->diags, 0, "guarded: %llu more changed",
			   (unsigned long long)guarded->more);
	if (guarded->n)
		diags_hint(&session->diags, "%s", guarded_hint);
}

static void add_refusals(struct session *session)
{
	const struct network_use *network = session->seen.report.network;

	for (size_t i = 0; i < network->n_refusals; i++) {
		struct violation violation;

		violation_of_refusal(&session->seen.report, &network->refusals[i], &violation);
		diags_add(&session->diags, level_of(violation.is_known), NULL, "%s",
			  violation.title.text);
		if (violation.fix.len)
			diags_hint(&session->diags, "%s", violation.fix.text);
		violation_finish(&violation);
	}
	if (network->more)
		diags_fail(&session->diags, 0, "network: %llu more refused",
			   (unsigned long long)network->more);
}

static void add_judged(struct session *session)
{
	const struct report *report = &session->seen.report;

	for (enum budget_kind kind = 0; kind <= BUDGETS; kind++) {
		struct strbuf text = { 0 };

		if (kind < BUDGETS ? judged_format_budget(report, kind, &text)
				   : judged_format_unused(report, &text)) {
			diags_fail(&session->diags, 0, "%s", text.text);
			if (kind == BUDGETS)
				diags_hint(&session->diags,
					   "pinfold prune takes out of a policy what a report did "
					   "not use");
		}
		strbuf_finish(&text);
	}
}

static void print_violations(struct session *session)
{
	const struct report_format *format =
		report_format_row((size_t)session->asked.options->format);

	if (format != &report_text) {
		format->write(&session->seen.report, stderr);
		return;
	}
	add_changes(session);
	add_refusals(session);
	add_judged(session);
	if (session->asked.options->wants_pen_failures)
		add_pen_failures(session);
	add_violations(session, false);
	if (session->seen.report.baseline)
		add_violations(session, true);
}

/* Returns whether what the policy, or the caller, wants held was not. */
static bool is_violated(const struct session *session)
{
	const struct record *record = &session->seen.record;

	if (session->seen.report.baseline)
		return violations_are_fatal(&session->seen.report);
	return record_violations(record) || session->seen.report.guarded->n ||
	       session->seen.report.network->n_refusals || session->seen.report.network->more ||
	       judged_is_violated(&session->seen.report) ||
	       (session->asked.options->wants_pen_failures &&
		record_pen_failures(&record->failures));
}

static bool has_commands(const struct options *options)
{
	return report_format_row((size_t)options->format)->has_commands;
}

/* Returns whether violations may be missing from the record, with an error that says why. */
static bool is_in_doubt(struct session *session)
{
	const char *hint;
	auto_free char *doubt = report_doubt(&session->seen.report, &hint);

	if (!doubt)
		return false;
	diags_fail(&session->diags, 0, "%s", doubt);
	if (hint)
		diags_hint(&session->diags, "%s", hint);
	return true;
}

static int check_launch(struct session *session, bool *ret_is_judged)
{
	int status = session_launch(session);

	if (session_write_reports(session))
		status = STATUS_FAILED;
	if (session->seen.report.exit.by == EXIT_BY_PINFOLD)
		return status;
	*ret_is_judged = true;
	if (!has_commands(session->asked.options))
		print_violations(session);
	if (is_violated(session))
		return STATUS_VIOLATED;
	return is_in_doubt(session) ? STATUS_FAILED : status;
}

/* The command, and the policy through the lines that errors quote, could write commands to the CI
 * runner: it accepts none until everything but the annotations has been printed. */
static int check(const struct options *options, const struct baseline *baseline)
{
	const struct session_kind kind = {
		.mode = options->is_enforcing ? MODE_ENFORCE : MODE_COMPLAIN,
		.need = options->is_enforcing ? NEEDS_KILLS : NEEDS_DENIALS,
	};
	char token[GITHUB_TOKEN_ROOM];
	struct session session;
	bool is_judged = false;
	int status;

	if (has_commands(options) && github_stop(token, stderr)) {
		fputs("pinfold: cannot make the runner ignore commands\n", stderr);
		return STATUS_FAILED;
	}
	status = session_prepare(&session, options, &kind);
	session.seen.report.baseline = options->baselines.n ? baseline : NULL;
	if (!status && options->is_dry_run)
		status = session_print_plan(&session);
	else if (!status)
		status = check_launch(&session, &is_judged);
	diags_print(&session.diags, stderr);
	if (has_commands(options))
		github_resume(token, stderr);
	if (has_commands(options) && is_judged)
		print_violations(&session);
	status = session_get_end(&session, status);
	session_finish(&session);
	return status;
}

static int check_with_baseline(const struct options *options)
{
	struct baseline baseline = { 0 };
	struct diags diags = { 0 };
	int status = STATUS_OK;

	for (size_t i = 0; i < options->baselines.n; i++)
		if (baseline_read(&baseline, options->baselines.v[i], &diags))
			status = STATUS_USAGE;
	diags_print(&diags, stderr);
	diags_finish(&diags);
	if (!status)
		status = check(options, &baseline);
	baseline_finish(&baseline);
	return status;
}

static int run(const struct options *options)
{
	if (!options->policies.n) {
		struct diags diags = { 0 };

		diags_fail(&diags, 0, "check needs a policy");
		diags_hint(&diags,
			   "pinfold check -p POLICY -- COMMAND; 'pinfold record' writes one");
		diags_print(&diags, stderr);
		diags_finish(&diags);
		return STATUS_USAGE;
	}
	return check_with_baseline(options);
}

static bool format_word(size_t i, struct choice_word *ret_word)
{
	const struct report_format *format = report_format_row(i);

	if (format)
		*ret_word = (struct choice_word){ format->name, format->about, (int)i };
	return format != NULL;
}

const struct choice check_formats = { "format", "formats", format_word };

const struct command cmd_check = {
	.name = "check",
	.bit = COMMAND_CHECK,
	.operands = "-p POLICY [--] COMMAND [ARG...]",
	.about = "for CI: run under a policy, fail with status 123 if it is violated",
	.least_operands = 1,
	.run = run,
	.examples = {
		"pinfold check -p wc.policy -- wc -l /etc/passwd",
		"pinfold check -p wc.policy --pen-failures --report wc.xml -- wc -l /etc/passwd",
		"pinfold check -p wc.policy --format github -- wc -l /etc/passwd",
	},
};
