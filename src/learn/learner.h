/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the writers of a learned policy share; internal to this room. */
#ifndef PINFOLD_LEARN_LEARNER_H
#define PINFOLD_LEARN_LEARNER_H

#include "base/str.h"
#include "learn/learn.h"
#include "learn/need.h"
#include "learn/purpose.h"

/* One policy being written. */
struct learner {
	const struct learn_source *source;
	const struct record *record;
	const struct policy *base;     /* NULL: not included */
	const struct need_source *old; /* the policy being added to; NULL: a new policy */
	const char *program;	       /* the only one that ran; NULL: there were several */
	FILE *to;
};

/* Appends the call's name, or its number in brackets. */
void learner_format_call(struct strbuf *buf, const struct record_call *call);

/* Returns whether a call of ARCH was let through. */
bool learner_has_arch(const struct record *record, enum arch arch);

/* Returns whether the call with this number was let through. */
bool learner_has_call(const struct record *record, enum arch arch, uint32_t nr);

/* Returns whether <base> covers the call: false if it is not included. */
bool learner_has_in_base(const struct learner *learner, const struct record_call *call);

/* Returns the file name of the only program that ran, or NULL if there were several. */
const char *learner_only_program(const struct record *record);

/* Appends in how many runs CALL was seen, unless that was all of them, between BEFORE and AFTER. */
void learner_format_runs(struct strbuf *buf, const struct learner *learner,
			 const struct record_call *call, const char *before, const char *after);

/* Appends the comment on a rule of CALL, including its line break. */
void learner_format_count(struct strbuf *buf, const struct learner *learner,
			  const struct record_call *call, const char *note);

/* Writes a comment on a rule of CALL: how often, by which program first, and the NOTE. */
void learner_write_count(const struct learner *learner, const struct record_call *call,
			 const char *note);

struct learner_calls {
	const struct record_call **v;
	size_t n, cap;
};

/* Allows CALLS by name, with a rule and a comment for each program that was the first to make
 * some. */
void learner_write_plain(const struct learner *learner, const struct learner_calls *calls,
			 const char *suffix);

/* Comments: what ran and where; how complete the trace was; what the pen may have disturbed. */
void learner_write_origin(const struct learner *learner);
void learner_write_completeness(const struct learner *learner);
void learner_write_errors(const struct learner *learner);

/* Comments: how many reports there were, and what only some of them have. */
void learner_write_fleet(const struct learner *learner);

/* Comments: statements for the pen, if they were requested. */
void learner_write_pen(const struct learner *learner);

/* Rules for the calls of ARCH that serve PURPOSE, if the policy needs them. */
void learner_write_purpose(const struct learner *learner, enum arch arch, enum purpose purpose,
			   const char *suffix);

/* Rules for the siblings of the calls of ARCH that were seen, each marked. */
void learner_write_siblings(const struct learner *learner, enum arch arch, const char *suffix);

/* Denials of newer calls of ARCH that were not made, so that a C library falls back to older
 * ones. */
void learner_write_fallbacks(const struct learner *learner, enum arch arch, const char *suffix);

/* Writes a rule for the clone that a C library falls back to if the policy being added to answers
 * clone3 with ENOSYS: a recording lets that one through. Returns whether it is needed. */
bool learner_needs_clone(const struct learner *learner, enum arch arch);
void learner_write_clone(const struct learner *learner, enum arch arch, const char *suffix);

/* Denials of what calls of <base> would allow beside restricted ones that were seen. */
void learner_write_mapping(const struct learner *learner, enum arch arch, const char *suffix);

/* The hosts that were connected to, and comments on what was refused; nothing if the run had no
 * network by name. The second returns whether one of them is to be added to a policy. */
void learner_write_network(const struct learner *learner);
bool learner_has_new_host(const struct learner *learner);

/* All of the comments, and the statements up to the first rule. */
void learner_write_head(const struct learner *learner);

/* Rules that deny again what was denied for ARCH: as a fallback, or as known. */
void learner_write_denied(const struct learner *learner, enum arch arch, const char *suffix);

/* Only the known ones, and whether DENIAL is to be one of them. */
void learner_write_known(const struct learner *learner, enum arch arch, const char *suffix);
bool learner_is_known(const struct learner *learner, const struct record_denial *denial);

/* Returns whether DENIAL sent the program to another call: then the policy must do so, too. */
bool learner_asks_to_fall_back(const struct record_denial *denial);

#endif
