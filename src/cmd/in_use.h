/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that a launch reads or writes itself, which its command must not change. */
#ifndef PINFOLD_CMD_IN_USE_H
#define PINFOLD_CMD_IN_USE_H

#include "cmd/options.h"
#include "policy/policy.h"

/* Returns the absolute paths of POLICY's files and of those that OPTIONS name for writing and that
 * are there, and of every link on the way to them; NULL at the end; for in_use_free(). */
char **in_use_list(const struct options *options, const struct policy *policy);

void in_use_free(char **files);

#endif
