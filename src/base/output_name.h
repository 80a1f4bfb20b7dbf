/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_BASE_OUTPUT_NAME_H
#define PINFOLD_BASE_OUTPUT_NAME_H

#include "base/diag.h"

/*
 * Returns the file name that NAME, the last component of PATH, stands for: %p is the caller's pid,
 * %t the time (seconds since 1970), %{NAME} the value of a variable, and %% a percent sign. Returns
 * 0 with *ret_name, which the caller frees and which is one component, or -errno with an error in
 * DIAGS.
 */
int output_name_expand(const char *path, const char *name, char **ret_name, struct diags *diags);

#endif
