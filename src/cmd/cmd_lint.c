// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports what is risky, dead or without effect in policies, each on its own. */
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "cmd/lint_format.h"
#include "cmd/option_row.h"

static int lint_one(const struct options *options, const char *file, struct policy **ret_policy,
		    struct diags *warnings, struct findings *findings, struct diags *diags)
{
	const struct policy_source source = options_source(options, &file, 1);
	int err = policy_parse(&source, ret_policy, warnings);

	if (err) {
		diags_print(warnings, stderr);
		return STATUS_USAGE;
	}
	return lint_policy(*ret_policy, warnings, findings, diags) ? STATUS_FAILED : STATUS_OK;
}

static bool has_findings(const struct findings *findings, enum severity least)
{
	for (size_t i = 0; i < findings->n; i++)
		if (findings->v[i].severity >= least)
			return true;
	return false;
}

/* Findings point into policies, which therefore live until everything is printed. */
static int lint_all(const struct options *options, struct diags *diags)
{
	size_t n = options->n_operands;
	struct policy **policies = mem_alloc(n * sizeof(*policies));
	struct diags *warnings = mem_alloc(n * sizeof(*warnings));
	struct findings findings = { 0 };
	int status = STATUS_OK;

	for (size_t i = 0; i < n; i++) {
		int one = lint_one(options, options->operands[i], &policies[i], &warnings[i],
				   &findings, diags);

		status = one > status ? one : status;
	}
	lint_format_row((size_t)options->format)->print(&findings, options->severity);
	if (!status && has_findings(&findings, options->severity))
		status = STATUS_FOUND;
	findings_finish(&findings);
	for (size_t i = 0; i < n; i++) {
		policy_destroy(policies[i]);
		diags_finish(&warnings[i]);
	}
	free(policies);
	free(warnings);
	return status;
}

static bool format_word(size_t i, struct choice_word *ret_word)
{
	const struct lint_format *format = lint_format_row(i);

	if (format)
		*ret_word = (struct choice_word){ format->name, NULL, (int)i };
	return format != NULL;
}

const struct choice lint_formats = { "format", "formats", format_word };

static int run(const struct options *options)
{
	struct diags diags = { 0 };
	int status = lint_all(options, &diags);

	diags_print(&diags, stderr);
	diags_finish(&diags);
	return status;
}

const struct command cmd_lint = {
	.name = "lint",
	.bit = COMMAND_LINT,
	.operands = "POLICY...",
	.about = "report what is risky, dead or without effect in policies",
	.least_operands = 1,
	.run = run,
	.examples = {
		"pinfold lint wc.policy",
		"pinfold lint --severity error wc.policy sort.policy",
		"pinfold lint --format sarif wc.policy",
	},
};
