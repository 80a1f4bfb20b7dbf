// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fingerprint of a denial names the rule by its text and the call by what would allow it, not
 * by lines, addresses or process numbers: it is the same in the next run, and after other lines of
 * the policy have changed.
 */
#include "report/violation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "report/baseline.h"
#include "report/call.h"
#include "report/doubt.h"
#include "report/failure_words.h"
#include "report/guarded_words.h"
#include "report/judged.h"
#include "report/network_words.h"
#include "report/policy_facts.h"

char *violation_path(const struct report *report, const char *file)
{
	auto_free char *here = facts_directory(report);
	size_t len = here ? strlen(here) : 0;

	if (here && !strncmp(file, here, len) && file[len] == '/' && file[len + 1])
		file += len + 1;
	while (str_starts(file, "./"))
		for (file += 2; *file == '/';)
			file++;
	return mem_strdup(file);
}

/* A shipped policy is named only where no other one has a part in it. */
static void set_place(struct violation *violation, const struct report *report,
		      const struct record_origin *origin)
{
	const char *file = facts_own_file(report);
	bool is_written = origin && origin->file && origin->line &&
			  !str_eq(origin->file, POLICY_BUILT_IN);

	if (is_written && (*origin->file != '<' || !file)) {
		file = origin->file;
		violation->line = origin->line;
	} else if (!file) {
		file = facts_file(report, 0);
	}
	violation->file = file ? violation_path(report, file) : NULL;
}

bool violation_has(const struct record_denial *denial)
{
	return denial->by == BY_UNEXPLAINED || (denial->by == BY_POLICY && !denial->is_expected);
}

static enum violation_kind kind_of(const struct record_denial *denial)
{
	if (denial->by == BY_UNEXPLAINED)
		return VIOLATION_UNEXPLAINED;
	return denial->is_continued ? VIOLATION_WOULD_DENY : VIOLATION_DENIED;
}

static void format_denial(struct violation *violation, const struct record_denial *denial)
{
	const char *rule = denial->origin.text;

	call_format_denied(&violation->title, denial);
	strbuf_puts(&violation->title, ": ");
	call_format_action(&violation->title, denial);
	strbuf_printf(&violation->title, ", %" PRIu64 " time%s, by ", denial->count,
		      denial->count == 1 ? "" : "s");
	strbuf_escape(&violation->title, denial->comm, strlen(denial->comm));
	if (denial->by != BY_POLICY)
		return;
	strbuf_puts(&violation->decision, "by ");
	call_format_origin(&violation->decision, denial);
	if (rule) {
		strbuf_puts(&violation->decision, ": ");
		strbuf_escape(&violation->decision, rule, strlen(rule));
	}
}

/* Where /bin is a link to /usr/bin, a program has two names. */
static const char *without_usr(const char *path)
{
	bool may_be_linked = str_starts(path, "/usr/bin/") || str_starts(path, "/usr/sbin/");

	return may_be_linked ? path + strlen("/usr") : path;
}

/* Returns the function that the program of the run itself made the call in, or NULL. */
static const char *function_of(const struct record_stack *stack, const char *exe)
{
	for (size_t i = 0; stack && exe && i < stack->n; i++)
		if (stack->v[i].module && str_eq(without_usr(stack->v[i].module), without_usr(exe)))
			return stack->v[i].symbol;
	return NULL;
}

/* What is known is no news to those who look at the violations, and fails nothing. */
static void mark_known(const struct report *report, struct violation *violation)
{
	struct strbuf title = { 0 };

	if (!report->baseline || !violation_may_be_known(violation->kind) ||
	    violation->is_summary ||
	    baseline_find(report->baseline, violation->identity) == BASELINE_NONE)
		return;
	violation->is_known = true;
	violation->is_fatal = false;
	strbuf_printf(&title, "known before: %s", violation->title.text);
	strbuf_finish(&violation->title);
	violation->title = title;
}

/* The same call in another program, or in another function of it, is another violation. */
static void identify(const struct report *report, struct violation *violation)
{
	const struct record_denial *denial = violation->denial;
	const struct record_failure *failure = violation->failure;
	const char *exe = denial ? denial->exe : failure ? failure->exe : NULL;
	const char *comm = denial ? denial->comm : failure ? failure->comm : NULL;
	auto_free char *program = exe ? violation_path(report, without_usr(exe)) : mem_strdup(comm);

	fingerprint_make((const char *const[]){ violation->fingerprint, program,
						function_of(violation->stack, exe) },
			 3, violation->identity);
	mark_known(report, violation);
}

void violation_name_denial(const struct report *report, const struct record_denial *denial,
			   char ret_hex[FINGERPRINT_ROOM])
{
	const struct saved_denial *saved = facts_saved_denial(report, denial);
	struct violation violation = { .kind = kind_of(denial) };
	struct strbuf name = { 0 }, test = { 0 };

	if (saved && saved->fingerprint[0]) {
		memcpy(ret_hex, saved->fingerprint, FINGERPRINT_ROOM);
		return;
	}
	set_place(&violation, report, &denial->origin);
	call_format_name(&name, denial->arch, denial->nr);
	call_format_fix(&test, report->policy, denial);
	fingerprint_make((const char *const[]){ violation_id(violation.kind), violation.file,
						denial->origin.text, name.text, test.text },
			 5, ret_hex);
	strbuf_finish(&name);
	strbuf_finish(&test);
	free(violation.file);
}

