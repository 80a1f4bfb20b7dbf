/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_CMD_RECORD_LINT_H
#define PINFOLD_CMD_RECORD_LINT_H

#include <stdio.h>

/* Writes TEXT, a recorded policy, to TO, followed by comments on what lint warns about in it: it is
 * there because the run needed it. */
void record_write_linted(const char *text, FILE *to);

#endif
