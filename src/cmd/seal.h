/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's own file, kept out of the command's reach. */
#ifndef PINFOLD_CMD_SEAL_H
#define PINFOLD_CMD_SEAL_H

#include "base/diag.h"
#include "policy/settings.h"

/*
 * Restarts the program, with ARGV, from a file that nobody can change, if the command of a pen with
 * SETTINGS can change the file that is running now. Returns 0 if this is such a file or need not
 * be; otherwise -errno with an error in DIAGS. Nothing may be done before this that cannot be done
 * twice.
 */
int seal_itself(char **argv, const struct settings *settings, struct diags *diags);

#endif
