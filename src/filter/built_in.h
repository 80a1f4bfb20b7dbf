/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules that hold under every policy, for every ABI. */
#ifndef PINFOLD_FILTER_BUILT_IN_H
#define PINFOLD_FILTER_BUILT_IN_H

#include <linux/seccomp.h>
#include <stdbool.h>

#include "policy/policy.h"

/* Gives whether they deny the call that DATA describes; then with their action in *ret_action. */
bool built_in_denies(const struct seccomp_data *data, struct action *ret_action);

#endif
