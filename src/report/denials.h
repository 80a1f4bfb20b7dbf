/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The denials of a report as text; internal to this room. */
#ifndef PINFOLD_REPORT_DENIALS_H
#define PINFOLD_REPORT_DENIALS_H

#include "report/page.h"

/* Adds what was denied, with what decided and what would allow it; nothing if nothing was denied.
 */
void denials_add(struct page *page);

#endif
