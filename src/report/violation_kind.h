/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of violations, and their names. */
#ifndef PINFOLD_REPORT_VIOLATION_KIND_H
#define PINFOLD_REPORT_VIOLATION_KIND_H

#include <stdbool.h>

enum violation_kind {
	VIOLATION_DENIED,
	VIOLATION_WOULD_DENY,
	VIOLATION_UNEXPLAINED,
	VIOLATION_PEN,
	VIOLATION_GUARDED,
	VIOLATION_NETWORK,
	VIOLATION_BUDGET,
	VIOLATION_UNUSED,
	VIOLATION_INCOMPLETE,
	VIOLATION_KINDS
};

/* Return an id that stays, "denied-call"; what it is about; and "error", "warning" or "note", which
 * is how much it matters unless it is fatal. */
const char *violation_id(enum violation_kind kind);
const char *violation_about(enum violation_kind kind);
const char *violation_level(enum violation_kind kind);

/* Returns whether one of KIND may be known from an older run: not where the amount matters, or what
 * is new may be hidden. */
bool violation_may_be_known(enum violation_kind kind);

#endif
