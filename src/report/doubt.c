// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/doubt.h"

#include <inttypes.h>

#include "base/mem.h"
#include "report/guarded_words.h"
#include "report/judged.h"

char *report_doubt(const struct report *report, const char **ret_hint)
{
	const struct record *record = report->record;
	const struct guard_changes *guarded = report->guarded;

	char *judged;

	*ret_hint = NULL;
	if (record->lost.own_filters) {
		*ret_hint = "--trace ebpf, as root, sees what any filter denies";
		return mem_strdup("the command installed a filter of its own, whose listener may "
				  "have hidden denied calls from the trace");
	}
	if (record_has_losses(record) || record->lost.interrupted)
		return mem_strdup("the trace is not complete, so it is unknown whether the policy "
				  "was violated");
	if (report->is_pen_judged && record->failures.lost)
		return mem_printf("what %" PRIu64 " failing calls named did not fit in a map, so "
				  "it is unknown whether the pen made them fail",
				  record->failures.lost);
	judged = judged_doubt(report, ret_hint);
	if (judged)
		return judged;
	if (guarded && guarded->is_partial)
		return mem_strdup(guarded_partial);
	if (guarded && guarded->state == GUARD_UNKNOWN)
		return mem_strdup(guarded_unknown);
	return NULL;
}
