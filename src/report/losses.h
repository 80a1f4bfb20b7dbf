/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report does not know, in words: the same in each format for people. */
#ifndef PINFOLD_REPORT_LOSSES_H
#define PINFOLD_REPORT_LOSSES_H

#include "record/record.h"

/* Call TAKE with each line that says what the trace lost, so that RECORD is not complete, and with
 * each that says what it does not show even if nothing was lost. */
void losses_visit(const struct record *record, void (*take)(const char *line, void *data),
		  void *data);
void unseen_visit(const struct record *record, void (*take)(const char *line, void *data),
		  void *data);

#endif
