// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The supervisor's side of what replaces regular files, from the clone on: waits until everything
 * that the command wrote has been copied, and moves the caller's positions to where the command
 * left them. Must never: wait forever for a file that takes no more once a signal or limit time
 * asks pinfold to exit.
 */
#include "base/fd.h"
#include "pen/stdio.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

enum { PATIENCE_MS = 1000 };

static void close_one(int *fd)
{
	cleanup_close(fd);
	*fd = -1;
}

void stdio_close_pen_ends(struct stdio *stdio)
{
	for (size_t i = 0; i < stdio->n; i++) {
		close_one(&stdio->v[i].pen_end);
		close_one(&stdio->v[i].copier_end);
	}
	close_one(&stdio->back_pen);
}

/* Receives what pid 1 has sent back; returns the descriptor, with its entry in *ret_which, or
 * -1. */
static int receive_back(const struct stdio *stdio, size_t *ret_which)
{
	unsigned char which;
	int fd;

	if (fd_receive(stdio->back, &which, &fd) || fd < 0)
		return -1;
	if (which >= stdio->n) {
		close(fd);
		return -1;
	}
	*ret_which = which;
	return fd;
}

/* A reader after us (a shell's loop) continues where the command stopped. */
static void move_positions(struct stdio *stdio)
{
	size_t which;
	int fd;

	while (stdio->back >= 0 && (fd = receive_back(stdio, &which)) >= 0) {
		off_t at = lseek(fd, 0, SEEK_CUR);

		if (at >= 0 && at != stdio->v[which].start)
			lseek(stdio->v[which].fd, at, SEEK_SET);
		close(fd);
	}
}

static void reap_copier(struct stdio *stdio)
{
	while (stdio->copier && waitpid(stdio->copier, NULL, __WALL) < 0 && errno == EINTR)
		;
	stdio->copier = 0;
}

/* Waits until the copier answers. Its file may hang: once limit time has run out, or a signal that
 * kills a program has come, it gets only a little more time. Returns whether it has answered. */
static bool await_answer(int control, int signals, bool is_out_of_time)
{
	struct pollfd polled[] = {
		{ .fd = control, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	int timeout = is_out_of_time ? PATIENCE_MS : -1, n;

	while ((n = poll(polled, ARRAY_SIZE(polled), timeout))) {
		if (n > 0 && polled[0].revents)
			return true;
		if (n > 0 && read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info) &&
		    info.ssi_signo != SIGCONT)
			timeout = PATIENCE_MS;
	}
	return false;
}

static int wait_copier(struct stdio *stdio, int signals, bool is_out_of_time,
		       struct copier_result *ret_result)
{
	const char word = 0;

	if (send(stdio->control, &word, 1, MSG_NOSIGNAL) != 1)
		return -EPIPE;
	if (!await_answer(stdio->control, signals, is_out_of_time)) {
		stdio->copier = 0; /* it exits by itself */
		return -EINTR;
	}
	if (recv(stdio->control, ret_result, sizeof(*ret_result), 0) != sizeof(*ret_result))
		return -EPIPE;
	reap_copier(stdio);
	return 0;
}

int stdio_complete(struct stdio *stdio, int signals, bool is_out_of_time, struct diags *diags)
{
	struct copier_result result = { 0 };
	int err;

	move_positions(stdio);
	if (!stdio->copier)
		return 0;
	err = wait_copier(stdio, signals, is_out_of_time, &result);
	if (err)
		return diags_fail(diags, err, "cannot copy all that the command wrote: %s",
				  err == -EPIPE ? "the process that copies is gone"
						: "its file takes no more");
	for (size_t i = 0; i < stdio->n; i++) {
		if (!result.errors[i])
			continue;
		err = -result.errors[i];
		diags_fail(diags, err, "cannot write what the command wrote to %s: %s",
			   stdio->v[i].name, strerror(-err));
		if (err == -EFBIG)
			diags_hint(diags, "its file would exceed rlimit fsize or the caller's "
					  "limit: see ulimit -f");
	}
	return err;
}

void stdio_finish(struct stdio *stdio)
{
	if (!stdio->is_looked_at)
		return;
	stdio_close_pen_ends(stdio);
	close_one(&stdio->back);
	close_one(&stdio->control);
	reap_copier(stdio);
	for (size_t i = 0; i < stdio->n; i++)
		free(stdio->v[i].path);
	*stdio = (struct stdio){ 0 };
}
