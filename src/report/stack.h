/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stack as text. */
#ifndef PINFOLD_REPORT_STACK_H
#define PINFOLD_REPORT_STACK_H

#include <stddef.h>

#include "base/str.h"
#include "record/record.h"

/* Appends the first MAX frames, from the location of the call to its callers: "connect (libc.so.6)
 * < open_door (game) < main". A module is named where it changes; names are escaped. */
void stack_format(struct strbuf *buf, const struct record_stack *stack, size_t max);

/* Appends LEAD and "at" with the innermost frames, as many as fit in a line with other things;
 * nothing if there are none. */
void stack_format_place(struct strbuf *buf, const char *lead, const struct record_stack *stack);

#endif