void violation_of_denial(const struct report *report, const struct record_denial *denial,
			 struct violation *ret_violation)
{
	struct violation violation = { .kind = kind_of(denial),
				       .is_fatal = denial->by == BY_POLICY,
				       .count = denial->count,
				       .denial = denial,
				       .stack = denial->stack.n ? &denial->stack : NULL };
	struct advice advice;

	format_denial(&violation, denial);
	set_place(&violation, report, &denial->origin);
	facts_find_advice(report, denial, &advice);
	advice_format(&advice, &violation.fix);
	advice_finish(&advice);
	violation_name_denial(report, denial, violation.fingerprint);
	identify(report, &violation);
	*ret_violation = violation;
}

void violation_of_failure(const struct report *report, const struct record_failure *failure,
			  struct violation *ret_violation)
{
	struct violation violation = { .kind = VIOLATION_PEN,
				       .is_fatal = report->is_pen_judged,
				       .count = failure->count,
				       .failure = failure,
				       .stack = failure->stack.n ? &failure->stack : NULL };
	struct strbuf name = { 0 };

	strbuf_puts(&violation.title, "caused by the pen: ");
	failure_format(&violation.title, failure);
	if (failure->fix) {
		strbuf_puts(&violation.fix, "to lift it: ");
		strbuf_escape(&violation.fix, failure->fix, strlen(failure->fix));
	}
	set_place(&violation, report, NULL);
	call_format_name(&name, failure->arch, failure->nr);
	fingerprint_make((const char *const[]){ violation_id(violation.kind), name.text,
						failure->text, failure->words },
			 4, violation.fingerprint);
	strbuf_finish(&name);
	identify(report, &violation);
	*ret_violation = violation;
}

void violation_of_change(const struct report *report, const struct guard_change *change,
			 struct violation *ret_violation)
{
	struct violation violation = { .kind = VIOLATION_GUARDED, .is_fatal = true, .count = 1 };

	guarded_format(change, &violation.title);
	strbuf_puts(&violation.fix, guarded_hint);
	set_place(&violation, report, NULL);
	fingerprint_make(
		(const char *const[]){ violation_id(violation.kind), violation.title.text }, 2,
		violation.fingerprint);
	identify(report, &violation);
	*ret_violation = violation;
}

void violation_of_refusal(const struct report *report, const struct network_refusal *refusal,
			  struct violation *ret_violation)
{
	struct violation violation = { .kind = VIOLATION_NETWORK,
				       .is_fatal = true,
				       .count = refusal->count };
	struct strbuf fix = { 0 };

	network_format(refusal, &violation.title);
	fingerprint_make(
		(const char *const[]){ violation_id(violation.kind), violation.title.text }, 2,
		violation.fingerprint);
	strbuf_printf(&violation.title, ", %" PRIu64 " time%s", refusal->count,
		      refusal->count == 1 ? "" : "s");
	network_format_fix(refusal, &fix);
	if (fix.len)
		strbuf_printf(&violation.fix, "to allow it: %s", fix.text);
	strbuf_finish(&fix);
	set_place(&violation, report, NULL);
	identify(report, &violation);
	*ret_violation = violation;
}

void violation_finish(struct violation *violation)
{
	free(violation->file);
	strbuf_finish(&violation->title);
	strbuf_finish(&violation->decision);
	strbuf_finish(&violation->fix);
}

void violation_format(const struct violation *violation, struct strbuf *buf)
{
	strbuf_puts(buf, violation->title.text);
	if (violation->decision.len)
		strbuf_printf(buf, "; %s", violation->decision.text);
	if (violation->fix.len)
		strbuf_printf(buf, "; %s", violation->fix.text);
}

struct violation_visit {
	const struct report *report;
	void (*take)(const struct violation *violation, void *data);
	void *data;
	struct fingerprints seen;
};

/* Services drop a finding whose fingerprint another one has. */
static void hand_over(struct violation_visit *visit, struct violation *violation)
{
	fingerprint_differ(&visit->seen, violation->fingerprint);
	visit->take(violation, visit->data);
	violation_finish(violation);
}

static void take_note(struct violation_visit *visit, enum violation_kind kind, const char *text)
{
	struct violation violation = { .kind = kind,
				       .is_fatal = kind != VIOLATION_INCOMPLETE,
				       .is_summary = true,
				       .count = 1 };

	strbuf_puts(&violation.title, text);
	set_place(&violation, visit->report, NULL);
	fingerprint_make((const char *const[]){ violation_id(kind), text }, 2,
			 violation.fingerprint);
	identify(visit->report, &violation);
	hand_over(visit, &violation);
}

