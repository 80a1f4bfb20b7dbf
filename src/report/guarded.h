/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed among guarded files, as text. */
#ifndef PINFOLD_REPORT_GUARDED_H
#define PINFOLD_REPORT_GUARDED_H

#include "base/str.h"
#include "report/page.h"

extern const char guarded_hint[], guarded_unknown[], guarded_partial[];

/* Appends "guarded: 'PATH' was made during the run", safe to print. */
void guarded_format(const struct guard_change *change, struct strbuf *buf);

/* Adds a line for each change, and says if some may be missed; nothing if there is nothing to
 * report. */
void guarded_add(struct page *page);

#endif
