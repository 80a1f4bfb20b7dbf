/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which directories are homes, which are not shown merely because the command starts there.
 * Internal to pen/. */
#ifndef PINFOLD_PEN_HOME_H
#define PINFOLD_PEN_HOME_H

enum home_answer {
	HOME_NOT,
	HOME_IS,     /* the directory is a home, or one is below it */
	HOME_UNKNOWN /* the directory service did not answer in time */
};

/* Returns what the directory PATH is; PATH must be absolute, normalized and without links. May wait
 * for a directory service, for two seconds at most. */
enum home_answer home_look(const char *path);

/* Returns the home of the user who called sudo, from /etc/passwd, freed by the caller; or NULL if
 * there is none. */
char *home_of_sudo(void);

#endif
