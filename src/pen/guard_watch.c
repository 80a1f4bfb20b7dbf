// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process that looks at what is guarded. It is forked before the pen is made, because the
 * supervisor has no rights left when the command has ended, and directories may belong to other
 * users. Of the caller's rights it keeps only that to read; its only descriptor is its channel, and
 * it exits when that closes, or with the supervisor.
 *
 * The protocol: it sends one byte when it has looked; it receives one byte to look again, and then
 * sends what it found: a header, and for each change its kind and its path with a NUL.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "pen/guard.h"

enum { CHANNEL = 3, PATIENCE_MS = 10000, FOUND_MAX = 1 << 20 };

struct head {
	uint64_t more;
	bool is_partial;
};

/* Keeps the capability to read and enter what belongs to others, if there is one. */
static int keep_reading(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	data[0].permitted &= 1U << CAP_DAC_READ_SEARCH;
	data[0].effective = data[0].permitted;
	data[0].inheritable = 0;
	data[1] = (struct __user_cap_data_struct){ 0 };
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capset, &header, data) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return 0;
}

static void write_found(const struct guard_changes *changes)
{
	struct head head = { 0 };

	head.more = changes->more;
	head.is_partial = changes->is_partial;
	if (fd_write_all(CHANNEL, &head, sizeof(head)))
		return;
	for (size_t i = 0; i < changes->n; i++) {
		char kind = (char)('0' + changes->v[i].kind);

		if (fd_write_all(CHANNEL, &kind, 1) ||
		    fd_write_all(CHANNEL, changes->v[i].path, strlen(changes->v[i].path) + 1))
			return;
	}
}

static _Noreturn void look(const struct pen_request *request, pid_t supervisor, int channel)
{
	struct guard_changes changes = { 0 };
	struct guard_look seen = { 0 };
	char word = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "pinfold-guard");
	if (getppid() != supervisor || dup2(channel, CHANNEL) < 0 ||
	    syscall(SYS_close_range, CHANNEL + 1, ~0U, 0) < 0 || keep_reading())
		_exit(1);
	for (int fd = 0; fd < CHANNEL; fd++)
		close(fd);
	guard_look_before(request, &seen);
	if (fd_write_all(CHANNEL, &word, 1) || read(CHANNEL, &word, 1) != 1)
		_exit(1);
	guard_look_after(request, &seen, &changes);
	write_found(&changes);
	_exit(0);
}

static bool has_folder(const struct bind_settings *binds)
{
	struct stat st;

	for (size_t i = 0; i < binds->n; i++)
		if (binds->v[i].is_writable && stat(binds->v[i].source, &st) == 0 &&
		    S_ISDIR(st.st_mode))
			return true;
	return false;
}

int guard_watch_start(const struct pen_request *request, struct guard_watch *watch,
		      struct diags *diags)
{
	pid_t self = getpid();
	int ends[2];

	if (!has_folder(&request->settings->binds))
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return diags_fail(diags, -errno, "cannot make a channel: %s", strerror(errno));
	watch->pid = fork();
	if (watch->pid == 0)
		look(request, self, ends[1]);
	close(ends[1]);
	watch->fd = ends[0];
	if (watch->pid > 0)
		return 0;
	watch->pid = 0;
	return diags_fail(diags, -errno, "cannot look at what is guarded: %s", strerror(errno));
}

int guard_watch_await(const struct guard_watch *watch, int signals)
{
	struct pollfd polled[] = {
		{ .fd = watch->fd, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	char word;
	int n;

	if (watch->fd < 0)
		return 0;
	do
		n = poll(polled, ARRAY_SIZE(polled), PATIENCE_MS);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n ? -errno : -ETIMEDOUT;
	if (!polled[0].revents)
		return -EINTR;
	return read(watch->fd, &word, 1) == 1 ? 0 : -ECHILD;
}

/* Reads to the end, within a time limit. Returns 0 or -errno. */
static int read_found(int fd, char *room, size_t *ret_len)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	ssize_t n;

	for (;;) {
		do
			n = poll(&polled, 1, PATIENCE_MS);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			return n ? -errno : -ETIMEDOUT;
		n = read(fd, room + len, FOUND_MAX - len);
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return 0;
}

static int parse_found(const char *text, size_t len, struct guard_changes *changes)
{
	const char *end = text + len, *stop;
	struct head head;

	if (len < sizeof(head))
		return -EBADMSG;
	memcpy(&head, text, sizeof(head));
	for (text += sizeof(head); text < end; text = stop + 1) {
		stop = memchr(text, '\0', (size_t)(end - text));
		if (!stop || *text < '0' || *text > '0' + GUARD_SET_ID)
			return -EBADMSG;
		*array_append(changes) = (struct guard_change){
			(enum guard_change_kind)(*text - '0'), mem_strdup(text + 1)
		};
	}
	changes->more = head.more;
	changes->is_partial = head.is_partial;
	return 0;
}

void guard_watch_ask(struct guard_watch *watch, struct guard_changes *ret_changes)
{
	struct guard_changes changes = { .state = GUARD_UNKNOWN };
	auto_free char *room = NULL;
	size_t len = 0;

	if (watch->fd < 0)
		return;
	room = mem_alloc(FOUND_MAX);
	if (send(watch->fd, "", 1, MSG_NOSIGNAL) == 1 && !read_found(watch->fd, room, &len) &&
	    !parse_found(room, len, &changes))
		changes.state = GUARD_COMPARED;
	*ret_changes = changes;
}

void guard_watch_stop(struct guard_watch *watch)
{
	if (!watch->pid)
		return;
	cleanup_close(&watch->fd);
	watch->fd = -1;
	kill(watch->pid, SIGKILL);
	while (waitpid(watch->pid, NULL, 0) < 0 && errno == EINTR)
		;
	watch->pid = 0;
}
