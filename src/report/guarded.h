/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed among guarded files, as text. */
#ifndef PINFOLD_REPORT_GUARDED_H
#define PINFOLD_REPORT_GUARDED_H

#include "report/guarded_words.h"
#include "report/page.h"

/* Adds a line for each change, and says if some may be missed; nothing if there is nothing to
 * report. */
void guarded_add(struct page *page);

#endif
