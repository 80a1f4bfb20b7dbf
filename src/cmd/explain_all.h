/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of explain --all. */
#ifndef PINFOLD_CMD_EXPLAIN_ALL_H
#define PINFOLD_CMD_EXPLAIN_ALL_H

#include "base/diag.h"
#include "policy/policy.h"

/* Prints a line for every call of ARCH. Returns the exit status, with errors in DIAGS. */
int explain_all(const struct policy *policy, enum arch arch, struct diags *diags);

#endif
