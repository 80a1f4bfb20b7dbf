/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps a report from saying whether the policy was violated. */
#ifndef PINFOLD_REPORT_DOUBT_H
#define PINFOLD_REPORT_DOUBT_H

#include "report/report.h"

/* Returns, in words that are freed by the caller, why violations may be missing from REPORT, and in
 * *ret_hint what would help, or NULL. Returns NULL if none can be missing. */
char *report_doubt(const struct report *report, const char **ret_hint);

#endif
