/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trying something in a child that ends in time and takes everything with it. */
#ifndef PINFOLD_DOCTOR_ATTEMPT_H
#define PINFOLD_DOCTOR_ATTEMPT_H

#include <stddef.h>

/* What a child that was killed by signal N returns: ATTEMPT_KILLED + N. */
enum { ATTEMPT_KILLED = 256 };

/* Returns SIZE zeroed bytes that a child shares with its parent, or NULL; ends with the program. */
void *attempt_room(size_t size);

/*
 * Runs FUNCTION with DATA in a child in new namespaces, FLAGS (CLONE_NEW*, or 0: none), and waits
 * for MS milliseconds at most. Returns what FUNCTION returned (0 to 255), ATTEMPT_KILLED plus the
 * signal that killed the child, or -errno: -ETIMEDOUT if it was killed because it took too long,
 * anything else if there could be no child.
 */
int attempt(unsigned long flags, int (*function)(void *data), void *data, int ms);

#endif
