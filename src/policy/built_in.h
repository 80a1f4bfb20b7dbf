/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules that apply in every policy, before everything it says. */
#ifndef PINFOLD_POLICY_BUILT_IN_H
#define PINFOLD_POLICY_BUILT_IN_H

#include <stdbool.h>

#include "base/str.h"
#include "policy/policy.h"

/* Appends all built-in rules, one on each line, in the policy language. */
void built_in_write(struct strbuf *buf);

/*
 * Returns whether the rule in line LINE of built_in_write() is part of a policy that is read for
 * USE and whose statements for the pen are SETTINGS: the caller may take some walls down.
 */
bool built_in_holds(unsigned int line, enum policy_use use, const struct settings *settings);

/* Returns the statement that disables the rule in line LINE, or NULL if there is none. */
const char *built_in_remedy(unsigned int line);

#endif
