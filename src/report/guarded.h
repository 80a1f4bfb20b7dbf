/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What changed of the guarded, in words. */
#ifndef PINFOLD_REPORT_GUARDED_H
#define PINFOLD_REPORT_GUARDED_H

#include "base/str.h"
#include "report/report.h"

extern const char guarded_hint[], guarded_unknown[], guarded_partial[];

/* Appends "guarded: 'PATH' was made during the run", safe to print. */
void guarded_format(const struct guard_change *change, struct strbuf *buf);

/* Writes all of them as lines, and what is not known; nothing when there is nothing to tell. */
void guarded_print(const struct report *report, FILE *to);

#endif
