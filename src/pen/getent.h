/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking a directory for what files of /etc do not know. Internal to pen/. */
#ifndef PINFOLD_PEN_GETENT_H
#define PINFOLD_PEN_GETENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Returns whether nsswitch.conf(5) names another source than files for DATABASE, such as "passwd".
 */
bool getent_is_needed(const char *database);

/* Returns when those who ask now have waited long enough, for the two below. */
int64_t getent_deadline(void);

/*
 * Runs the program at PATH until the deadline END. Returns the length of what it prints, which is
 * in ANSWER, terminated; 0: nothing, or it cannot be run; -1: it did not end in time. What has no
 * room is cut.
 */
ssize_t getent_ask(const char *path, const char *const *argv, char *answer, size_t room,
		   int64_t end);

/*
 * Asks for the user UID until the deadline END. Returns the length of the answer, which is in LINE
 * as in passwd(5); 0: there is no such user; -1: no answer came.
 */
ssize_t getent_ask_user(uid_t uid, char *line, size_t room, int64_t end);

#endif
