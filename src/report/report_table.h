/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What -v adds to the report for people; internal to this room. */
#ifndef PINFOLD_REPORT_REPORT_TABLE_H
#define PINFOLD_REPORT_REPORT_TABLE_H

#include <stdio.h>

#include "report/report.h"

/* Writes the totals, the calls, the processes, what is never seen, and the resources. */
void report_table_print(const struct report *report, FILE *to);

#endif
