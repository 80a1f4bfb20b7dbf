/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The caller's terminal while a pen runs on it. Internal to pen/. */
#ifndef PINFOLD_PEN_TTY_H
#define PINFOLD_PEN_TTY_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "policy/settings.h"

struct tty {
	int fd; /* which of the command's descriptors is the controlling terminal; -1: none is */
	int left_fd;	    /* that one, if the command shall not have it; -1: none */
	bool is_foreground; /* the terminal is the caller's to give, or was given */
	struct termios modes;

	int seen_fd; /* that one, if the caller had it in the foreground; -1: none */
	int flags, discipline, is_exclusive;
};

/* Looks at descriptors 0, 1, 2 and FDS; changes nothing. IS_LEFT: the command gets no terminal. */
void tty_look(const struct fd_settings *fds, bool is_left, struct tty *ret_tty);

/* In pid 1 or the command: makes GROUP the terminal's foreground one. SIGTTOU must be blocked or
 * ignored. Returns 0 or -errno. */
int tty_give(const struct tty *tty, pid_t group);

/* In pid 1: whether the foreground is a group of this pid namespace. */
bool tty_is_held(const struct tty *tty);

/* In the supervisor, where that is so: takes the terminal back while the command is stopped, or
 * when it has ended. */
void tty_take_back(const struct tty *tty);

/* In the supervisor, when nothing of the pen lives any more: makes the terminal what it was. */
void tty_restore(const struct tty *tty);

/* Whether the caller's process group is the terminal's foreground one now. */
bool tty_is_ours(const struct tty *tty);

#endif
