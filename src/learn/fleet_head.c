// SPDX-License-Identifier: GPL-2.0-or-later
/* The head of a policy from many reports: how many there were, and what only some of them have. */
#include <inttypes.h>
#include <time.h>

#include "learn/learner.h"
#include "record/fleet.h"

static void format_day(time_t time, char ret_day[sizeof("9999-12-31")])
{
	struct tm tm;

	strftime(ret_day, sizeof("9999-12-31"), "%Y-%m-%d", gmtime_r(&time, &tm));
}

static void write_reports(const struct fleet *fleet, FILE *to)
{
	char first[sizeof("9999-12-31")], last[sizeof("9999-12-31")];

	fprintf(to, "# Merged from %u of %u report%s", fleet->n_runs, fleet->n_given,
		fleet->n_given == 1 ? "" : "s");
	format_day(fleet->first, first);
	format_day(fleet->last, last);
	if (fleet->first)
		fprintf(to, ", of runs from %s to %s", first, last);
	if (fleet->n_earlier)
		fprintf(to, "; %u %s of earlier runs", fleet->n_earlier,
			fleet->n_earlier == 1 ? "was" : "were");
	fputc('\n', to);
}

static void write_machines(const struct fleet *fleet, FILE *to)
{
	if (!fleet->machines.n)
		return;
	fprintf(to, "# Machines: %zu", fleet->machines.n);
	if (fleet->n_unplaced)
		fprintf(to, "; %u report%s not name any", fleet->n_unplaced,
			fleet->n_unplaced == 1 ? " does" : "s do");
	fputc('\n', to);
}

static void write_trace(const struct fleet *fleet, FILE *to)
{
	fputs("# Trace: ", to);
	if (!fleet->n_incomplete)
		fputs("complete", to);
	else
		fprintf(to, "NOT COMPLETE in %u of %u runs, so the programs may need more",
			fleet->n_incomplete, fleet->n_runs);
	fprintf(to, "; %" PRIu64 " calls\n", fleet->n_calls);
}

static void format_call(const struct fleet *fleet, const struct record_call *call,
			struct strbuf *buf)
{
	strbuf_puts(buf, buf->len ? ", " : "");
	learner_format_call(buf, call);
	strbuf_printf(buf, " in %u", call->runs);
	if (fleet->machines.n)
		strbuf_printf(buf, " on %u machine%s", call->machines,
			      call->machines == 1 ? "" : "s");
}

/* LEARNER has what the policy includes; what only some runs needed is what one more might miss. */
static void write_calls(const struct learner *learner, const struct fleet *fleet, FILE *to)
{
	struct strbuf rare = { 0 }, left_out = { 0 };

	for (size_t i = 0; i < fleet->record.calls.n; i++) {
		const struct record_call *call = &fleet->record.calls.v[i];

		if (fleet_leaves_out(fleet, call))
			format_call(fleet, call, &left_out);
		else if (call->runs && call->runs < fleet->n_runs &&
			 !(learner->base && learner_has_in_base(learner, call)))
			format_call(fleet, call, &rare);
	}
	fprintf(to, "# Runs: %u; not seen in all of them: %s\n", fleet->n_runs,
		rare.len ? rare.text : "no call");
	if (fleet->least_runs > 1)
		fprintf(to, "# Left out, seen in fewer than %u runs: %s\n", fleet->least_runs,
			left_out.len ? left_out.text : "no call");
	strbuf_finish(&rare);
	strbuf_finish(&left_out);
}

void learner_write_fleet(const struct learner *learner)
{
	const struct fleet *fleet = learner->source->fleet;

	write_reports(fleet, learner->to);
	write_machines(fleet, learner->to);
	write_trace(fleet, learner->to);
	write_calls(learner, fleet, learner->to);
}

void learn_write_fleet(const struct fleet *fleet, FILE *to)
{
	const struct learn_source source = { .record = &fleet->record, .fleet = fleet };
	const struct learner learner = { .source = &source, .record = &fleet->record, .to = to };

	learner_write_fleet(&learner);
}
