/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's own file, kept out of the command's reach. */
#ifndef PINFOLD_CMD_SEAL_H
#define PINFOLD_CMD_SEAL_H

#include "base/diag.h"
#include "policy/settings.h"

/*
 * Starts the program anew, with ARGV, from a file that nobody can change, if the command of a pen
 * with SETTINGS can change the file that runs now. Returns 0 when this is such a file or needs to
 * be none; else -errno with an error in DIAGS. Until here nothing may be done that cannot be done
 * twice.
 */
int seal_itself(char **argv, const struct settings *settings, struct diags *diags);

#endif
