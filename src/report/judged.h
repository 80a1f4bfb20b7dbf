/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the caller of check wants to be a violation, besides what the policy denies. */
#ifndef PINFOLD_REPORT_JUDGED_H
#define PINFOLD_REPORT_JUDGED_H

#include "base/str.h"
#include "report/report.h"

enum budget_kind { BUDGET_MEMORY, BUDGET_PROCESSES, BUDGET_TIME, BUDGET_CPUTIME, BUDGETS };

struct judged {
	uint64_t budget[BUDGETS]; /* bytes, processes, nanoseconds; UINT64_MAX: no bound */
	uint64_t max_unused;	  /* rules that decided nothing; UINT64_MAX: any number */
};

/* As if nothing had been requested. */
extern const struct judged judged_none;

/* Returns "memory", "processes", "time" or "cputime". */
const char *budget_name(enum budget_kind kind);

/* Stores the value of TEXT for KIND, written as a limit is; returns whether it is one. */
bool budget_parse(enum budget_kind kind, const char *text, uint64_t *ret_most);

/* Appends how REPORT exceeds the budget for KIND, and returns true; false: it does not, or nobody
 * knows. */
bool judged_format_budget(const struct report *report, enum budget_kind kind, struct strbuf *buf);

/* Appends how many rules of the policy's own files that let calls through decided nothing, if they
 * are too many, and returns true. */
bool judged_format_unused(const struct report *report, struct strbuf *buf);

/* Returns in words that the caller frees why it is not known whether REPORT keeps to what was
 * requested, and in *ret_hint what would help; NULL: it is known. */
char *judged_doubt(const struct report *report, const char **ret_hint);

/* Returns whether REPORT violates any of it. */
bool judged_is_violated(const struct report *report);

#endif
