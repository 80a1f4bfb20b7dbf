/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the pen may have caused, where nothing is known of failing calls. */
#ifndef PINFOLD_REPORT_GUESS_H
#define PINFOLD_REPORT_GUESS_H

#include "report/page.h"

/* Adds one guess, and its remedy, if the trace did not see failing calls and the command ended as
 * it does for want of what the pen lacks. */
void guess_add(struct page *page);

#endif
