/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one policy decides differently from another. */
#ifndef PINFOLD_FILTER_DIFF_H
#define PINFOLD_FILTER_DIFF_H

#include "base/diag.h"
#include "filter/verdict.h"
#include "policy/change.h"

struct conditions {
	char **v; /* owned */
	size_t n, cap;
};

/* Calls of one number (or a stretch of numbers that both policies treat alike) that one verdict of
 * the old policy and one of the new policy decide, with different actions. */
struct difference {
	enum change change;
	enum arch arch;
	uint32_t low, high; /* numbers; equal except for unknown ones */
	struct verdict before, after;
	struct seccomp_data witness; /* one of these calls */
	size_t n_parts;		     /* that they were split into */
	/* Each distinct part as a condition of the language, at most DIFF_CONDITIONS_MAX of them;
	 * an empty one is all calls of the number. */
	struct conditions conditions;
};

enum { DIFF_CONDITIONS_MAX = 256 };

/* A statement for the pen that only one of the policies has. */
struct setting_difference {
	enum change change;
	bool is_added;
	char *line;	 /* owned */
	const char *why; /* CHANGE_UNCLEAR: there is no order */
};

struct policy_diff {
	struct {
		struct difference *v;
		size_t n, cap;
	} calls; /* wider ones first, then by the deciding places */
	struct {
		struct setting_difference *v;
		size_t n, cap;
	} settings;
};

/*
 * Compares two policies, for all calls, and their statements for the pen. Returns 0 with RET_DIFF,
 * which the caller finishes with policy_diff_finish() and which points into both policies, or
 * -E2BIG with an error in DIAGS when the comparison would take too many cases.
 */
int policy_diff(const struct policy *before, const struct policy *after,
		struct policy_diff *ret_diff, struct diags *diags);

void policy_diff_finish(struct policy_diff *diff);

#endif
