/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which folders are homes, and so not shown just because the command starts there. Internal to
 * pen/. */
#ifndef PINFOLD_PEN_HOME_H
#define PINFOLD_PEN_HOME_H

enum home_answer {
	HOME_NOT,
	HOME_IS,     /* the folder is a home, or one is below it */
	HOME_UNKNOWN /* the users' directory did not answer in time */
};

/* Returns what the folder PATH is, which is absolute, normalized and without links. May wait for a
 * directory service, for two seconds at most. */
enum home_answer home_look(const char *path);

/* Returns the home of who called by sudo, as /etc/passwd has it, for the caller to free; NULL:
 * there is none. */
char *home_of_sudo(void);

#endif
