/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run shows to those who only look at what is wrong: each denial, each failure that the pen
 * caused, and the rest that a reader of CI must know, in words and with a location. Formats add
 * only their syntax. */
#ifndef PINFOLD_REPORT_VIOLATION_H
#define PINFOLD_REPORT_VIOLATION_H

#include "base/str.h"
#include "report/fingerprint.h"
#include "report/report.h"
#include "report/violation_kind.h"

/* All texts are safe to print and valid UTF-8, except the file, whose name is as it is. */
struct violation {
	enum violation_kind kind;
	bool is_fatal;	     /* check fails on it */
	bool is_known;	     /* from the baseline, and so not fatal */
	bool is_summary;     /* it counts others without their names: never known, which would
				hide as many new ones */
	char *file;	     /* of the policy, relative if below the working directory; or NULL */
	unsigned int line;   /* 0: none, the whole file */
	struct strbuf title; /* "uname(0x7f...): EIO, 2 times, by uname" */
	struct strbuf decision; /* "by app.policy:3: deny EIO uname"; empty: no rule decided */
	struct strbuf fix;	/* "to allow it, add before line 3: allow uname"; may be empty */
	uint64_t count;
	const struct record_denial *denial;   /* NULL: it is none */
	const struct record_failure *failure; /* NULL: it is none */
	const struct record_stack *stack;     /* NULL: there is none */
	char fingerprint[FINGERPRINT_ROOM];   /* SHA-256 of rule and call: the same in each run */
	/* SHA-256 of that, before those alike are made to differ, and of where in which program. */
	char identity[FINGERPRINT_ROOM];
};

/* Returns whether the violations have DENIAL. */
bool violation_has(const struct record_denial *denial);

/* Writes the fingerprint that DENIAL has among the violations, before those alike are made to
 * differ. */
void violation_name_denial(const struct report *report, const struct record_denial *denial,
			   char ret_hex[FINGERPRINT_ROOM]);

/* Fill *ret_violation, which violation_finish() frees. */
void violation_of_denial(const struct report *report, const struct record_denial *denial,
			 struct violation *ret_violation);
void violation_of_failure(const struct report *report, const struct record_failure *failure,
			  struct violation *ret_violation);
void violation_of_change(const struct report *report, const struct guard_change *change,
			 struct violation *ret_violation);

void violation_of_refusal(const struct report *report, const struct network_refusal *refusal,
			  struct violation *ret_violation);

/* Return whether the baseline of REPORT knows one of its denials, failures, changes or refusals. */
bool violation_knows_denial(const struct report *report, const struct record_denial *denial);
bool violation_knows_failure(const struct report *report, const struct record_failure *failure);
bool violation_knows_change(const struct report *report, const struct guard_change *change);
bool violation_knows_refusal(const struct report *report, const struct network_refusal *refusal);

/* Returns whether REPORT has a violation that check fails on. */
bool violations_are_fatal(const struct report *report);

void violation_finish(struct violation *violation);

/* Appends title, decision and fix as one line. */
void violation_format(const struct violation *violation, struct strbuf *buf);

/* Calls TAKE for each violation of REPORT: denials first, as the report has them. Their
 * fingerprints differ from each other. */
void violations_visit(const struct report *report,
		      void (*take)(const struct violation *violation, void *data), void *data);

/* Returns FILE as services for CI need it, relative to the working directory of the run if it is
 * below; the caller frees it. */
char *violation_path(const struct report *report, const char *file);

#endif
