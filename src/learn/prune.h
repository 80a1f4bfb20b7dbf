/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy without what no report used. */
#ifndef PINFOLD_LEARN_PRUNE_H
#define PINFOLD_LEARN_PRUNE_H

#include "base/diag.h"
#include "base/str.h"
#include "policy/policy.h"
#include "record/record_copy.h"

/*
 * Returns 0 if REPORT is from a run under POLICY, possibly with others before or after it, and
 * counted the hits of its rules; or -EINVAL with an error in DIAGS.
 */
int prune_check(const struct policy *policy, const struct record_copy *report, struct diags *diags);

/*
 * Appends the text of the file NAME of POLICY without the words of its allowing rules that none of
 * the N REPORTS used, each of which must have passed prune_check(); REMOVED gets a warning with the
 * place of each. KEEP (NULL: none) lists names, separated by spaces, that stay. Denying rules stay:
 * without them more could be allowed.
 */
void prune_policy(const struct policy *policy, const char *name, const struct record_copy *reports,
		  size_t n, const char *keep, struct strbuf *buf, struct diags *removed);

#endif
