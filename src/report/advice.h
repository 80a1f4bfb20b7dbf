/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What to write to make a denied call pass. */
#ifndef PINFOLD_REPORT_ADVICE_H
#define PINFOLD_REPORT_ADVICE_H

#include "base/str.h"
#include "policy/policy.h"
#include "record/record.h"

enum advice_kind {
	ADVICE_NONE,	/* nothing helps, for the reason in why, if there is one */
	ADVICE_ADD,	/* anywhere in a file of the policy */
	ADVICE_BEFORE,	/* before the line */
	ADVICE_INSTEAD, /* in place of the lines, which hold one statement */
	ADVICE_OPTION,	/* before all other options: no file of the caller's decides */
};

/* Another denial of the call, which could never apply after the fix, and would be an error. */
struct advice_dead {
	const char *file;
	unsigned int line, last_line;
	char *take_out; /* what to remove from it; NULL: its lines must go */
};

struct advice {
	enum advice_kind kind;
	const char *file; /* the file, or the option to replace; NULL: any, or none */
	unsigned int line, last_line;
	struct strbuf text;	/* a statement, or an option with its argument */
	struct strbuf take_out; /* what to remove from the rule in the line; empty: nothing */
	struct {
		struct advice_dead *v;
		size_t n, cap;
	} dead;
	struct strbuf why;     /* nothing helps; empty: it is not the policy's denial */
	struct strbuf besides; /* what the call takes besides and cannot be written; empty: none */
	struct strbuf
		capability; /* that is to be kept, too, as its statement names it; empty: none */
	bool has_rest;	    /* the denial in the line must say "rest" after its action */
};

/* Fills *ret_advice for DENIAL of a run under POLICY; the caller frees it by advice_finish(). */
void advice_find(const struct policy *policy, const struct record_denial *denial,
		 struct advice *ret_advice);

void advice_finish(struct advice *advice);

/* Appends "to allow it, add before line 3: allow acct", or why nothing allows it; nothing where
 * there is no advice at all. */
void advice_format(const struct advice *advice, struct strbuf *buf);

/* Appends the same as worded after "fix: ", where the place has been named already. */
void advice_format_fix(const struct advice *advice, struct strbuf *buf);

#endif
