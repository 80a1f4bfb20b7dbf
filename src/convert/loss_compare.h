/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a conversion changes, found by comparison; internal to this room. */
#ifndef PINFOLD_CONVERT_LOSS_COMPARE_H
#define PINFOLD_CONVERT_LOSS_COMPARE_H

#include "convert/loss.h"
#include "filter/pair.h"

/* Returns why the format has PART's second verdict instead of the first, in the form that follows
 * "NAME: "; static text. */
typedef const char *loss_reason(const struct pair_part *part);

/* Adds a loss of each grade with the reason WHY, because it is unknown what the result changes. */
void loss_add_unknown(struct losses *losses, const char *why);

/*
 * Parses TEXT, a policy that states what the output means, without the built-in rules, which nobody
 * adds where the output is used. Returns NULL with an error in DIAGS if it does not parse.
 */
struct policy *loss_read_back(const char *text, struct diags *diags);

/*
 * Adds to LOSSES how WRITTEN differs from POLICY, graded, each with a call as witness and the place
 * in POLICY that decided it. A loss that LOSSES already has, with the same grade and the call's
 * name in its message, only gets the witness, unless it already has a true one. If the comparison
 * would take too long, that is a loss of each grade.
 */
void loss_compare(const struct policy *policy, const struct policy *written, loss_reason *reason,
		  struct losses *losses);

#endif
