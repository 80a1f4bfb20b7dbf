/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the writers of a learned policy share; inside this room only. */
#ifndef PINFOLD_LEARN_LEARNER_H
#define PINFOLD_LEARN_LEARNER_H

#include "base/str.h"
#include "learn/learn.h"
#include "learn/need.h"
#include "learn/purpose.h"

/* One policy while it is written. */
struct learner {
	const struct learn_source *source;
	const struct record *record;
	const struct policy *base;     /* NULL: not included */
	const struct need_source *old; /* what is added to; NULL: a policy of its own */
	const char *program;	       /* the only one that ran; NULL: there were more */
	FILE *to;
};

/* Appends the call's name, or its number in brackets. */
void learner_format_call(struct strbuf *buf, const struct record_call *call);

/* Returns whether a call of ARCH was let through. */
bool learner_has_arch(const struct record *record, enum arch arch);

/* Returns whether the call of a number was let through. */
bool learner_has_call(const struct record *record, enum arch arch, uint32_t nr);

/* Returns whether <base> stands for the call: false where it is not included. */
bool learner_has_in_base(const struct learner *learner, const struct record_call *call);

/* Returns the last name of the one program that ran, or NULL: there were more. */
const char *learner_only_program(const struct record *record);

/* Appends in how many runs CALL was seen, if that was not in all, with BEFORE and AFTER around it.
 */
void learner_format_runs(struct strbuf *buf, const struct learner *learner,
			 const struct record_call *call, const char *before, const char *after);

/* Appends the comment on a rule of CALL, with the end of its line. */
void learner_format_count(struct strbuf *buf, const struct learner *learner,
			  const struct record_call *call, const char *note);

/* Writes a comment on a rule of CALL: how often, by whom first, and the NOTE. */
void learner_write_count(const struct learner *learner, const struct record_call *call,
			 const char *note);

struct learner_calls {
	const struct record_call **v;
	size_t n, cap;
};

/* Allows CALLS by name, in a rule and comment for each program that made some first. */
void learner_write_plain(const struct learner *learner, const struct learner_calls *calls,
			 const char *suffix);

/* Comments: what ran and where; how complete the trace was; what the pen may have spoilt. */
void learner_write_origin(const struct learner *learner);
void learner_write_completeness(const struct learner *learner);
void learner_write_errors(const struct learner *learner);

/* Comments: statements for the pen, where they were asked for. */
void learner_write_pen(const struct learner *learner);

/* Rules for the calls of ARCH that are for PURPOSE, where the policy needs them. */
void learner_write_purpose(const struct learner *learner, enum arch arch, enum purpose purpose,
			   const char *suffix);

/* Rules for the siblings of what was seen of ARCH, each marked. */
void learner_write_siblings(const struct learner *learner, enum arch arch, const char *suffix);

/* Denials of newer calls of ARCH that were not made, so that a C library goes on by older ones. */
void learner_write_fallbacks(const struct learner *learner, enum arch arch, const char *suffix);

/* A rule for the clone by which a C library goes on where the policy that is added to answers
 * clone3 with ENOSYS: a recording lets that one through. Returns whether it is needed. */
bool learner_needs_clone(const struct learner *learner, enum arch arch);
void learner_write_clone(const struct learner *learner, enum arch arch, const char *suffix);

/* Denials of what calls of <base> would do beside narrower ones that were seen. */
void learner_write_mapping(const struct learner *learner, enum arch arch, const char *suffix);

/* All of the comments, and the statements up to the first rule. */
void learner_write_head(const struct learner *learner);

/* Rules that deny again what was denied of ARCH: to ask for a fallback, or known. */
void learner_write_denied(const struct learner *learner, enum arch arch, const char *suffix);

/* Those of the known ones alone, and whether DENIAL is to be one. */
void learner_write_known(const struct learner *learner, enum arch arch, const char *suffix);
bool learner_is_known(const struct learner *learner, const struct record_denial *denial);

/* Returns whether DENIAL sent the program to another call: then the policy has to do so, too. */
bool learner_asks_to_fall_back(const struct record_denial *denial);

#endif
