/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters that the command itself installs, when only the listener sees denied calls. */
#ifndef PINFOLD_CMD_WATCH_H
#define PINFOLD_CMD_WATCH_H

#include "policy/parse.h"

/*
 * Reads SOURCE once more, so that calls that add a filter go to the listener, too; POLICY is what
 * was read before. Returns the policy to compile, which the caller frees with policy_destroy(), or
 * NULL if it denies such calls itself, or cannot be read twice.
 */
struct policy *watch_read(const struct policy_source *source, const struct policy *policy);

#endif
