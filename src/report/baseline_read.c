// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "base/mem.h"
#include "report/baseline.h"
#include "report/saved_read.h"
#include "report/violation.h"

static void take(const struct violation *violation, void *data)
{
	struct known_violation known = { .kind = violation->kind, .count = violation->count };
	struct strbuf text = { 0 };

	if (violation->is_summary || !violation_may_be_known(violation->kind))
		return;
	memcpy(known.identity, violation->identity, FINGERPRINT_ROOM);
	memcpy(known.fingerprint, violation->fingerprint, FINGERPRINT_ROOM);
	violation_format(violation, &text);
	known.text = text.text;
	baseline_add(data, &known);
	strbuf_finish(&text);
}

int baseline_read(struct baseline *baseline, const char *path, struct diags *diags)
{
	struct saved_report saved;

	if (saved_report_read(path, &saved, diags))
		return -EINVAL;
	/* What was known then is known now, and was new once. */
	saved.report.baseline = NULL;
	violations_visit(&saved.report, take, baseline);
	baseline_sort(baseline);
	*array_append(&baseline->files) = mem_strdup(path);
	saved_report_finish(&saved);
	return 0;
}
