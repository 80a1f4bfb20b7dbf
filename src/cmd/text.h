/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes whole texts, for commands that produce policies. */
#ifndef PINFOLD_CMD_TEXT_H
#define PINFOLD_CMD_TEXT_H

#include "base/diag.h"

/* Writes TEXT to the file PATH, whole or not at all, or to standard output if it is NULL. */
int text_write(const char *path, const char *text, struct diags *diags);

#endif
