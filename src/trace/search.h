/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Failing calls that were steps of a search; internal to this room. */
#ifndef PINFOLD_TRACE_SEARCH_H
#define PINFOLD_TRACE_SEARCH_H

#include "record/record.h"

/* Removes from *record, which has its processes by now, the failing calls of a search for a program
 * that was then found elsewhere. */
void search_drop_found(struct record *record);

#endif
