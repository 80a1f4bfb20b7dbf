// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A policy from a run. While recording, known calls are allowed but for the few of the shipped
 * policy <record>; what was observed becomes the policy. Without a whole trace none is written.
 */
#include <stdio.h>

#include "cmd/session.h"
#include "learn/learn.h"

static int write_policy(struct session *session, struct report_file *file)
{
	FILE *stream;

	if (report_file_open(file, &stream, &session->diags))
		return STATUS_FAILED;
	learn_write_policy(&session->record, session->options->operands, stream);
	return report_file_commit(file, &session->diags) ? STATUS_FAILED : 0;
}

static int record_launch(struct session *session, struct report_file *file)
{
	int status = session_launch(session, true);

	if (session_write_reports(session))
		status = STATUS_FAILED;
	if (session->report.exit.by == EXIT_BY_PINFOLD)
		return status;
	if (!session->options->is_quiet)
		report_text.write(&session->report, stderr);
	if (!record_is_complete(&session->record)) {
		diags_fail(&session->diags, 0,
			   "no policy is written: the trace is not complete, so "
			   "the policy would lack calls");
		return STATUS_FAILED;
	}
	return write_policy(session, file) ? STATUS_FAILED : status;
}

static int run(const struct options *options)
{
	struct report_file file = REPORT_FILE_NONE;
	struct session session;
	int status = session_prepare(&session, options, "<record>", MODE_RECORD);

	if (!status && !options->output) {
		diags_fail(&session.diags, 0, "record needs a file to write");
		diags_hint(&session.diags, "pinfold record -o app.policy -- COMMAND");
		status = STATUS_USAGE;
	}
	if (!status && report_file_announce(options->output, &file, &session.diags))
		status = STATUS_FAILED;
	if (!status && options->is_dry_run)
		status = session_print_plan(&session);
	else if (!status)
		status = record_launch(&session, &file);
	diags_print(&session.diags, stderr);
	report_file_finish(&file);
	session_finish(&session);
	return status;
}

const struct command cmd_record = {
	.name = "record",
	.bit = COMMAND_RECORD,
	.operands = "-o POLICY [--] COMMAND [ARG...]",
	.about = "launch a command in a pen and write the policy that fits it",
	.least_operands = 1,
	.run = run,
};
