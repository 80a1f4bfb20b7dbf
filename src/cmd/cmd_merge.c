// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One policy from policies and JSON reports of many machines. Policies are merged by what they
 * decide; a report is added to the others as it is read, so that there may be any number of them.
 */
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/input_list.h"
#include "cmd/options.h"
#include "learn/learn.h"
#include "learn/merge.h"
#include "policy/parse.h"
#include "record/fleet.h"
#include "report/report_file.h"
#include "report/saved_read.h"

struct inputs {
	struct input_list files;
	struct policy **v; /* of the policies */
	size_t n, cap;
	struct fleet fleet; /* of the reports */
	bool has_failed;    /* a policy could not be read */
	unsigned int n_skipped;
};

/* A broken report says nothing about the others: it is skipped. */
static void add_report(const struct options *options, const char *path, struct inputs *inputs,
		       struct diags *diags)
{
	struct record_copy copy;

	inputs->fleet.n_given++;
	if (saved_report_copy(path, &copy, diags)) {
		inputs->n_skipped++;
		return;
	}
	if (copy.started < options->since) {
		inputs->fleet.n_earlier++;
	} else {
		if (!copy.is_complete)
			diags_add(diags, DIAG_WARNING, NULL, "the trace of '%s' is not complete",
				  path);
		fleet_add(&inputs->fleet, &copy);
	}
	record_copy_finish(&copy);
}

static void add_policy(const struct options *options, const char *path, struct inputs *inputs,
		       struct diags *diags)
{
	const struct policy_source source = options_source(options, &path, 1);
	struct policy *policy = NULL;

	if (policy_parse(&source, &policy, diags))
		inputs->has_failed = true;
	else
		*array_append(inputs) = policy;
}

static void read_inputs(const struct options *options, struct inputs *inputs, struct diags *diags)
{
	for (size_t i = 0; i < options->n_operands; i++)
		input_list_add(&inputs->files, options->operands[i], diags);
	input_list_settle(&inputs->files);
	for (size_t i = 0; i < inputs->files.n; i++) {
		const char *path = inputs->files.v[i].path;

		if (str_ends(path, ".json"))
			add_report(options, path, inputs, diags);
		else
			add_policy(options, path, inputs, diags);
	}
	inputs->n_skipped += inputs->files.n_failed;
}

/* What is left must be worth a policy. */
static int check_inputs(const struct options *options, const struct inputs *inputs,
			struct diags *diags)
{
	const struct fleet *fleet = &inputs->fleet;

	if (inputs->has_failed)
		return STATUS_USAGE;
	if (fleet->n_earlier && !fleet->n_runs) {
		diags_fail(diags, 0, "no report is of a run since the date of --since");
		diags_hint(diags, "a report has its time in 'started'");
		return STATUS_USAGE;
	}
	if (options->least_runs > 1 && options->least_runs > fleet->n_runs) {
		diags_fail(diags, 0,
			   "--min-runs %u would leave out every call: there %s %u report%s",
			   options->least_runs, fleet->n_runs == 1 ? "is" : "are", fleet->n_runs,
			   fleet->n_runs == 1 ? "" : "s");
		diags_hint(diags, "it is about reports, and policies are none");
		return STATUS_USAGE;
	}
	return inputs->n || fleet->n_runs ? 0 : STATUS_USAGE;
}

static int write_learned(const struct learn_source *source, struct strbuf *ret_text,
			 struct diags *diags)
{
	FILE *to = open_memstream(&ret_text->text, &ret_text->len);

	if (!to)
		return diags_fail(diags, -1, "cannot create a stream in memory");
	learn_write_policy(source, to);
	return fclose(to) ? diags_fail(diags, -1, "cannot write to a stream in memory") : 0;
}

/* With policies among the inputs, the reports are one more: the text then has no counts but those
 * of the head. */
static int merge_with_policies(struct inputs *inputs, const struct strbuf *learned,
			       struct strbuf *ret_text, struct diags *diags)
{
	struct policy *policy = NULL;
	int err = policy_parse_text("<reports>", learned->text, learned->len, &policy, diags);

	if (err)
		return err;
	*array_append(inputs) = policy;
	return merge_policies(inputs->v, inputs->n, ret_text, diags);
}

static int merge_reports(struct inputs *inputs, struct strbuf *ret_text, struct diags *diags)
{
	const struct learn_source source = { .record = &inputs->fleet.record,
					     .fleet = &inputs->fleet,
					     .network = &inputs->fleet.network };
	struct strbuf learned = { 0 };
	FILE *head;
	int err = write_learned(&source, &learned, diags);

	if (err || !inputs->n) {
		*ret_text = learned;
		return err;
	}
	head = open_memstream(&ret_text->text, &ret_text->len);
	if (head) {
		learn_write_fleet(&inputs->fleet, head);
		fclose(head);
		ret_text->cap = ret_text->len + 1;
	}
	err = merge_with_policies(inputs, &learned, ret_text, diags);
	strbuf_finish(&learned);
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

static int write_merged(struct inputs *inputs, struct report_file *file, struct diags *diags)
{
	struct strbuf text = { 0 };
	FILE *stream;
	int err = inputs->fleet.n_runs ? merge_reports(inputs, &text, diags)
				       : merge_policies(inputs->v, inputs->n, &text, diags);

	if (!err)
		err = check_merged(&text, diags);
	if (!err)
		err = report_file_open(file, &stream, diags);
	if (!err) {
		fputs(text.text, stream);
		err = report_file_commit(file, diags);
	}
	strbuf_finish(&text);
	return err ? STATUS_FAILED : STATUS_OK;
}

static int merge(const struct options *options, struct inputs *inputs, struct diags *diags)
{
	struct report_file file = REPORT_FILE_NONE;
	int status;

	if (!options->output) {
		diags_fail(diags, 0, "merge needs an output file");
		diags_hint(diags, "pinfold merge -o app.policy INPUT...");
		return STATUS_USAGE;
	}
	read_inputs(options, inputs, diags);
	status = check_inputs(options, inputs, diags);
	if (!status && report_file_announce(options->output, &file, diags))
		status = STATUS_FAILED;
	if (!status && inputs->fleet.n_runs)
		fleet_settle(&inputs->fleet, options->least_runs);
	if (!status)
		status = write_merged(inputs, &file, diags);
	report_file_finish(&file);
	return !status && inputs->n_skipped ? STATUS_FOUND : status;
}

static int run(const struct options *options)
{
	struct inputs inputs = { 0 };
	struct diags diags = { 0 };
	int status = merge(options, &inputs, &diags);

	diags_print(&diags, stderr);
	diags_finish(&diags);
	for (size_t i = 0; i < inputs.n; i++)
		policy_destroy(inputs.v[i]);
	free(inputs.v);
	fleet_finish(&inputs.fleet);
	input_list_finish(&inputs.files);
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
