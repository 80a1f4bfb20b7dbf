// SPDX-License-Identifier: GPL-2.0-or-later
/* One policy from policies and JSON reports of many machines. */
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "learn/learn.h"
#include "learn/merge.h"
#include "policy/parse.h"
#include "report/report_file.h"
#include "report/saved_read.h"

struct inputs {
	struct policy **v;
	size_t n, cap;
};

/* What a report saw becomes the policy that record would have written. */
static int read_report(const char *path, struct policy **ret_policy, struct diags *diags)
{
	struct record_copy copy;
	struct learn_source source = { .record = &copy.record };
	char *text = NULL;
	size_t len = 0;
	FILE *to;
	int err = saved_report_copy(path, &copy, diags);

	if (err)
		return err;
	if (!copy.is_complete)
		diags_add(diags, DIAG_WARNING, NULL, "the trace of '%s' is not complete", path);
	to = open_memstream(&text, &len);
	if (!to) {
		record_copy_finish(&copy);
		return diags_fail(diags, -1, "cannot create a stream in memory");
	}
	learn_write_policy(&source, to);
	fclose(to);
	err = policy_parse_text(path, text, len, ret_policy, diags);
	free(text);
	record_copy_finish(&copy);
	return err;
}

static int read_input(const struct options *options, const char *path, struct inputs *inputs,
		      struct diags *diags)
{
	const struct policy_source source = options_source(options, &path, 1);
	struct policy *policy = NULL;
	int err = str_ends(path, ".json") ? read_report(path, &policy, diags)
					  : policy_parse(&source, &policy, diags);

	if (!err)
		*array_append(inputs) = policy;
	return err;
}

/* If it does not parse, it is larger than a policy may be. */
static int check_merged(const struct strbuf *text, struct diags *diags)
{
	struct policy *policy = NULL;
	struct diags errors = { 0 };
	int err = policy_parse_text("<merged>", text->text, text->len, &policy, &errors);

	for (size_t i = 0; i < errors.n; i++) {
		if (errors.v[i].level != DIAG_ERROR)
			continue;
		diags_fail(diags, err, "the policies cannot be merged: %s", errors.v[i].message);
		diags_hint(diags, "%s", merge_hint);
		break;
	}
	policy_destroy(policy);
	diags_finish(&errors);
	return err;
}

static int write_merged(const struct inputs *inputs, struct report_file *file, struct diags *diags)
{
	struct strbuf text = { 0 };
	int err = merge_policies(inputs->v, inputs->n, &text, diags);

	if (!err)
		err = check_merged(&text, diags);
	if (!err) {
		FILE *stream;

		err = report_file_open(file, &stream, diags);
		if (!err) {
			fputs(text.text, stream);
			err = report_file_commit(file, diags);
		}
	}
	strbuf_finish(&text);
	return err ? STATUS_FAILED : STATUS_OK;
}

static int run(const struct options *options)
{
	struct report_file file = REPORT_FILE_NONE;
	struct inputs inputs = { 0 };
	struct diags diags = { 0 };
	int status = STATUS_OK;

	if (!options->output) {
		diags_fail(&diags, 0, "merge needs an output file");
		diags_hint(&diags, "pinfold merge -o app.policy INPUT...");
		status = STATUS_USAGE;
	}
	for (size_t i = 0; options->output && i < options->n_operands; i++)
		if (read_input(options, options->operands[i], &inputs, &diags))
			status = STATUS_USAGE;
	if (!status && report_file_announce(options->output, &file, &diags))
		status = STATUS_FAILED;
	if (!status)
		status = write_merged(&inputs, &file, &diags);
	diags_print(&diags, stderr);
	diags_finish(&diags);
	report_file_finish(&file);
	for (size_t i = 0; i < inputs.n; i++)
		policy_destroy(inputs.v[i]);
	free(inputs.v);
	return status;
}

const struct command cmd_merge = {
	.name = "merge",
	.bit = COMMAND_MERGE,
	.operands = "-o POLICY INPUT...",
	.about = "write one policy from several policies and reports, with the mildest verdict of all",
	.least_operands = 1,
	.run = run,
	.examples = {
		"pinfold merge -o text.policy wc.policy sort.policy",
		"pinfold merge -o text.policy text.policy wc.policy",
		"pinfold merge -o all.policy '<base>' text.policy",
	},
};
