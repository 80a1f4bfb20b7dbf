/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to write so that a denied call passes. */
#ifndef PINFOLD_REPORT_ADVICE_H
#define PINFOLD_REPORT_ADVICE_H

#include "base/str.h"
#include "policy/policy.h"
#include "record/record.h"

enum advice_kind {
	ADVICE_NONE,
	ADVICE_ADD,	/* anywhere in a file of the policy */
	ADVICE_BEFORE,	/* before the line */
	ADVICE_INSTEAD, /* of the lines, which hold one statement */
	ADVICE_OPTION,	/* in front of all other options: no file of the caller's decides */
};

/* Another denial of the call, which could never apply behind the fix, and is an error then. */
struct advice_dead {
	const char *file;
	unsigned int line, last_line;
	char *take_out; /* what it must no longer name; NULL: its lines go */
};

struct advice {
	enum advice_kind kind;
	const char *file; /* or the option that is replaced; NULL: any, or none */
	unsigned int line, last_line;
	struct strbuf text;	/* a statement, or an option with its words */
	struct strbuf take_out; /* what the rule in the line must no longer name; empty: nothing */
	struct {
		struct advice_dead *v;
		size_t n, cap;
	} dead;
	bool has_rest; /* the denial in the line then says "rest" behind its action */
};

/* Fills RET_ADVICE, which the caller empties by advice_finish(), for DENIAL of a run under POLICY.
 */
void advice_find(const struct policy *policy, const struct record_denial *denial,
		 struct advice *ret_advice);

void advice_finish(struct advice *advice);

/* Appends "add before line 3: allow acct"; nothing for ADVICE_NONE. */
void advice_format(const struct advice *advice, struct strbuf *buf);

/* Appends the same in the words that stand behind "fix: ", after the place. */
void advice_format_fix(const struct advice *advice, struct strbuf *buf);

#endif
