/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a conversion changes, found by comparing; inside this room only. */
#ifndef PINFOLD_CONVERT_LOSS_COMPARE_H
#define PINFOLD_CONVERT_LOSS_COMPARE_H

#include "convert/loss.h"
#include "filter/pair.h"

/* Returns why the form has PART's second verdict in the place of the first, as it stands behind
 * "NAME: "; a text that lives on. */
typedef const char *loss_reason(const struct pair_part *part);

/* Adds a loss of each grade, since it is not known what the result changes, and WHY. */
void loss_add_unknown(struct losses *losses, const char *why);

/*
 * Reads TEXT, a policy that says what was written means, and without the built-in rules, which
 * nobody adds where it is used. Returns NULL with an error in DIAGS where it is no policy.
 */
struct policy *loss_read_back(const char *text, struct diags *diags);

/*
 * Adds what is different in WRITTEN from POLICY to LOSSES, graded, each with a call as witness and
 * at the place in POLICY that decided it. One that LOSSES has already, of the same
 * grade and with a message that names the call, gets the witness only, unless it has a true one.
 * Where the comparison would take too long, that is a loss of each grade.
 */
void loss_compare(const struct policy *policy, const struct policy *written, loss_reason *reason,
		  struct losses *losses);

#endif
