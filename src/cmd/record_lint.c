// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/record_lint.h"

#include <string.h>

#include "lint/lint.h"
#include "policy/parse.h"

static void write_finding(const struct finding *finding, size_t n_before, FILE *to)
{
	if (!n_before)
		fputs("\n# == What lint warns about here, but the run needed:\n", to);
	if (!finding->place.line)
		fputs("# ", to);
	else if (finding->place.file && finding->place.file[0] == '<')
		fprintf(to, "# %s:%u: ", finding->place.file, finding->place.line);
	else
		fprintf(to, "# line %u: ", finding->place.line);
	fprintf(to, "%s [%s]\n", finding->message, finding->check->id);
}

void record_write_linted(const char *text, FILE *to)
{
	struct diags warnings = { 0 }, diags = { 0 };
	struct findings findings = { 0 };
	struct policy *policy = NULL;
	size_t n = 0;

	fputs(text, to);
	if (!policy_parse_text("policy", text, strlen(text), &policy, &warnings) &&
	    !lint_policy(policy, &warnings, &findings, &diags))
		for (size_t i = 0; i < findings.n; i++)
			if (findings.v[i].severity >= SEVERITY_WARNING)
				write_finding(&findings.v[i], n++, to);
	findings_finish(&findings);
	diags_finish(&warnings);
	diags_finish(&diags);
	policy_destroy(policy);
}
