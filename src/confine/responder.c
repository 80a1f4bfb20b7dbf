// SPDX-License-Identifier: GPL-2.0-or-later
#include "confine/responder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "confine/helper.h"

enum { ENDING_MS = 500 };

void responder_start(struct responder *responder, unsigned int patience_s,
		     void (*run)(int channel, void *data), void *data)
{
	const struct timeval patience = { .tv_sec = patience_s };
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return;
	setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	pid = fork(); /* not a bare clone: the child allocates */
	if (pid == 0) {
		run(ends[1], data);
		_exit(1);
	}
	close(ends[1]);
	responder->channel = ends[0];
	responder->pidfd = pid > 0 ? pidfd_open(pid, 0) : -1;
	if (pid < 0)
		responder_finish(responder);
}

int responder_settle(const char *name, int channel)
{
	int err = helper_settle(name, &channel, 1);

	for (int i = 0; !err && i <= STDERR_FILENO; i++)
		if (i != channel && open("/dev/null", O_PATH) != i)
			err = -EBADF;
	return err;
}

void responder_end_in(unsigned int seconds)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(seconds);
}

static int64_t now_ms(void)
{
	return (int64_t)(clock_ns() / 1000000);
}

int64_t responder_deadline(unsigned int seconds)
{
	return now_ms() + seconds * 1000LL;
}

bool responder_hears(const struct responder *responder, int64_t end)
{
	struct pollfd polled = { .fd = responder->channel, .events = POLLIN };
	int64_t left;
	int n = -1;

	do {
		left = end - now_ms();
		n = left > 0 ? poll(&polled, 1, (int)left) : 0;
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

bool responder_tell(const struct responder *responder, const void *data, size_t len)
{
	return send(responder->channel, data, len, MSG_NOSIGNAL) == (ssize_t)len;
}

void responder_dismiss(struct responder *responder)
{
	if (responder->channel >= 0)
		close(responder->channel);
	responder->channel = -1;
}

void responder_finish(struct responder *responder)
{
	struct pollfd polled = { .fd = responder->pidfd, .events = POLLIN };

	responder_dismiss(responder);
	if (responder->pidfd >= 0 && poll(&polled, 1, ENDING_MS) > 0)
		waitid(P_PIDFD, (id_t)responder->pidfd, NULL, WEXITED);
	cleanup_close(&responder->pidfd);
	*responder = RESPONDER_NONE;
}
