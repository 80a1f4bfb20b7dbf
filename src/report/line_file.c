// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/line_file.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/output.h"
#include "report/report_file.h"

enum { MOST_PENDING = 1 << 20, PATIENCE_MS = 2000 };

/* Only a file created here changes owner: anything else, such as a device, has one already. */
static int open_output(const char *path, struct diags *diags)
{
	struct output output = OUTPUT_NONE;
	bool is_new = false;
	int err = output_find(path, &output, diags);
	auto_close int fd = err ? -1 : output_open(&output, path, &is_new, diags);

	output_finish(&output);
	if (fd < 0)
		return err ? err : fd;
	err = is_new ? report_file_give(fd) : 0;
	if (err)
		return diags_fail(diags, err, "cannot write '%s': %s", path, strerror(-err));
	return steal_fd(&fd);
}

int line_file_open(const char *path, struct line_file *ret_file, struct diags *diags)
{
	int fd = open_output(path, diags);

	if (fd < 0)
		return fd;
	*ret_file = LINE_FILE_NONE;
	ret_file->fd = fd;
	return 0;
}

/* Drops pending text from offset FROM on. */
static void drop_pending(struct line_file *file, size_t from)
{
	for (size_t i = from; i < file->pending.len; i++)
		file->dropped += file->pending.text[i] == '\n';
	file->pending.len = from;
}

/* Returns how much is pending of a line that was written in part. */
static size_t length_begun(const struct line_file *file)
{
	const char *text = file->pending.text;

	if (!file->is_inside_line)
		return 0;
	return (size_t)((const char *)memchr(text, '\n', file->pending.len) - text) + 1;
}

/* A pipe with room takes PIPE_BUF bytes without blocking, all or nothing: so write whole lines if
 * possible. */
static size_t length_to_write(const char *text, size_t len)
{
	size_t most = len < PIPE_BUF ? len : PIPE_BUF;
	const char *newline = memrchr(text, '\n', most);

	return newline ? (size_t)(newline - text) + 1 : most;
}

static bool has_room(int fd)
{
	struct pollfd polled = { .fd = fd, .events = POLLOUT };

	return poll(&polled, 1, 0) > 0;
}

void line_file_flush(struct line_file *file)
{
	struct strbuf *pending = &file->pending;
	size_t done = 0;

	while (done < pending->len && has_room(file->fd)) {
		const char *text = pending->text + done;
		ssize_t n = write(file->fd, text, length_to_write(text, pending->len - done));

		if (n > 0) {
			done += (size_t)n;
		} else if (errno != EINTR) {
			if (errno != EAGAIN)
				file->error = -errno;
			break;
		}
	}
	if (done) {
		file->is_inside_line = pending->text[done - 1] != '\n';
		pending->len -= done;
		memmove(pending->text, pending->text + done, pending->len);
	}
	if (file->error)
		drop_pending(file, 0);
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

void line_file_drain(struct line_file *file)
{
	struct pollfd polled = { .fd = file->fd, .events = POLLOUT };

	while (file->pending.len) {
		int n = poll(&polled, 1, PATIENCE_MS);

		if (n == 0 || (n < 0 && errno != EINTR)) {
			drop_pending(file, length_begun(file));
			break;
		}
		line_file_flush(file);
	}
}

int line_file_end(struct line_file *file)
{
	line_file_drain(file);
	drop_pending(file, 0);
	return file->error;
}

void line_file_finish(struct line_file *file)
{
	strbuf_finish(&file->pending);
	if (file->fd >= 0)
		close(file->fd);
	*file = LINE_FILE_NONE;
}
