/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a report says of the policy and of how to change it: computed from the policy of a run, or
 * as a saved report has it. Writers know of the policy only through this file, so that they write
 * the same from both.
 */
#ifndef PINFOLD_REPORT_POLICY_FACTS_H
#define PINFOLD_REPORT_POLICY_FACTS_H

#include "report/advice.h"
#include "report/edit.h"
#include "report/fingerprint.h"
#include "report/report.h"

/* A rule, in the order in which they decide. */
struct fact_rule {
	const char *file;
	unsigned int line; /* 0: an option */
	const char *text;
};

/* What a saved report says about one of its denials. */
struct saved_denial {
	struct advice advice;
	struct edits edits;
	bool has_edits;
	char fingerprint[FINGERPRINT_ROOM]; /* empty: not known */
};

/* The facts of a saved report. */
struct saved_facts {
	const char *version;   /* of the pinfold that wrote it */
	const char *directory; /* in which it ran; NULL: not known */
	struct {
		const char **v;
		size_t n, cap;
	} files;
	char hash[POLICY_HASH_ROOM];
	struct {
		struct fact_rule *v;
		size_t n, cap;
	} rules;
	struct {
		struct saved_denial *v;
		size_t n, cap;
	} denials; /* in the order of the record's */
	bool has_network, has_writable_directory;
};

/* Returns the version of the pinfold that traced the run. */
const char *facts_version(const struct report *report);

/* Returns the working directory of the run, which the caller frees; NULL: not known. */
char *facts_directory(const struct report *report);

/* Returns file I of the policy, as named, or NULL past the end. */
const char *facts_file(const struct report *report, size_t i);

/* Returns the first file of the policy that can be looked at, or NULL. */
const char *facts_own_file(const struct report *report);

size_t facts_n_rules(const struct report *report);

/* Returns rule I; there must be one. */
struct fact_rule facts_rule(const struct report *report, size_t i);

/* Writes the SHA-256 of the policy's texts; "" if it is not known. */
void facts_hash(const struct report *report, char ret_hash[POLICY_HASH_ROOM]);

/* Return whether the pen has any network but its own loopback, and whether the working directory
 * may be written to. */
bool facts_have_network(const struct report *report);
bool facts_have_writable_directory(const struct report *report);

/* Fills *ret_advice for DENIAL, which is one of the report's; the caller frees it by
 * advice_finish(). */
void facts_find_advice(const struct report *report, const struct record_denial *denial,
		       struct advice *ret_advice);

/* Appends the edits of files that ADVICE, of facts_find_advice(), amounts to; returns false, and
 * appends nothing, where edits of files do not do it. */
bool facts_add_edits(const struct report *report, const struct record_denial *denial,
		     const struct advice *advice, struct edits *edits);

/* Returns what a saved report says about DENIAL; NULL: it is of a run. */
const struct saved_denial *facts_saved_denial(const struct report *report,
					      const struct record_denial *denial);

#endif
