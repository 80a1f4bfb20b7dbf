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

/* Standard output shares its flags with others: it is left as it is, and may block. */
static int open_stdout(void)
{
	int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/* With O_CREAT the kernel looks at who put a file into a sticky folder (fs.protected_regular,
 * fs.protected_fifos). A symbolic link is followed, but nothing is made through it. */
static int open_existing(const char *path, int flags)
{
	int fd = open(path, flags | O_CREAT | O_NOFOLLOW, 0666);

	return fd < 0 && errno == ELOOP ? open(path, flags) : fd;
}

/* Only what was made here is given away: anything else, as a device, has an owner already. */
static int open_path(const char *path)
{
	const int flags = O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOCTTY;
	auto_close int fd = open(path, flags | O_CREAT | O_EXCL, 0666);
	int err = 0;

	if (fd >= 0)
		err = report_file_give(fd);
	else if (errno == EEXIST)
		fd = open_existing(path, flags);
	if (!err && (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0))
		err = -errno;
	return err ? err : steal_fd(&fd);
}

int line_file_open(const char *path, struct line_file *ret_file, struct diags *diags)
{
	int fd = str_eq(path, "-") ? open_stdout() : open_path(path);

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
