// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands on the host while a pinfold runs that asks it about what failed in a pen: files that
 * hear when they are opened, and a directory on which something is mounted on demand. */
#include "tests/pen/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LATE_MS = 30000 };

static pid_t start(char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	return pid;
}

/* Returns whether the file FD can be read before the process PID has ended, which it has then. */
static int is_heard(int fd, pid_t pid)
{
	struct pollfd polled[] = { { fd, POLLIN, 0 }, { pidfd_open(pid, 0), POLLIN, 0 } };
	int n;

	do
		n = poll(polled, 2, LATE_MS);
	while (n < 0 && errno == EINTR);
	if (n == 0 || polled[0].revents)
		kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(polled[1].fd);
	return poll(polled, 1, 0) > 0;
}

/* watch DIR COMMAND...: OUT, if one of the FIFOs, devices and files in DIR is opened meanwhile. */
int run_watch(char **args)
{
	int fd = inotify_init1(IN_CLOEXEC);

	if (fd < 0 || inotify_add_watch(fd, args[0], IN_OPEN | IN_CREATE | IN_DELETE) < 0)
		return WRONG_USE;
	return is_heard(fd, start(args + 1)) ? OUT : SHUT;
}

/* Exchanges the names of all that is in DIR, over and over. */
static void exchange_names(const char *dir)
{
	static const char *const names[] = { "fifo", "directory", "file", "link", "null" };

	if (chdir(dir))
		_exit(1);
	for (size_t i = 0;; i++)
		renameat2(AT_FDCWD, names[i % 5], AT_FDCWD, names[(i + 1 + i / 5 % 4) % 5],
			  RENAME_EXCHANGE);
}

/* swap DIR COMMAND...: as watch, while each name in DIR is of another one of the files in turn. */
int run_swap(char **args)
{
	pid_t swapper = fork();
	int how;

	if (swapper == 0)
		exchange_names(args[0]);
	how = swapper < 0 ? WRONG_USE : run_watch(args);
	if (swapper > 0 && waitpid(swapper, NULL, WNOHANG))
		how = WRONG_USE;
	else if (swapper > 0 && !kill(swapper, SIGKILL))
		waitpid(swapper, NULL, 0);
	return how;
}

/* on-demand DIR COMMAND...: OUT, if something is to be mounted below DIR meanwhile. */
int run_on_demand(char **args)
{
	char options[128];
	int ends[2];

	if (pipe(ends))
		return WRONG_USE;
	snprintf(options, sizeof(options), "fd=%d,pgrp=%d,minproto=5,maxproto=5,indirect", ends[1],
		 (int)getpgrp());
	if (mount("autofs", args[0], "autofs", 0, options)) {
		puts("no autofs");
		return WRONG_USE;
	}
	/* Who is of this process group mounts, and is let in. */
	setpgid(0, 0);
	return is_heard(ends[0], start(args + 1)) ? OUT : SHUT;
}
