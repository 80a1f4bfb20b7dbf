// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The caller's terminal. A command on it gets a process group of its own, as from a shell: in
 * the caller's group its kill(0, ...) would reach processes outside of the pen, since a group is
 * not cut by a pid namespace. A command that is not on a terminal gets a session of its own.
 */
#include "pen/tty.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

void tty_look(struct tty *ret_tty, bool is_left)
{
	struct tty tty = { .fd = -1, .left_fd = -1 };
	pid_t session;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && tty.fd < 0; fd++) {
		/* Only the controlling terminal has a session that is ours. */
		session = tcgetsid(fd);
		if (session >= 0 && session == getsid(0))
			tty.fd = fd;
	}
	if (tty.fd >= 0) {
		/* Jobs side by side without job control (make -j) must not snatch it from each
		 * other: at most one of them has it as its input. */
		tty.is_foreground = tty.fd == STDIN_FILENO && tcgetpgrp(tty.fd) == getpgrp();
		if (tcgetattr(tty.fd, &tty.modes) < 0)
			tty.is_foreground = false;
	}
	if (is_left) {
		/* Its descriptor can still change the modes, which are to be as before. */
		tty.left_fd = tty.is_foreground ? tty.fd : -1;
		tty.fd = -1;
		tty.is_foreground = false;
	}
	*ret_tty = tty;
}

int tty_give(const struct tty *tty, int group)
{
	pid_t pid = group;

	return ioctl(tty->fd, TIOCSPGRP, &pid) < 0 ? -errno : 0;
}

void tty_take_back(const struct tty *tty, bool with_modes)
{
	sigset_t block, old;

	if (with_modes && tty->left_fd >= 0 && tcgetpgrp(tty->left_fd) == getpgrp())
		tcsetattr(tty->left_fd, TCSADRAIN, &tty->modes);
	if (tty->fd < 0 || !tty->is_foreground)
		return;
	sigemptyset(&block);
	sigaddset(&block, SIGTTOU); /* else a group in the background would be stopped */
	sigprocmask(SIG_BLOCK, &block, &old);
	/* A terminal that hung up is nobody's: nothing to restore then. */
	if (tcsetpgrp(tty->fd, getpgrp()) == 0 && with_modes)
		tcsetattr(tty->fd, TCSADRAIN, &tty->modes);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

bool tty_is_ours(const struct tty *tty)
{
	return tty->fd >= 0 && tcgetpgrp(tty->fd) == getpgrp();
}
