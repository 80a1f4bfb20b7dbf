// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/violation_kind.h"

static const struct {
	const char *id, *about, *level;
} kinds[] = {
	[VIOLATION_DENIED] = { "denied-call", "the policy denied a call", "error" },
	[VIOLATION_WOULD_DENY] = { "would-be-denied-call",
				   "a call was let through that the policy would deny", "error" },
	[VIOLATION_UNEXPLAINED] = { "unexplained-call",
				    "a call was stopped that neither the policy nor another "
				    "filter explains",
				    "warning" },
	[VIOLATION_PEN] = { "pen-failure", "a call failed because of the pen", "note" },
	[VIOLATION_GUARDED] = { "guarded-file", "a guarded file changed during the run", "error" },
	[VIOLATION_NETWORK] = { "refused-connection",
				"the network by name refused what no connect allows", "error" },
	[VIOLATION_BUDGET] = { "budget-exceeded", "the run used more than its budget", "error" },
	[VIOLATION_UNUSED] = { "unused-rules", "too many rules of the policy decided nothing",
			       "error" },
	[VIOLATION_INCOMPLETE] = { "incomplete-trace",
				   "denied calls may be missing from the report", "warning" },
};

const char *violation_id(enum violation_kind kind)
{
	return kinds[kind].id;
}

const char *violation_about(enum violation_kind kind)
{
	return kinds[kind].about;
}

const char *violation_level(enum violation_kind kind)
{
	return kinds[kind].level;
}

bool violation_may_be_known(enum violation_kind kind)
{
	return kind == VIOLATION_DENIED || kind == VIOLATION_WOULD_DENY || kind == VIOLATION_PEN ||
	       kind == VIOLATION_GUARDED || kind == VIOLATION_NETWORK;
}
