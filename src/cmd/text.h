/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole texts in and out, for commands that edit policies. */
#ifndef PINFOLD_CMD_TEXT_H
#define PINFOLD_CMD_TEXT_H

#include "base/diag.h"

/* Reads the file PATH, terminated; the caller frees. Gives 0 or -errno with an error in DIAGS. */
int text_read(const char *path, char **ret_text, struct diags *diags);

/* Writes TEXT to the file PATH, whole or not at all, or to standard output when it is NULL. */
int text_write(const char *path, const char *text, struct diags *diags);

#endif
