/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a statement for the pen makes it wider; for diff_settings.c. */
#ifndef PINFOLD_FILTER_DIFF_STATEMENT_H
#define PINFOLD_FILTER_DIFF_STATEMENT_H

#include "filter/diff.h"

/* A statement, in canonical form, that one of two policies has and the other has not. */
struct statement_question {
	const struct settings *before, *after;
	const char *line;
	bool is_added;
};

/*
 * Returns what the statement changes. Of one that both policies have with other values the answer
 * is the same for both lines. *RET_WHY is why there is no order, where the answer is
 * CHANGE_UNCLEAR.
 */
enum change diff_statement(const struct statement_question *question, const char **ret_why);

/* Returns a number for the statement that LINE is, or -1: there is no row for it. */
int diff_statement_kind(const char *line);

/* Returns whether statements of LINE's kind mean the same in any order in both policies. */
bool diff_statement_is_free(const char *line, const struct settings *before,
			    const struct settings *after);

#endif
