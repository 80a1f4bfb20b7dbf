/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries a directory service for what the files in /etc do not know. Internal to pen/. */
#ifndef PINFOLD_PEN_GETENT_H
#define PINFOLD_PEN_GETENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Returns whether nsswitch.conf(5) names a source for DATABASE, such as "passwd", that may know
 * more than the files. */
bool getent_is_needed(const char *database);

/* Returns the deadline of a query that starts now, for the two functions below. */
int64_t getent_deadline(void);

/*
 * Runs the program at PATH until the deadline END. Returns the length of its output, which is in
 * ANSWER, terminated, and cut if it does not fit; 0 if there is none, or the program cannot be run;
 * -1 if it did not finish in time.
 */
ssize_t getent_ask(const char *path, const char *const *argv, char *answer, size_t room,
		   int64_t end);

/* Queries the user UID until the deadline END, unless that was the last one. Returns the length of
 * the answer, in LINE as in passwd(5); 0 if there is no such user; -1 if no answer came. */
ssize_t getent_ask_user(uid_t uid, char *line, size_t room, int64_t end);

#endif
