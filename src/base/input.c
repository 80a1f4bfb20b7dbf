// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Input from others may be endless, or a FIFO without a writer. A text is read whole or refused:
 * never part of a file that grew or ended early.
 */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"

enum { FIFO_PATIENCE_MS = 2000, FIRST_ROOM = 65536 };

/* A pipe set up by the shell has a writer; a FIFO in a directory may never get one. */
static int patience(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC ? -1 : FIFO_PATIENCE_MS;
}

/* Reads a pipe to its end. */
static int read_pipe(int fd, size_t limit, int wait_ms, struct input *ret_input)
{
	size_t cap = limit < FIRST_ROOM ? limit + 2 : FIRST_ROOM, len = 0;
	auto_free char *text = mem_alloc(cap);

	while (len <= limit) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int ready = poll(&wait, 1, wait_ms);
		ssize_t n;

		if (ready == 0)
			return -ETIMEDOUT;
		n = ready < 0 ? -1 : read(fd, text + len, cap - len - 1);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -errno;
		len += (size_t)n;
		if (n == 0) {
			text[len] = '\0';
			*ret_input = (struct input){ steal(&text), len, true };
			return 0;
		}
		if (len + 1 == cap) {
			cap *= 2;
			text = mem_realloc(text, cap, 1);
		}
	}
	return -EFBIG;
}

int input_read_fd(int fd, size_t limit, struct input *ret_input)
{
	struct input input = { 0 };
	struct stat st;
	int err;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISFIFO(st.st_mode))
		return read_pipe(fd, limit, patience(fd), ret_input);
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -ENOTSUP;
	err = fd_read_all(fd, limit, &input.text, &input.len);
	if (!err)
		*ret_input = input;
	return err;
}

bool input_is_stdin(const char *path)
{
	return !strcmp(path, "-");
}

const char *input_name(const char *path)
{
	return input_is_stdin(path) ? "<stdin>" : path;
}

/* Reads it only once and keeps it, because a command may parse a text twice. Waits for its writer
 * without a limit. */
static int read_stdin(size_t limit, struct input *ret_input)
{
	static struct input held;
	static bool is_read;
	struct stat st;
	int err = 0;

	if (fstat(STDIN_FILENO, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!is_read && S_ISREG(st.st_mode))
		err = fd_read_all(STDIN_FILENO, limit, &held.text, &held.len);
	else if (!is_read)
		err = read_pipe(STDIN_FILENO, limit, -1, &held);
	if (err)
		return err;
	is_read = true;
	if (held.len > limit)
		return -EFBIG;
	*ret_input = (struct input){ mem_alloc(held.len + 1), held.len, true };
	memcpy(ret_input->text, held.text, held.len);
	return 0;
}

/* Opens without blocking: a FIFO without a writer would hang us. */
int input_read(const char *path, size_t limit, struct input *ret_input)
{
	auto_close int fd = -1;

	if (input_is_stdin(path))
		return read_stdin(limit, ret_input);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return fd < 0 ? -errno : input_read_fd(fd, limit, ret_input);
}

const char *input_error(int err, size_t limit)
{
	static char text[64];

	switch (err) {
	case -EFBIG:
		snprintf(text, sizeof(text), "larger than %zu MiB", limit >> 20);
		return text;
	case -ETIMEDOUT:
		return "a FIFO that nobody wrote to for 2 seconds";
	case -ENOTSUP:
		return "neither a regular file nor a pipe";
	default:
		return strerror(-err);
	}
}
