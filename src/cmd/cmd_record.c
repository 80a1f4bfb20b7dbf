// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A policy from a run. While recording, known calls are allowed except for the few that the shipped
 * policy <record> denies; what was observed becomes the policy. If the trace lost something, the
 * head of the policy says so.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cmd/attach.h"
#include "cmd/record_policy.h"
#include "cmd/record_runs.h"
#include "policy/parse.h"
#include "record/network_add.h"

/* Reads the policy of --merge before the launch, because it may also be the output file. */
static int read_old(const struct options *options, struct policy **ret_old, struct diags *diags)
{
	const char *path = options->merge;
	const struct policy_source source = options_source(options, &path, 1);

	if (!path)
		return 0;
	return policy_parse(&source, ret_old, diags) ? STATUS_USAGE : 0;
}

static int write_policy(struct session *session, struct report_file *file,
			const struct network_use *network, const struct policy *old)
{
	FILE *stream;

	if (report_file_open(file, &stream, &session->diags))
		return STATUS_FAILED;
	record_write_policy(session, network, old, stream);
	return report_file_commit(file, &session->diags) ? STATUS_FAILED : 0;
}

/* What becomes of the recording: a policy from this run and those before it, or, for one of the
 * latter, its report. */
struct record_outcome {
	struct report_file file;
	struct policy *old; /* NULL: none */
	const struct record_runs *before;
	FILE *report; /* NULL: the policy is written */
};

static void add_runs(struct record *record, const struct record_runs *before)
{
	record_begin_runs(record);
	for (size_t i = 0; i < before->n; i++)
		record_add_run(record, &before->v[i].record);
}

/* Those of the runs before, and of the last one. */
static void add_networks(struct network_use *network, const struct session *session,
			 const struct record_outcome *outcome)
{
	for (size_t i = 0; outcome->before && i < outcome->before->n; i++)
		network_use_add(network, &outcome->before->v[i].network);
	if (session->seen.report.network)
		network_use_add(network, session->seen.report.network);
}

static int write_outcome(struct session *session, struct record_outcome *outcome)
{
	struct network_use network = { 0 };
	int status;

	if (outcome->report) {
		report_json.write(&session->seen.report, outcome->report);
		return 0;
	}
	if (session->asked.options->runs > 1)
		add_runs(&session->seen.record, outcome->before);
	add_networks(&network, session, outcome);
	status = write_policy(session, &outcome->file, &network, outcome->old);
	network_use_finish(&network);
	return status;
}

static int record_launch(struct session *session, struct record_outcome *outcome)
{
	int status = session->seen.report.mode == MODE_TRACE ? attach_run(session)
							     : session_launch(session);

	if (session_write_reports(session))
		status = STATUS_FAILED;
	if (session->seen.report.exit.by == EXIT_BY_PINFOLD)
		return status;
	if (!session->asked.options->is_quiet)
		report_text.write(&session->seen.report, stderr);
	/* Without a trace there is nothing to write; with part of one the header says so. */
	if (session->seen.record.source == TRACE_NONE) {
		diags_fail(&session->diags, 0, "no policy was written: there is no trace");
		return STATUS_FAILED;
	}
	if (write_outcome(session, outcome))
		return STATUS_FAILED;
	if (outcome->report ||
	    (record_is_complete(&session->seen.record) && !session->seen.record.files.lost))
		return status;
	diags_add(&session->diags, DIAG_WARNING, NULL,
		  "the recording lost something: the policy may lack %s, as its header says",
		  record_is_complete(&session->seen.record) ? "suggestions" : "calls");
	return session->asked.options->is_strict ? STATUS_FOUND : status;
}

/* Programs of the other ABI must be seen too; the policy lists the ABIs that ran. */
static struct option_statements widen_arches(const struct options *options)
{
	struct option_statements statements = { 0 };

	for (size_t i = 0; i < options->statements.n; i++)
		*array_append(&statements) = options->statements.v[i];
	if (!options->policies.n && !options_have_target(options) && arch_native() == ARCH_X86_64)
		*array_append(&statements) = (struct policy_option){ "arch", "x86_64 x86" };
	return statements;
}

static int record(const struct options *given, struct record_outcome *outcome)
{
	struct options widened = *given;
	const struct options *options = &widened;
	const struct session_kind kind = { "<record>", MODE_RECORD, NEEDS_CALLS };
	struct session session;
	int status;

	widened.statements = widen_arches(given);
	status = options_have_target(options) ? attach_prepare(&session, options)
					      : session_prepare(&session, options, &kind);

	if (!status && !options->output) {
		diags_fail(&session.diags, 0, "record needs an output file");
		diags_hint(&session.diags, "pinfold record -o app.policy -- COMMAND");
		status = STATUS_USAGE;
	}
	if (!status)
		status = read_old(options, &outcome->old, &session.diags);
	if (!status && report_file_announce(options->output, &outcome->file, &session.diags))
		status = STATUS_FAILED;
	else if (!status)
		session.asked.outputs[0] = &outcome->file;
	if (!status && options->is_dry_run)
		status = session_print_plan(&session);
	else if (!status)
		status = record_launch(&session, outcome);
	diags_print(&session.diags, stderr);
	report_file_finish(&outcome->file);
	status = session_get_end(&session, status);
	session_finish(&session);
	policy_destroy(outcome->old);
	free(widened.statements.v);
	return status;
}

static int record_before(const struct options *options, FILE *report)
{
	struct record_outcome outcome = { .file = REPORT_FILE_NONE, .report = report };

	return record(options, &outcome);
}

static int run(const struct options *options)
{
	struct record_runs before = { 0 };
	struct record_outcome outcome = { .file = REPORT_FILE_NONE, .before = &before };
	int status = options->is_dry_run ? 0 : record_runs_make(options, record_before, &before);

	if (!status)
		status = record(options, &outcome);
	if (!status)
		status = before.status;
	record_runs_finish(&before);
	return status;
}

const struct command cmd_record = {
	.name = "record",
	.bit = COMMAND_RECORD,
	.operands = "-o POLICY ([--] COMMAND [ARG...] | --pid N | --cgroup PATH)",
	.about = "launch a command in a pen and write the policy that fits it",
	.least_operands = 1,
	.run = run,
	.examples = {
		"pinfold record -o wc.policy -- wc -l /etc/passwd",
		"pinfold record --merge wc.policy -o wc.policy -- wc -w /etc/group",
		"pinfold record --runs 2 -o sort.policy -- sort /etc/passwd",
	},
};
