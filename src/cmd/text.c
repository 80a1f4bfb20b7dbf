// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/file.h"

int text_read(const char *path, char **ret_text, struct diags *diags)
{
	FILE *from = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;
	ssize_t len = -1;
	int err = from ? 0 : -errno;

	if (from) {
		errno = 0;
		len = getdelim(&text, &cap, '\0', from);
		err = len < 0 ? -errno : 0;
		fclose(from);
	}
	if (err) {
		free(text);
		return diags_fail(diags, err, "cannot read '%s': %s", path, strerror(-err));
	}
	if (len < 0) {
		free(text);
		text = mem_strdup("");
	}
	*ret_text = text;
	return 0;
}

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
