// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The caller's terminal. A command on it begins in a process group of the pen's, as one that a
 * script starts does in the script's: in the caller's group its kill(0, ...) would reach processes
 * outside of the pen, since a group is not cut by a pid namespace. A command that is not on a
 * terminal gets a session of its own.
 *
 * Whoever has a descriptor of a terminal can make it useless for those who come after: stop its
 * output, keep others from opening it, change how it reads. Must never leave it so.
 */
#include "pen/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Only the controlling terminal has a session that is ours. */
static bool is_controlling(int fd)
{
	pid_t session = tcgetsid(fd);

	return session >= 0 && session == getsid(0);
}

/* What no program of a job changes for the others of it. */
static void look_closer(struct tty *tty)
{
	tty->flags = fcntl(tty->fd, F_GETFL);
	if (tcgetpgrp(tty->fd) == getpgrp() && tty->flags >= 0 &&
	    ioctl(tty->fd, TIOCGETD, &tty->discipline) == 0 &&
	    ioctl(tty->fd, TIOCGEXCL, &tty->is_exclusive) == 0)
		tty->seen_fd = tty->fd;
}

void tty_look(const struct fd_settings *fds, bool is_left, struct tty *ret_tty)
{
	struct tty tty = { .fd = -1, .left_fd = -1, .seen_fd = -1 };

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && tty.fd < 0; fd++)
		if (is_controlling(fd))
			tty.fd = fd;
	for (size_t i = 0; i < fds->n && tty.fd < 0; i++)
		if (is_controlling(fds->v[i].fd))
			tty.fd = fds->v[i].fd;
	if (tty.fd >= 0) {
		/* Jobs side by side without job control (make -j) must not snatch it from each
		 * other: at most one of them has it as its input. One whose output goes elsewhere
		 * leaves it to the others of its pipeline, a pager, until it asks for it. */
		tty.is_foreground = tty.fd == STDIN_FILENO && is_controlling(STDOUT_FILENO) &&
				    tcgetpgrp(tty.fd) == getpgrp();
		if (tcgetattr(tty.fd, &tty.modes) < 0)
			tty.is_foreground = false;
		look_closer(&tty);
	}
	if (is_left) {
		/* Its descriptor can still change the modes, which are to be as before. */
		tty.left_fd = tty.is_foreground ? tty.fd : -1;
		tty.fd = -1;
		tty.is_foreground = false;
	}
	*ret_tty = tty;
}

int tty_give(const struct tty *tty, pid_t group)
{
	return ioctl(tty->fd, TIOCSPGRP, &group) < 0 ? -errno : 0;
}

bool tty_is_held(const struct tty *tty)
{
	pid_t group;

	/* Others have no number here: it is 0. */
	return tty->fd >= 0 && ioctl(tty->fd, TIOCGPGRP, &group) == 0 && group > 0;
}

/* A group in the background would be stopped for what it does to the terminal. */
static void hold_ttou(sigset_t *ret_old)
{
	sigset_t block;

	sigemptyset(&block);
	sigaddset(&block, SIGTTOU);
	sigprocmask(SIG_BLOCK, &block, ret_old);
}

void tty_take_back(const struct tty *tty)
{
	sigset_t old;

	if (tty->fd < 0 || !tty->is_foreground)
		return;
	hold_ttou(&old);
	tcsetpgrp(tty->fd, getpgrp());
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* The foreground is a group of the pen's, which is no more. One that lives is another job's. */
static bool is_orphaned(int fd)
{
	pid_t group = tcgetpgrp(fd);

	return group > 0 && group != getpgrp() && kill(-group, 0) < 0 && errno == ESRCH;
}

static void restore_rest(const struct tty *tty)
{
	int fd = tty->seen_fd, discipline;

	/* First: it is what knows of output. Setting the one that is there would wait for every
	 * process that reads. */
	if (ioctl(fd, TIOCGETD, &discipline) == 0 && discipline != tty->discipline)
		ioctl(fd, TIOCSETD, &tty->discipline);
	ioctl(fd, TCXONC, TCOON);
	if (!tty->is_exclusive)
		ioctl(fd, TIOCNXCL);
	fcntl(fd, F_SETFL, tty->flags);
	if (is_orphaned(fd))
		tcsetpgrp(fd, getpgrp());
}

void tty_restore(const struct tty *tty)
{
	int fd = tty->left_fd;
	sigset_t old;

	hold_ttou(&old);
	if (tty->seen_fd >= 0)
		restore_rest(tty);
	/* A terminal that hung up is nobody's: nothing to restore then. */
	if (tty->fd >= 0 && tty->is_foreground) {
		if (is_orphaned(tty->fd))
			tcsetpgrp(tty->fd, getpgrp());
		fd = tty->fd;
	}
	/* Modes may have been changed by the others of a pipeline, unless the command was in the
	 * foreground, or could be. */
	if (fd >= 0 && tcgetpgrp(fd) == getpgrp())
		tcsetattr(fd, TCSADRAIN, &tty->modes);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

bool tty_is_ours(const struct tty *tty)
{
	return tty->fd >= 0 && tcgetpgrp(tty->fd) == getpgrp();
}
