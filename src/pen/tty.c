// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The caller's terminal. A command on it starts in a process group of the pen's, as one started by
 * a script does in the script's: in the caller's group its kill(0, ...) would reach processes
 * outside the pen, because a pid namespace does not confine a group. A command that is not on a
 * terminal gets its own session.
 *
 * The holder of a descriptor of a terminal can make it unusable for others: stop its output, keep
 * others from opening it, change how it reads. Must never leave it so.
 */
#include "pen/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Only the controlling terminal has our session. */
static bool is_controlling(int fd)
{
	pid_t session = tcgetsid(fd);

	return session >= 0 && session == getsid(0);
}

/* Saves what one program in a job must not change for the others. */
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
		/* Parallel jobs without job control (make -j) must not snatch it from each other:
		 * at most one of them has it as its input. One whose output goes elsewhere leaves
		 * it to others in its pipeline, such as a pager, until it needs it. */
		tty.is_foreground = tty.fd == STDIN_FILENO && is_controlling(STDOUT_FILENO) &&
				    tcgetpgrp(tty.fd) == getpgrp();
		if (tcgetattr(tty.fd, &tty.modes) < 0)
			tty.is_foreground = false;
		look_closer(&tty);
	}
	if (is_left) {
		/* The modes can still be changed through its descriptor, and must be restored. */
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

	/* Groups of other pid namespaces have the number 0 here. */
	return tty->fd >= 0 && ioctl(tty->fd, TIOCGPGRP, &group) == 0 && group > 0;
}

/* A background group would be stopped for changing the terminal. */
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

/* The foreground group was the pen's, and no longer exists. A live one belongs to another job. */
static bool is_orphaned(int fd)
{
	pid_t group = tcgetpgrp(fd);

	return group > 0 && group != getpgrp() && kill(-group, 0) < 0 && errno == ESRCH;
}

static void restore_rest(const struct tty *tty)
{
	int fd = tty->seen_fd, discipline;

	/* The line discipline first, because it handles output. Setting it to what it already is
	 * would wait for every reader. */
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
	/* A terminal that hung up belongs to nobody: there is nothing to restore. */
	if (tty->fd >= 0 && tty->is_foreground) {
		if (is_orphaned(tty->fd))
			tcsetpgrp(tty->fd, getpgrp());
		fd = tty->fd;
	}
	/* Other programs in a pipeline may have changed the modes, unless the command was, or could
	 * be, in the foreground. */
	if (fd >= 0 && tcgetpgrp(fd) == getpgrp())
		tcsetattr(fd, TCSADRAIN, &tty->modes);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

bool tty_is_ours(const struct tty *tty)
{
	return tty->fd >= 0 && tcgetpgrp(tty->fd) == getpgrp();
}
