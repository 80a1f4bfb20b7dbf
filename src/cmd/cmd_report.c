// SPDX-License-Identifier: GPL-2.0-or-later
/* A saved report in another format, as the run itself would have written it. */
#include <stdio.h>

#include "cmd/option_row.h"
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

static int write_file(const char *path, const struct report_format *format,
		      const struct report *report, struct diags *diags)
{
	struct report_file file = REPORT_FILE_NONE;
	FILE *stream;
	int err = report_file_announce(path, &file, diags);

	if (!err)
		err = report_file_open(&file, &stream, diags);
	if (!err) {
		format->write(report, stream);
		err = report_file_commit(&file, diags);
	}
	report_file_finish(&file);
	return err;
}

static int render(const struct options *options, struct report *report, struct diags *diags)
{
	const struct report_format *format = choose_format(options);

	report->is_file = true;
	report->is_verbose = options->is_verbose;
	if (options->output)
		return write_file(options->output, format, report, diags) ? STATUS_FAILED : 0;
	format->write(report, stdout);
	return STATUS_OK;
}

static int run(const struct options *options)
{
	struct saved_report saved;
	struct diags diags = { 0 };
	int status = STATUS_USAGE;

	if (!saved_report_read(options->operands[0], &saved, &diags)) {
		status = render(options, &saved.report, &diags);
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
	.about = "a saved report in any format",
	.least_operands = 1,
	.most_operands = 1,
	.run = run,
};
