/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_CMD_RECORD_LINT_H
#define PINFOLD_CMD_RECORD_LINT_H

#include <stdio.h>

/* Writes TEXT, a policy that was recorded, to TO, and behind it, as comments, what lint warns of in
 * it: what stands there all the same the run needed. */
void record_write_linted(const char *text, FILE *to);

#endif
