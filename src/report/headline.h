/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a run went in a few words, the same in each format that has a heading. */
#ifndef PINFOLD_REPORT_HEADLINE_H
#define PINFOLD_REPORT_HEADLINE_H

#include "base/str.h"
#include "report/report.h"

/* Appends the verdict: "2 calls would be denied, but the trace is not complete". */
void headline_format(struct strbuf *buf, const struct report *report);

/* Appends how the command ended, as what it did: "exited with status 3". */
void headline_format_end(struct strbuf *buf, const struct report_exit *end);

#endif
