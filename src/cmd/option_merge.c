// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of merge about reports of many runs. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/option_row.h"

int take_least_runs(struct options *options, const struct option_row *row, const char *value,
		    struct diags *diags)
{
	int runs;

	(void)row;
	if (!option_read_count(value, INT_MAX, &runs)) {
		diags_fail(diags, -EINVAL, "'%s' is not a number of runs", value);
		diags_hint(diags, "1, which leaves out nothing, or more");
		return -EINVAL;
	}
	options->least_runs = (unsigned int)runs;
	return 0;
}

/* timegm(3) would take the 31st of February for a day in March. */
static bool is_calendar_day(const struct tm *tm)
{
	struct tm same = *tm;

	return timegm(&same) > 0 && same.tm_mday == tm->tm_mday && same.tm_mon == tm->tm_mon;
}

int take_since(struct options *options, const struct option_row *row, const char *value,
	       struct diags *diags)
{
	static const char *const forms[] = { "%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ" };

	(void)row;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm = { 0 };
		const char *end = strptime(value, forms[i], &tm);

		if (!end || *end || !is_calendar_day(&tm))
			continue;
		options->since = timegm(&tm);
		return 0;
	}
	diags_fail(diags, -EINVAL, "'%s' is not a date", value);
	diags_hint(diags, "2026-01-31, or 2026-01-31T12:00:00Z: the day, or the second, in UTC");
	return -EINVAL;
}
