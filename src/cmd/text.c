// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/text.h"

#include <stdio.h>

#include "report/report_file.h"

int text_write(const char *path, const char *text, struct diags *diags)
{
	struct report_file file = REPORT_FILE_NONE;
	FILE *stream;
	int err;

	if (!path) {
		fputs(text, stdout);
		return 0;
	}
	err = report_file_announce(path, &file, diags);
	if (!err)
		err = report_file_open(&file, &stream, diags);
	if (!err) {
		fputs(text, stream);
		err = report_file_commit(&file, diags);
	}
	report_file_finish(&file);
	return err;
}
