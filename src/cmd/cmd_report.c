// SPDX-License-Identifier: GPL-2.0-or-later
/* A saved report in another format, as the run itself would have written it; or what it has that an
 * older one has not. */
#include <stdio.h>

#include "cmd/option_row.h"
#include "report/compare.h"
#include "report/report_file.h"
#include "report/saved_read.h"

/* Returns the format that was requested, or that the name of the output says. */
static const struct report_format *choose_format(const struct options *options)
{
	const struct report_format *format = NULL;

	if (options->render != CHOICE_NONE)
		return report_format_row((size_t)options->render);
	if (options->output)
		format = report_format_of_file(options->output);
	return format ? format : &report_text;
}

/* What is written, and how. */
struct rendering {
	const struct report_format *format;
	const struct report *report;
	const struct report_comparison *comparison; /* NULL: the report itself is written */
	bool is_verbose;
};

static void write_to(const struct rendering *rendering, FILE *to)
{
	if (!rendering->comparison)
		rendering->format->write(rendering->report, to);
	else if (rendering->format == &report_json)
		comparison_write_json(rendering->comparison, to);
	else
		comparison_write_text(rendering->comparison, rendering->is_verbose, to);
}

static int write_output(const char *path, const struct rendering *rendering, struct diags *diags)
{
	struct report_file file = REPORT_FILE_NONE;
	FILE *stream;
	int err;

	if (!path) {
		write_to(rendering, stdout);
		return 0;
	}
	err = report_file_announce(path, &file, diags);
	if (!err)
		err = report_file_open(&file, &stream, diags);
	if (!err) {
		write_to(rendering, stream);
		err = report_file_commit(&file, diags);
	}
	report_file_finish(&file);
	return err;
}

static int compare(const struct options *options, const struct report *report, struct diags *diags)
{
	struct report_comparison comparison;
	struct rendering output = { .format = choose_format(options),
				    .comparison = &comparison,
				    .is_verbose = options->is_verbose };
	struct saved_report old;
	int status = STATUS_OK;

	if (output.format != &report_text && output.format != &report_json) {
		diags_fail(diags, 0, "what changed cannot be written as %s", output.format->name);
		diags_hint(diags, "--format text or json");
		return STATUS_USAGE;
	}
	if (saved_report_read(options->compared, &old, diags))
		return STATUS_USAGE;
	compare_reports(&old.report, report, &comparison);
	if (write_output(options->output, &output, diags))
		status = STATUS_FAILED;
	else if (comparison_differs(&comparison))
		status = STATUS_FOUND;
	comparison_finish(&comparison);
	saved_report_finish(&old);
	return status;
}

static int render(const struct options *options, struct report *report, struct diags *diags)
{
	const struct rendering output = { .format = choose_format(options), .report = report };

	report->is_file = true;
	report->is_verbose = options->is_verbose;
	return write_output(options->output, &output, diags) ? STATUS_FAILED : STATUS_OK;
}

/* Returns whether the name of the output says the format, if nothing else does. */
static bool has_format(const struct options *options, struct diags *diags)
{
	if (!options->output || options->render != CHOICE_NONE ||
	    report_format_of_file(options->output))
		return true;
	diags_fail(diags, 0, "no report format for the extension of '%s'", options->output);
	choice_hint(&option_extensions, "; or --format", diags);
	return false;
}

static int run(const struct options *options)
{
	struct saved_report saved;
	struct diags diags = { 0 };
	int status = STATUS_USAGE;

	if (has_format(options, &diags) &&
	    !saved_report_read(options->operands[0], &saved, &diags)) {
		status = options->compared ? compare(options, &saved.report, &diags)
					   : render(options, &saved.report, &diags);
		saved_report_finish(&saved);
	}
	diags_print(&diags, stderr);
	diags_finish(&diags);
	return status;
}

const struct command cmd_report = {
	.name = "report",
	.bit = COMMAND_REPORT,
	.operands = "REPORT",
	.about = "write a saved report in any format, or what changed since another",
	.least_operands = 1,
	.most_operands = 1,
	.run = run,
	.examples = {
		"pinfold report -v wc.json",
		"pinfold report --format markdown wc.json",
		"pinfold report --compare wc.json wc.json",
	},
};
