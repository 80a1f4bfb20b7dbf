/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One policy from several. */
#ifndef PINFOLD_LEARN_MERGE_H
#define PINFOLD_LEARN_MERGE_H

#include "base/diag.h"
#include "base/str.h"
#include "policy/policy.h"

/*
 * Appends the text of the policy that decides every call as the most permissive of the N POLICIES
 * does: the same text for any order of them. A statement for the pen is kept if all have it; others
 * become comments, with a warning in DIAGS for each. Returns 0, or -E2BIG with an error in DIAGS
 * and nothing in BUF when it would take too long.
 */
int merge_policies(struct policy *const *policies, size_t n, struct strbuf *buf,
		   struct diags *diags);

/* The hint for policies that are too intricate to be merged. */
extern const char merge_hint[];

#endif
