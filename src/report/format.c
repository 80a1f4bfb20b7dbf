// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/mem.h"
#include "base/str.h"
#include "report/json_word.h"
#include "report/report.h"

/* One object a format, each in a file of its own. */
extern const struct report_format report_github, report_gitlab, report_html, report_junit,
	report_markdown, report_sarif;

static const struct report_format *const formats[] = {
	&report_text,	  &report_json,	 &report_github, &report_gitlab,
	&report_markdown, &report_sarif, &report_junit,	 &report_html,
};

const struct report_format *report_format_row(size_t i)
{
	return i < ARRAY_SIZE(formats) ? formats[i] : NULL;
}

const struct report_format *report_format_of_file(const char *path)
{
	const struct report_format *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		const char *extension = formats[i]->extension;

		if (extension && str_ends(path, extension) &&
		    (!found || strlen(extension) > strlen(found->extension)))
			found = formats[i];
	}
	return found;
}

const char *exit_by_name(enum exit_by by)
{
	return json_word_of(&json_ends, by);
}