static void visit_changes(struct violation_visit *visit)
{
	const struct guard_changes *guarded = visit->report->guarded;
	struct violation violation;

	for (size_t i = 0; guarded && i < guarded->n; i++) {
		violation_of_change(visit->report, &guarded->v[i], &violation);
		hand_over(visit, &violation);
	}
	if (guarded && guarded->more) {
		struct strbuf text = { 0 };

		strbuf_printf(&text, "guarded: %" PRIu64 " more changed", guarded->more);
		take_note(visit, VIOLATION_GUARDED, text.text);
		strbuf_finish(&text);
	}
}

static void visit_refusals(struct violation_visit *visit)
{
	const struct network_use *network = visit->report->network;
	struct violation violation;

	for (size_t i = 0; network && i < network->n_refusals; i++) {
		violation_of_refusal(visit->report, &network->refusals[i], &violation);
		hand_over(visit, &violation);
	}
	if (network && network->more) {
		auto_free char *text = mem_printf("network: %" PRIu64 " more refused",
						  network->more);

		take_note(visit, VIOLATION_NETWORK, text);
	}
}

/* Amounts differ from run to run, so the fingerprint names only what was exceeded. */
static void take_judged(struct violation_visit *visit, enum violation_kind kind, const char *name,
			struct strbuf *title)
{
	struct violation violation = { .kind = kind, .is_fatal = true, .count = 1 };

	violation.title = *title;
	*title = (struct strbuf){ 0 };
	set_place(&violation, visit->report, NULL);
	fingerprint_make((const char *const[]){ violation_id(kind), name }, 2,
			 violation.fingerprint);
	identify(visit->report, &violation);
	hand_over(visit, &violation);
}

static void visit_judged(struct violation_visit *visit)
{
	struct strbuf text = { 0 };

	for (enum budget_kind kind = 0; kind < BUDGETS; kind++)
		if (judged_format_budget(visit->report, kind, &text))
			take_judged(visit, VIOLATION_BUDGET, budget_name(kind), &text);
	if (judged_format_unused(visit->report, &text))
		take_judged(visit, VIOLATION_UNUSED, NULL, &text);
}

static void visit_others(struct violation_visit *visit)
{
	const struct record *record = visit->report->record;
	const char *hint;
	auto_free char *doubt = report_doubt(visit->report, &hint);
	struct violation violation;

	for (size_t i = 0; i < record->failures.n; i++) {
		if (record->failures.v[i].cause != RECORD_CAUSE_PEN)
			continue;
		violation_of_failure(visit->report, &record->failures.v[i], &violation);
		hand_over(visit, &violation);
	}
	visit_changes(visit);
	visit_refusals(visit);
	visit_judged(visit);
	if (visit->report->exit.by == EXIT_BY_PINFOLD)
		take_note(visit, VIOLATION_INCOMPLETE, "the command could not be run");
	else if (record->source == TRACE_NONE)
		take_note(visit, VIOLATION_INCOMPLETE,
			  "no trace, so denied calls are not reported");
	else if (doubt)
		take_note(visit, VIOLATION_INCOMPLETE, doubt);
}

void violations_visit(const struct report *report,
		      void (*take)(const struct violation *violation, void *data), void *data)
{
	const struct record_denials *denials = &report->record->denials;
	struct violation_visit visit = { .report = report, .take = take, .data = data };
	struct violation violation;

	for (size_t i = 0; i < denials->n; i++) {
		if (!violation_has(&denials->v[i]))
			continue;
		violation_of_denial(report, &denials->v[i], &violation);
		hand_over(&visit, &violation);
	}
	visit_others(&visit);
	fingerprints_finish(&visit.seen);
}

bool violation_knows_denial(const struct report *report, const struct record_denial *denial)
{
	struct violation violation;

	if (!report->baseline || !violation_has(denial))
		return false;
	violation_of_denial(report, denial, &violation);
	violation_finish(&violation);
	return violation.is_known;
}

bool violation_knows_failure(const struct report *report, const struct record_failure *failure)
{
	struct violation violation;

	if (!report->baseline)
		return false;
	violation_of_failure(report, failure, &violation);
	violation_finish(&violation);
	return violation.is_known;
}

bool violation_knows_change(const struct report *report, const struct guard_change *change)
{
	struct violation violation;

	if (!report->baseline)
		return false;
	violation_of_change(report, change, &violation);
	violation_finish(&violation);
	return violation.is_known;
}

bool violation_knows_refusal(const struct report *report, const struct network_refusal *refusal)
{
	struct violation violation;

	if (!report->baseline)
		return false;
	violation_of_refusal(report, refusal, &violation);
	violation_finish(&violation);
	return violation.is_known;
}

static void take_fatal(const struct violation *violation, void *data)
{
	*(bool *)data |= violation->is_fatal;
}

bool violations_are_fatal(const struct report *report)
{
	bool are_fatal = false;

	violations_visit(report, take_fatal, &are_fatal);
	return are_fatal;
}
