/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The denials of a report as text. */
#ifndef PINFOLD_REPORT_DENIALS_H
#define PINFOLD_REPORT_DENIALS_H

#include <stdio.h>

#include "report/report.h"

/* Writes what was denied, with what decided and what would allow it; nothing if nothing was
 * denied. */
void denials_print(const struct report *report, FILE *to);

#endif
