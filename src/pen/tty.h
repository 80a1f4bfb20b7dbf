/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The caller's terminal while a pen runs on it. Internal to pen/. */
#ifndef PINFOLD_PEN_TTY_H
#define PINFOLD_PEN_TTY_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

#include "policy/settings.h"

struct tty {
	int fd;		    /* the command's descriptor on the controlling terminal; -1: none */
	int left_fd;	    /* that one, if the command must not get it; -1: none */
	bool is_foreground; /* the caller can give the terminal to the command, or has */
	struct termios modes;

	int seen_fd; /* that one, if the caller had it in the foreground; -1: none */
	int flags, discipline, is_exclusive;
};

/* Examines descriptors 0, 1, 2 and FDS; changes nothing. IS_LEFT: the command gets no terminal. */
void tty_look(const struct fd_settings *fds, bool is_left, struct tty *ret_tty);

/* In pid 1 or the command: makes GROUP the terminal's foreground group. SIGTTOU must be blocked or
 * ignored. Returns 0 or -errno. */
int tty_give(const struct tty *tty, pid_t group);

/* In pid 1: returns whether the foreground group is in this pid namespace. */
bool tty_is_held(const struct tty *tty);

/* In the supervisor, if so: takes the terminal back while the command is stopped, or when it has
 * ended. */
void tty_take_back(const struct tty *tty);

/* In the supervisor, when nothing in the pen is alive any more: restores the terminal. */
void tty_restore(const struct tty *tty);

/* Returns whether the caller's process group is the terminal's foreground group now. */
bool tty_is_ours(const struct tty *tty);

#endif
