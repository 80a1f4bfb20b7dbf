/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a failing call could not do, in words. */
#ifndef PINFOLD_REPORT_FAILURE_WORDS_H
#define PINFOLD_REPORT_FAILURE_WORDS_H

#include "base/str.h"
#include "record/record_failure.h"

/* Appends what could not be done and why, safe to print: "cannot write /srv/x: the directory is
 * shown read-only (3 times, first by touch)". */
void failure_format(struct strbuf *buf, const struct record_failure *failure);

#endif
