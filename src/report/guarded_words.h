/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened to what is guarded, in words. */
#ifndef PINFOLD_REPORT_GUARDED_WORDS_H
#define PINFOLD_REPORT_GUARDED_WORDS_H

#include "base/str.h"
#include "record/guard_change.h"

extern const char guarded_hint[], guarded_unknown[], guarded_partial[];

/* Appends "guarded: 'PATH' was made during the run", safe to print. */
void guarded_format(const struct guard_change *change, struct strbuf *buf);

#endif
