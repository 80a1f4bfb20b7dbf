// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/saved_report.h"

#include <stdlib.h>

void saved_report_finish(struct saved_report *saved)
{
	for (size_t i = 0; i < saved->facts.denials.n; i++) {
		advice_finish(&saved->facts.denials.v[i].advice);
		edits_finish(&saved->facts.denials.v[i].edits);
	}
	free(saved->facts.denials.v);
	record_finish(&saved->record);
	baseline_finish(&saved->baseline);
	guard_changes_finish(&saved->guarded);
	network_use_finish(&saved->network);
	arena_finish(&saved->arena);
	*saved = (struct saved_report){ 0 };
}
