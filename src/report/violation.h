/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run shows to those who only look at what is wrong: each denial, each failure that the pen
 * caused, and the rest that a reader of CI must know, in words and with a location. Formats add
 * only their syntax. */
#ifndef PINFOLD_REPORT_VIOLATION_H
#define PINFOLD_REPORT_VIOLATION_H

#include "base/str.h"
#include "report/fingerprint.h"
#include "report/report.h"

enum violation_kind {
	VIOLATION_DENIED,
	VIOLATION_WOULD_DENY,
	VIOLATION_UNEXPLAINED,
	VIOLATION_PEN,
	VIOLATION_GUARDED,
	VIOLATION_INCOMPLETE,
	VIOLATION_KINDS
};

/* All texts are safe to print and valid UTF-8, except the file, whose name is as it is. */
struct violation {
	enum violation_kind kind;
	bool is_fatal;	     /* check fails on it */
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
};

/* Return an id that stays, "denied-call"; what it is about; and "error", "warning" or "note", which
 * is how much it matters unless it is fatal. */
const char *violation_id(enum violation_kind kind);
const char *violation_about(enum violation_kind kind);
const char *violation_level(enum violation_kind kind);

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

void violation_finish(struct violation *violation);

/* Appends title, decision and fix as one line. */
void violation_format(const struct violation *violation, struct strbuf *buf);

/* Calls TAKE for each violation of REPORT: denials first, as the report has them. Their
 * fingerprints differ from each other. */
void violations_visit(const struct report *report,
		      void (*take)(const struct violation *violation, void *data), void *data);

/* Returns FILE as services for CI need it, relative to the working directory if it is below; the
 * caller frees it. */
char *violation_path(const char *file);

#endif
