/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the pointers of a call led to, in words; inside this room only. */
#ifndef PINFOLD_DENIAL_SEEN_H
#define PINFOLD_DENIAL_SEEN_H

#include "bpf/event.h"

/*
 * Returns TEXT as the reader may see it, freed by the caller, or NULL when it was not readable: a
 * string in quotes and C escapes, "..." behind it where it was cut; an address as "AF_INET
 * 127.0.0.1:80", "AF_INET6 [::1]:80", "AF_UNIX "/run/x"".
 */
char *seen_decode(const struct event_text *text);

#endif
