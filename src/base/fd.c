// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

enum { OPEN_TRIES = 1000 };

int fd_write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int fd_read_all(int fd, size_t limit, char **ret_text, size_t *ret_len)
{
	auto_free char *text = NULL;
	size_t len = 0, cap = 0;

	for (;;) {
		ssize_t n;

		if (len + 1 >= cap) {
			cap = cap ? cap * 2 : 4096;
			text = mem_realloc(text, cap, 1);
		}
		n = read(fd, text + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > limit)
			return -EFBIG;
	}
	text[len] = '\0';
	*ret_text = steal(&text);
	*ret_len = len;
	return 0;
}

int fd_read_file(int dirfd, const char *path, size_t limit, char **ret_text, size_t *ret_len)
{
	auto_close int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return fd_read_all(fd, limit, ret_text, ret_len);
}

/*
 * EAGAIN: while a path with ".." was followed within a directory, something was renamed or mounted,
 * anywhere on the machine (openat2(2)). A process that does nothing else must not hold us up.
 */
int fd_open_resolved(int dirfd, const char *path, uint64_t flags, uint64_t resolve)
{
	const struct open_how how = { .flags = flags | O_CLOEXEC, .resolve = resolve };
	int fd = -1;

	for (int i = 0; i < OPEN_TRIES; i++) {
		fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd < 0 ? -errno : fd;
}

int fd_write_file(int dirfd, const char *path, const char *text)
{
	auto_close int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = write(fd, text, strlen(text));
	if (n < 0)
		return -errno;
	return (size_t)n == strlen(text) ? 0 : -EIO;
}

static int close_from(unsigned int first, unsigned int last)
{
	return syscall(SYS_close_range, first, last, 0) < 0 ? -errno : 0;
}

int fd_keep_only(const int *kept, size_t n)
{
	unsigned int next = 0;

	for (;;) {
		unsigned int nearest = ~0U;
		int err;

		for (size_t i = 0; i < n; i++)
			if (kept[i] >= 0 && (unsigned int)kept[i] >= next &&
			    (unsigned int)kept[i] < nearest)
				nearest = (unsigned int)kept[i];
		err = nearest == next ? 0 : close_from(next, nearest == ~0U ? ~0U : nearest - 1);
		if (err || nearest == ~0U)
			return err;
		next = nearest + 1;
	}
}

void fd_message_fill(struct fd_message *message, unsigned char word, int fd)
{
	*message = (struct fd_message){
		.word = word,
		.part = { &message->word, 1 },
		.control.header = { .cmsg_len = CMSG_LEN(sizeof(int)),
				    .cmsg_level = SOL_SOCKET,
				    .cmsg_type = SCM_RIGHTS },
		.header = { .msg_iov = &message->part,
			    .msg_iovlen = 1,
			    .msg_control = &message->control,
			    .msg_controllen = sizeof(message->control) },
	};
	memcpy(CMSG_DATA(&message->control.header), &fd, sizeof(fd));
}

int fd_receive(int channel, unsigned char *ret_word, int *ret_fd)
{
	struct fd_message message;
	struct cmsghdr *carried;
	ssize_t n;

	fd_message_fill(&message, 0, -1);
	n = recvmsg(channel, &message.header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n <= 0)
		return n < 0 ? -errno : -EPIPE;
	*ret_word = message.word;
	*ret_fd = -1;
	carried = CMSG_FIRSTHDR(&message.header);
	if (carried && carried->cmsg_type == SCM_RIGHTS)
		memcpy(ret_fd, CMSG_DATA(carried), sizeof(*ret_fd));
	return 0;
}
