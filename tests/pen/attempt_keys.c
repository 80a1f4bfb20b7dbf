// SPDX-License-Identifier: GPL-2.0-or-later
/* Keys on a terminal that interrupt: typing them, what a command does when they come, and attempts
 * to make the caller believe that one was typed. */
#include "tests/pen/attempt.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* Linux 5.1 and 6.9 */
enum { PIDFD_OPEN = 434, PIDFD_SEND_SIGNAL = 424, TO_GROUP = 1 << 2 };
enum { POLLS = 2000, POLL_MS = 1, DEADLINE = 30 };

static const char ready[] = "ready\r\n";

/* Waits until the caller, PID, waits for its command: by then it has set up its signals. */
static void await_wait(pid_t pid)
{
	char path[32], where[32];

	snprintf(path, sizeof(path), "/proc/%d/wchan", (int)pid);
	for (int i = 0; i < POLLS; i++) {
		int fd = open(path, O_RDONLY);
		ssize_t n = fd < 0 ? -1 : read(fd, where, sizeof(where) - 1);

		close(fd);
		where[n < 0 ? 0 : n] = '\0';
		if (strstr(where, "do_wait") || strstr(where, "poll_schedule"))
			return;
		poll(NULL, 0, POLL_MS);
	}
}

/* Prints what the terminal shows until nobody has it open any more, and types KEY at each
 * "ready". */
static void type_when_ready(pid_t pid, int master, char key)
{
	char seen[1 << 16];
	size_t len = 0, from = 0;

	while (len < sizeof(seen) - 1) {
		ssize_t n = read(master, seen + len, sizeof(seen) - 1 - len);
		char *at;

		if (n <= 0)
			return;
		fwrite(seen + len, 1, (size_t)n, stdout);
		len += (size_t)n;
		seen[len] = '\0';
		at = strstr(seen + from, ready);
		if (!at)
			continue;
		from = (size_t)(at - seen) + strlen(ready);
		await_wait(pid);
		if (write(master, &key, 1) != 1)
			return;
	}
}

/* press KEY COMMAND [ARG...]: runs it as in a login, on its own terminal, and types KEY whenever it
 * says that it is ready. Exits as a shell would. */
int run_press(char **args)
{
	struct termios modes;
	int master, status;
	pid_t pid = forkpty(&master, NULL, NULL, NULL);

	if (pid < 0)
		return WRONG_USE;
	if (pid == 0) {
		alarm(DEADLINE);
		tcgetattr(STDIN_FILENO, &modes);
		modes.c_lflag |= NOFLSH; /* the key must not discard what was printed */
		tcsetattr(STDIN_FILENO, TCSANOW, &modes);
		signal(SIGINT, SIG_DFL); /* a shell's background processes ignore it */
		signal(SIGQUIT, SIG_DFL);
		execvp(args[1], args + 1);
		_exit(WRONG_USE);
	}
	type_when_ready(pid, master, args[0][0]);
	fflush(stdout);
	if (waitpid(pid, &status, 0) != pid)
		return WRONG_USE;
	if (WIFSIGNALED(status) && WCOREDUMP(status))
		puts("core");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static volatile sig_atomic_t exits_with;

static void leave(int sig)
{
	(void)sig;
	_exit(exits_with);
}

static void catch (int status)
{
	exits_with = status;
	signal(SIGINT, leave);
	signal(SIGQUIT, leave);
}

/* As a shell with job control does. */
static void make_group(void)
{
	signal(SIGTTOU, SIG_IGN);
	setpgid(0, 0);
	tcsetpgrp(STDIN_FILENO, getpid());
}

/* By what the kernel sends for descriptors, with a signal of one's choice. */
static void signal_by_descriptor(void)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return;
	fcntl(ends[0], F_SETOWN, -getpgrp());
	fcntl(ends[0], F_SETSIG, SIGINT);
	fcntl(ends[0], F_SETFL, O_ASYNC);
	if (write(ends[1], "", 1) != 1)
		return;
}

/* With the code that the kernel uses for keys. */
static void signal_with_code(void)
{
	siginfo_t info = { .si_signo = SIGINT, .si_code = SI_KERNEL };
	int group = (int)syscall(PIDFD_OPEN, getpgrp(), 0);
	int parent = (int)syscall(PIDFD_OPEN, getppid(), 0);

	syscall(SYS_rt_sigqueueinfo, getppid(), SIGINT, &info);
	syscall(SYS_rt_tgsigqueueinfo, getppid(), getppid(), SIGINT, &info);
	syscall(PIDFD_SEND_SIGNAL, parent, SIGINT, &info, 0);
	syscall(PIDFD_SEND_SIGNAL, group, SIGINT, &info, TO_GROUP);
	syscall(PIDFD_SEND_SIGNAL, group, SIGINT, NULL, TO_GROUP);
}

/* Through one's own terminal, whose keys the kernel sends. */
static void signal_by_terminal(void)
{
	pid_t group = getpgrp();
	int master, slave;

	if (openpty(&master, &slave, NULL, NULL, NULL))
		return;
	if (fork() == 0) {
		setsid();
		ioctl(slave, TIOCSCTTY, 0);
		ioctl(slave, TIOCSPGRP, &group);
		ioctl(master, TIOCSIG, SIGINT);
		_exit(0);
	}
	wait(NULL);
}

/* Tries all of these, then dies of the signal that it could not forge. */
static void forge(void)
{
	signal(SIGINT, SIG_IGN);
	signal_by_descriptor();
	signal_with_code();
	signal_by_terminal();
	signal(SIGINT, SIG_DFL);
	kill(0, SIGINT);
}

/* take HOW: says that it is ready for a key, and takes it so: "die", or the status to exit with;
 * "own": in its own group; "forge": takes none, but tries to make its caller take one. */
int run_take(char **args)
{
	if (!strcmp(args[0], "forge"))
		forge();
	else if (!strcmp(args[0], "own"))
		make_group();
	else if (strcmp(args[0], "die"))
		catch (atoi(args[0]));
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
