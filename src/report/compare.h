/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one run did that another did not. */
#ifndef PINFOLD_REPORT_COMPARE_H
#define PINFOLD_REPORT_COMPARE_H

#include <stdio.h>

#include "report/report.h"

/* What is compared, each by a name that is the same in both runs. */
enum compared { COMPARED_CALLS, COMPARED_VIOLATIONS, COMPARED_FILES, COMPARED_PROGRAMS, COMPARED };

/* Something in one run or both; a count of 0: not in this one. */
struct compare_row {
	enum compared kind;
	char *key;  /* names it from run to run */
	char *text; /* names it for people, safe to print */
	uint64_t old, new;
};

struct report_comparison {
	const struct report *old, *new;
	struct {
		struct compare_row *v;
		size_t n, cap;
	} rows; /* by kind and key */
};

/* Compares two reports, which must outlive *ret_comparison; the caller frees it. */
void compare_reports(const struct report *old, const struct report *new,
		     struct report_comparison *ret_comparison);

/* Returns whether something is in one of them only. */
bool comparison_differs(const struct report_comparison *comparison);

/* Writes what differs for people, with IS_VERBOSE other counts too; or all as JSON. */
void comparison_write_text(const struct report_comparison *comparison, bool is_verbose, FILE *to);
void comparison_write_json(const struct report_comparison *comparison, FILE *to);

void comparison_finish(struct report_comparison *comparison);

#endif
