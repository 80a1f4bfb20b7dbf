/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a record to a policy. */
#ifndef PINFOLD_LEARN_LEARN_H
#define PINFOLD_LEARN_LEARN_H

#include <stdio.h>

#include "trace/record.h"

/*
 * Writes the policy under which what RECORD saw runs without a denial: every call by name, those
 * with few flags or commands by the values that were seen. COMMAND (NULL at the end) stands in the
 * comment at its head.
 */
void learn_write_policy(const struct record *record, char *const *command, FILE *to);

#endif
