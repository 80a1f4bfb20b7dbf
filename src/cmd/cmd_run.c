// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "cmd/attach.h"

static int run(const struct options *options)
{
	const struct session_kind kind = session_kind_of_run(options->is_complaining);
	struct session session;
	bool is_of_others = options_have_target(options);
	int status = is_of_others ? attach_prepare(&session, options)
				  : session_prepare(&session, options, &kind);

	if (!status && options->is_dry_run) {
		status = session_print_plan(&session);
	} else if (!status) {
		status = is_of_others ? attach_run(&session) : session_launch(&session);
		if (session_write_reports(&session))
			status = STATUS_FAILED;
		if (!options->is_quiet)
			report_text.write(&session.seen.report, stderr);
	}
	diags_print(&session.diags, stderr);
	status = session_get_end(&session, status);
	session_finish(&session);
	return status;
}

const struct command cmd_run = {
	.name = "run",
	.bit = COMMAND_RUN,
	.operands = "[--] COMMAND [ARG...] | --pid N | --cgroup PATH",
	.about = "launch a command in a pen, enforce a policy, report what was denied",
	.least_operands = 1,
	.run = run,
	.examples = {
		"pinfold run -- ls -l",
		"pinfold run -w . -l 'memory 256M' -l 'time 1m' -- sh -c 'sort /etc/passwd >users'",
		"pinfold run -v --report ls.json -- ls -l",
	},
};
