/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a failed call was going to do with the path that it named; internal to this room. */
#ifndef PINFOLD_CAUSE_WANT_H
#define PINFOLD_CAUSE_WANT_H

#include "cause/inquiry.h"

enum want { WANT_LOOK, WANT_READ, WANT_WRITE, WANT_EXECUTE, WANT_MAKE, WANT_REMOVE, WANT_OWN };

/* Returns what the call of INQUIRY wanted. */
enum want want_find(const struct inquiry *inquiry);

/* Returns the errno that the caller would have got on the host; 0: it would have worked. */
int want_host_error(const struct inquiry *inquiry, enum want want, const struct ask_path *answer);

#endif
