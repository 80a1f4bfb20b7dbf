// SPDX-License-Identifier: GPL-2.0-or-later
/* A policy without what no report used. */
#include <stdio.h>
#include <stdlib.h>

#include "base/input.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/text.h"
#include "learn/prune.h"
#include "policy/parse.h"
#include "report/saved_read.h"

struct reports {
	struct record_copy *v;
	size_t n, cap;
};

/* What a report did not see may have been used: then nothing can be called unused. */
static int read_reports(const struct options *options, const struct policy *policy,
			struct reports *reports, struct diags *diags)
{
	int err = 0;

	for (size_t i = 1; i < options->n_operands; i++) {
		struct record_copy copy;

		if (saved_report_copy(options->operands[i], &copy, diags)) {
			err = -1;
			continue;
		}
		*array_append(reports) = copy;
		if (!copy.is_complete)
			err = diags_fail(diags, -1, "the trace of '%s' is not complete",
					 options->operands[i]);
		else if (prune_check(policy, &copy, diags))
			err = -1;
	}
	return err;
}

static int prune(const struct options *options, const struct reports *reports,
		 const struct policy *policy, struct diags *diags)
{
	struct strbuf pruned = { 0 };
	struct diags removed = { 0 };
	struct policy *again = NULL;
	const char *name = input_name(options->operands[0]);
	int err;

	prune_policy(policy, name, reports->v, reports->n, options->keep, &pruned, &removed);
	/* A text that does not parse is never written. */
	err = policy_parse_text(name, pruned.text, pruned.len, &again, diags);
	if (!err)
		err = text_write(options->output, pruned.text, diags);
	diags_print(&removed, stderr);
	diags_finish(&removed);
	policy_destroy(again);
	strbuf_finish(&pruned);
	return err ? STATUS_FAILED : STATUS_OK;
}

static int run(const struct options *options)
{
	const struct policy_source source =
		options_source(options, (const char *const *)options->operands, 1);
	struct reports reports = { 0 };
	struct policy *policy = NULL;
	struct diags diags = { 0 };
	int status = STATUS_USAGE;

	if (!policy_parse(&source, &policy, &diags) &&
	    !read_reports(options, policy, &reports, &diags))
		status = prune(options, &reports, policy, &diags);
	diags_print(&diags, stderr);
	diags_finish(&diags);
	for (size_t i = 0; i < reports.n; i++)
		record_copy_finish(&reports.v[i]);
	free(reports.v);
	policy_destroy(policy);
	return status;
}

const struct command cmd_prune = {
	.name = "prune",
	.bit = COMMAND_PRUNE,
	.operands = "POLICY REPORT...",
	.about = "write a policy without what no report used",
	.least_operands = 2,
	.run = run,
	.examples = {
		"pinfold run -p wc.policy --report wc.json -- wc -l /etc/passwd",
		"pinfold prune wc.policy wc.json",
		"pinfold prune --keep 'openat read' -o pruned.policy wc.policy wc.json",
	},
};
