/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking for users whom /etc/passwd does not know. Internal to pen/. */
#ifndef PINFOLD_PEN_GETENT_H
#define PINFOLD_PEN_GETENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Returns whether users may be known to something else than /etc/passwd, by nsswitch.conf(5). */
bool getent_is_needed(void);

/* Returns when those who ask now have waited long enough, for getent_ask_user(). */
int64_t getent_deadline(void);

/*
 * Asks for the user UID until the deadline END. Returns the length of the answer, which is in LINE
 * as in passwd(5); 0: there is no such user; -1: no answer came.
 */
ssize_t getent_ask_user(uid_t uid, char *line, size_t room, int64_t end);

#endif
