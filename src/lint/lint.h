/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is risky, dead or without effect in a policy. A policy comes in, findings go out; nothing
 * is printed here, and nothing is decided by the text of a policy, only by its meaning.
 */
#ifndef PINFOLD_LINT_LINT_H
#define PINFOLD_LINT_LINT_H

#include "base/diag.h"
#include "filter/verdict.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_COUNT };

/* A kind of finding. */
struct lint_check {
	const char *id; /* stays the same from version to version */
	enum severity severity;
	const char *reason; /* what is wrong with it */
	const char *hint;   /* what to do; NULL: that depends */
};

struct finding {
	const struct lint_check *check;
	enum severity severity;
	struct place place; /* line 0: the whole file; the policy's own strings */
	char *message;
	char *hint; /* NULL: none */
	bool has_witness;
	struct seccomp_data witness; /* a call that shows it */
};

struct findings {
	struct finding *v;
	size_t n, cap;
};

/*
 * Appends what there is to say about POLICY, which must outlive the findings, in the order of its
 * lines. WARNINGS are those of its parser, which are findings too. Returns 0, or -E2BIG with an
 * error in DIAGS when that would take too many cases.
 */
int lint_policy(const struct policy *policy, const struct diags *warnings,
		struct findings *findings, struct diags *diags);

void findings_finish(struct findings *findings);

/* Returns check number I, or NULL past the last. */
const struct lint_check *lint_check_row(size_t i);

/* Returns "note", "warning" or "error". */
const char *severity_name(enum severity severity);

#endif
