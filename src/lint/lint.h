/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is risky, dead or without effect in a policy. Takes a policy and returns findings; prints
 * nothing, and judges a policy only by its meaning, never by its text.
 */
#ifndef PINFOLD_LINT_LINT_H
#define PINFOLD_LINT_LINT_H

#include "base/diag.h"
#include "filter/verdict.h"
#include "policy/exposure.h"

struct finding {
	const struct lint_check *check;
	enum severity severity;
	struct place place; /* line 0: the whole file; the policy's own strings */
	char *message;
	char *hint; /* NULL: none */
	bool has_witness;
	struct seccomp_data witness; /* a call that demonstrates it */
};

struct findings {
	struct finding *v;
	size_t n, cap;
};

/*
 * Appends the findings about POLICY, which must outlive them, in line order. WARNINGS are those of
 * its parser, which are findings too. Returns 0, or -E2BIG with an error in DIAGS when it would
 * have to consider too many cases.
 */
int lint_policy(const struct policy *policy, const struct diags *warnings,
		struct findings *findings, struct diags *diags);

void findings_finish(struct findings *findings);

/* Returns check number I, or NULL past the last one. */
const struct lint_check *lint_check_row(size_t i);

/* Returns "note", "warning" or "error". */
const char *severity_name(enum severity severity);

#endif
