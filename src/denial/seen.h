/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the pointers of a call pointed to, as text. */
#ifndef PINFOLD_DENIAL_SEEN_H
#define PINFOLD_DENIAL_SEEN_H

#include "bpf/event.h"

/*
 * Returns TEXT as shown to the user, freed by the caller, or NULL if it was not readable: a string
 * in quotes with C escapes, followed by "..." where it was cut; an address as "AF_INET
 * 127.0.0.1:80", "AF_INET6 [::1]:80", "AF_UNIX "/run/x"".
 */
char *seen_decode(const struct event_text *text);

#endif
