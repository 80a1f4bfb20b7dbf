// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nothing restores a terminal after kill -9 but another process: this one holds the terminal and a
 * channel, whose other end closes when the supervisor dies, however that happens. It must never
 * write anything while the supervisor lives.
 */
#include "live/board_guard.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "confine/helper.h"

enum { PATIENCE_MS = 1000 };

/* It allocates nothing: see helper_fork(). */
static _Noreturn void serve(int channel, int fd, const char *leave)
{
	const int kept[] = { channel, fd };
	struct pollfd polled = { .fd = fd, .events = POLLOUT };
	char is_shown = 0;

	if (helper_settle("pinfold-live", kept, 2))
		helper_die();
	while (recv(channel, &is_shown, 1, 0) == 1)
		continue;
	if (is_shown && poll(&polled, 1, PATIENCE_MS) == 1 && write(fd, leave, strlen(leave)) < 0)
		helper_die(); /* it hung up */
	_exit(0);
}

int board_guard_start(struct board_guard *guard, int fd, const char *leave)
{
	int pid = helper_fork(&guard->channel, &guard->pidfd);

	if (pid == 0)
		serve(guard->channel, fd, leave);
	if (pid < 0)
		*guard = BOARD_GUARD_NONE;
	return pid < 0 ? pid : 0;
}

void board_guard_tell(const struct board_guard *guard, bool is_shown)
{
	const char word = is_shown;

	if (guard->channel >= 0)
		send(guard->channel, &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void board_guard_stop(struct board_guard *guard)
{
	if (guard->channel < 0)
		return;
	close(guard->channel);
	helper_wait(guard->pidfd);
	close(guard->pidfd);
	*guard = BOARD_GUARD_NONE;
}
