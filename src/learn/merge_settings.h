/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One pen from several policies; for merge.c. */
#ifndef PINFOLD_LEARN_MERGE_SETTINGS_H
#define PINFOLD_LEARN_MERGE_SETTINGS_H

#include "base/diag.h"
#include "base/str.h"
#include "policy/print.h"

/*
 * Appends the statements for the pen that all of the N POLICIES have, and the others as comments,
 * with a warning in DIAGS for each.
 */
void merge_settings(struct policy *const *policies, size_t n, struct strbuf *buf,
		    struct diags *diags);

#endif
