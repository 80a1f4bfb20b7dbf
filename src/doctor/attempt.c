// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Trying something may hang, be killed by a filter, or change the process that tries: so a child
 * does, and its parent waits no longer than a deadline. Must never leave a process behind.
 */
#include "doctor/attempt.h"

#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fork.h"

void *attempt_room(size_t size)
{
	void *room = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return room == MAP_FAILED ? NULL : room;
}

/* libc's fork() wherever possible: after it, threads and memory work as usual. */
static pid_t make_child(unsigned long flags)
{
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };

	return flags ? fork_clone(&args) : fork();
}

/* Returns the status of the child, which has exited, as attempt() does. */
static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : ATTEMPT_KILLED + WTERMSIG(status);
}

int attempt(unsigned long flags, int (*function)(void *data), void *data, int ms)
{
	struct pollfd child = { .events = POLLIN };
	auto_close int pidfd = -1;
	bool is_late;
	pid_t pid;
	int got;

	pid = make_child(flags);
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		_exit(function(data));
	}
	pidfd = pidfd_open(pid, 0);
	child.fd = pidfd;
	/* Without pidfds (a filter may hide them) the child itself must come to an end. */
	do
		got = pidfd < 0 ? 1 : poll(&child, 1, ms);
	while (got < 0 && errno == EINTR);
	is_late = got == 0;
	if (is_late)
		kill(pid, SIGKILL);
	got = reap(pid);
	return is_late ? -ETIMEDOUT : got;
}
