/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that a launch itself reads or writes, which its command must not change. */
#ifndef PINFOLD_CMD_IN_USE_H
#define PINFOLD_CMD_IN_USE_H

#include "cmd/options.h"
#include "policy/policy.h"

/* Returns the absolute paths of POLICY's files, of those that OPTIONS name for writing and that
 * exist, and of every link on the way to them; NULL-terminated; freed by in_use_free(). */
char **in_use_list(const struct options *options, const struct policy *policy);

void in_use_free(char **files);

#endif
