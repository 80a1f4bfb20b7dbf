/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the policy being added to says about a recorded call; internal to this room. */
#ifndef PINFOLD_LEARN_NEED_H
#define PINFOLD_LEARN_NEED_H

#include "policy/policy.h"
#include "record/record.h"

/* A policy, the name of the file being added to, and its text. */
struct need_source {
	const struct policy *policy;
	const char *name, *text;
};

/* The verdicts that were found; several if they differ by the arguments. */
struct need {
	bool is_let;		    /* a rule lets it through */
	bool is_open;		    /* no rule decides */
	bool is_no_arch;	    /* its ABI is not listed */
	const struct rule *refused; /* the denial that stays; NULL: none */
	const struct rule *ours;    /* the first denial by record, which gives way; NULL: none */
};

/* Returns what POLICY says about CALL, with any of the arguments that it may have had. */
struct need need_find(const struct need_source *source, const struct record_call *call);

/* Returns whether RULE is a denial of CALL that stays when something is added before it. */
bool need_is_barrier(const struct need_source *source, const struct rule *rule,
		     const struct record_call *call);

/* Returns where the comment starts with which record marks RULE as its own; NEED_NO_MARK: there is
 * none. */
#define NEED_NO_MARK SIZE_MAX
size_t need_find_mark(const char *text, const struct rule *rule);

#endif
