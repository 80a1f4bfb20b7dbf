// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/line_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "report/file.h"

enum { MOST_PENDING = 1 << 20, PATIENCE_MS = 2000 };

static int open_path(const char *path)
{
	auto_close int fd = -1;
	int err;

	/* Standard output shares its flags with others: it is left as it is, and may block. */
	if (str_eq(path, "-")) {
		int copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);

		return copy < 0 ? -errno : copy;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	err = report_file_give(fd);
	return err ? err : steal_fd(&fd);
}

int line_file_open(const char *path, struct line_file *ret_file, struct diags *diags)
{
	int fd = open_path(path);

	if (fd < 0)
		return diags_fail(diags, fd, "cannot open '%s' for the stream: %s", path,
				  strerror(-fd));
	*ret_file = LINE_FILE_NONE;
	ret_file->fd = fd;
	return 0;
}

static void drop_pending(struct line_file *file)
{
	for (size_t i = 0; i < file->pending.len; i++)
		file->dropped += file->pending.text[i] == '\n';
	file->pending.len = 0;
}

void line_file_flush(struct line_file *file)
{
	struct strbuf *pending = &file->pending;
	size_t done = 0;

	while (done < pending->len) {
		ssize_t n = write(file->fd, pending->text + done, pending->len - done);

		if (n > 0) {
			done += (size_t)n;
		} else if (errno != EINTR) {
			if (errno != EAGAIN)
				file->error = -errno;
			break;
		}
	}
	if (done) {
		pending->len -= done;
		memmove(pending->text, pending->text + done, pending->len);
	}
	if (file->error)
		drop_pending(file);
}

void line_file_add(struct line_file *file, const char *line, size_t len)
{
	if (file->error || file->pending.len + len > MOST_PENDING) {
		file->dropped++;
		return;
	}
	strbuf_add(&file->pending, line, len);
	line_file_flush(file);
}

int line_file_drain(struct line_file *file)
{
	struct pollfd polled = { .fd = file->fd, .events = POLLOUT };

	while (file->pending.len) {
		int n = poll(&polled, 1, PATIENCE_MS);

		if (n == 0)
			drop_pending(file);
		else if (n > 0 || errno != EINTR)
			line_file_flush(file);
	}
	return file->error;
}

void line_file_finish(struct line_file *file)
{
	strbuf_finish(&file->pending);
	if (file->fd >= 0)
		close(file->fd);
	*file = LINE_FILE_NONE;
}
