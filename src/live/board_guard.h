/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restores the terminal if this process is killed; internal to this room. */
#ifndef PINFOLD_LIVE_BOARD_GUARD_H
#define PINFOLD_LIVE_BOARD_GUARD_H

#include <stdbool.h>

struct board_guard {
	int channel, pidfd; /* -1: there is none */
};

#define BOARD_GUARD_NONE     \
	(struct board_guard) \
	{                    \
		-1, -1       \
	}

/* Starts a process that writes LEAVE to the terminal FD if this one dies while something is shown
 * there. It must be started before the supervisor confines itself. Returns 0 or -errno. */
int board_guard_start(struct board_guard *guard, int fd, const char *leave);

/* Tells it whether something is shown. Safe in a signal handler. */
void board_guard_tell(const struct board_guard *guard, bool is_shown);

void board_guard_stop(struct board_guard *guard);

#endif
