/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits which denials are shown to people: one rule that denies thousands of kinds of call must
 * not bury what the other rules denied. Files get all of them. */
#ifndef PINFOLD_REPORT_SHOWN_H
#define PINFOLD_REPORT_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "record/record.h"

enum { SHOWN_KINDS_MAX = 10 }; /* per rule */

/* What one rule, default or other statement denied. */
struct shown_rule {
	const struct record_denial *first;
	size_t kinds;			 /* all of them */
	uint64_t more_kinds, more_calls; /* those that are not shown */
};

/* The rules in the order of their first denial; {0} is none. */
struct shown {
	struct shown_rule *v;
	size_t n, cap, last;
};

/* Counts DENIAL, which must outlive SHOWN, and returns how many kinds of its rule came before it.
 */
size_t shown_count(struct shown *shown, const struct record_denial *denial);

/* The same, and returns whether to show it. */
bool shown_take(struct shown *shown, const struct record_denial *denial);

/* Appends how much RULE denied that is not shown: "8899 other kinds of call denied, 8899 times". */
void shown_format_more(struct strbuf *buf, const struct shown_rule *rule);

void shown_finish(struct shown *shown);

#endif
