/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the pen may have caused, where nothing is known of failing calls, or none is the cause. */
#ifndef PINFOLD_REPORT_GUESS_H
#define PINFOLD_REPORT_GUESS_H

#include "report/page.h"

/* Adds one guess, and its remedy, if the command, or a program that it ran, ended as it does for
 * want of what the pen lacks, and the trace saw no failing call that explains it. */
void guess_add(struct page *page);

#endif
