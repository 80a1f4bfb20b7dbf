// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptors 0, 1 and 2 on plain files. The kernel lets whoever holds a descriptor open its file
 * anew by /proc/self/fd with the rights of the file, not those of the descriptor, and change mode,
 * times and attributes through one that was opened only to read. So the command never gets such a
 * descriptor itself:
 *
 * - One that was opened to read is opened anew on a read-only mount of its file alone: position,
 *   seeking and mmap(2) are there, and all that would change the file fails with EROFS. Where its
 *   file cannot be found by a name (it was removed, or is of another mount namespace), it is a
 *   pipe.
 * - One that was opened to write is a pipe, from which a process outside the pen copies. Nothing
 *   else holds: a mount that can be written can be written by whoever opens it, ftruncate(2) and
 *   fcntl(2) know no rights below writing, and Landlock says nothing of modes and times.
 * - One that was opened for both stays what it is, as do terminals, pipes, sockets and devices.
 *
 * Must never: hand on a descriptor of a plain file that was opened for one of the two only, or lose
 * a byte of what the command wrote without an error.
 */
#include "pen/stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/steps.h"
#include "pen/tree.h"

/* MEMORY_DEVICES: the major number of null, zero, full, random and urandom. */
enum { MEMORY_DEVICES = 1, PATIENCE_MS = 1000 };

static const char *const names[STDIO_COUNT] = { "standard input", "standard output",
						"standard error" };

static bool is_way(const struct stdio *stdio, enum stdio_way way)
{
	for (int i = 0; i < STDIO_COUNT; i++)
		if (stdio->v[i].way == way)
			return true;
	return false;
}

/* Finds the name of the file of FD, as the caller sees it, if it leads to that file and to a
 * reader. Returns it, freed by the caller, or NULL. */
static char *find_path(int fd, const struct stat *st)
{
	char link[32], path[PATH_MAX];
	struct stat found;
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	if (len <= 0 || path[0] != '/')
		return NULL;
	path[len] = '\0';
	if (lstat(path, &found) < 0 || found.st_dev != st->st_dev || found.st_ino != st->st_ino ||
	    faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0)
		return NULL;
	return mem_strdup(path);
}

/* Two descriptors of one open file, as 2>&1 makes them, and also two of which each appends to the
 * same file, stay one: so the order of what is written to them is kept. */
static bool is_same(const struct stdio_entry *a, const struct stdio_entry *b)
{
	return a->way != STDIO_KEPT && a->dev == b->dev && a->ino == b->ino &&
	       a->flags == b->flags && (a->start == b->start || a->flags & O_APPEND);
}

static int look_at(const struct identity *who, struct stdio *stdio, int fd, struct diags *diags)
{
	struct stdio_entry *entry = &stdio->v[fd];
	int access, flags = fcntl(fd, F_GETFL);
	struct stat st;

	if (flags < 0 || fstat(fd, &st) < 0)
		return 0;
	access = flags & O_ACCMODE;
	if (flags & O_PATH || access == O_ACCMODE) {
		diags_fail(diags, -EBADF,
			   "cannot hand on %s: it was opened neither to read nor to "
			   "write",
			   names[fd]);
		diags_hint(diags,
			   "it could be opened anew with more rights; redirect it: </dev/null "
			   "or >/dev/null");
		return -EBADF;
	}
	entry->is_device = S_ISCHR(st.st_mode) && major(st.st_rdev) == MEMORY_DEVICES;
	if (!S_ISREG(st.st_mode) && !(entry->is_device && st.st_uid == who->uid))
		return 0;
	if (access == O_RDWR && !entry->is_device)
		return 0;
	entry->flags = flags & (O_ACCMODE | O_APPEND | O_DIRECT | O_NONBLOCK);
	entry->dev = st.st_dev;
	entry->ino = st.st_ino;
	entry->start = lseek(fd, 0, SEEK_CUR);
	for (int i = 0; i < fd; i++) {
		if (stdio->v[i].way == STDIO_SHARED || !is_same(&stdio->v[i], entry))
			continue;
		entry->way = STDIO_SHARED;
		entry->like = i;
		return 0;
	}
	if (access == O_RDONLY || entry->is_device)
		entry->path = find_path(fd, &st);
	if (entry->path)
		entry->way = STDIO_READ_ONLY;
	else if (!entry->is_device)
		entry->way = STDIO_COPIED;
	if (access == O_RDONLY && entry->way == STDIO_COPIED)
		stdio->note = "what was opened to read comes through a pipe: its file has no "
			      "name here";
	return 0;
}

static int prepare_channel(struct setup *setup, struct step *step, struct diags *diags)
{
	struct stdio *stdio = &setup->plan->stdio;
	int ends[2];

	(void)step;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return diags_fail(diags, -errno, "cannot make a channel: %s", strerror(errno));
	stdio->back = ends[0];
	stdio->back_pen = ends[1];
	return 0;
}

/* The file of a pipe is its maker's; the command may open it by /dev/stdout as it could a pipe of
 * its own, to write. */
static int open_pipe(struct stdio_entry *entry, const struct identity *who)
{
	bool is_output = (entry->flags & O_ACCMODE) == O_WRONLY;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	entry->pen_end = ends[is_output];
	entry->copier_end = ends[!is_output];
	if (fcntl(entry->copier_end, F_SETFL, O_NONBLOCK) < 0 ||
	    fchmod(entry->pen_end, is_output ? 0200 : 0400) < 0 ||
	    (who->is_privileged && fchown(entry->pen_end, who->uid, who->gid) < 0))
		return -errno;
	return 0;
}

static int prepare_copier(struct setup *setup, struct step *step, struct diags *diags)
{
	const struct plan *plan = setup->plan;
	struct stdio *stdio = &setup->plan->stdio;
	int err = 0;

	(void)step;
	for (int i = 0; !err && i < STDIO_COUNT; i++)
		if (stdio->v[i].way == STDIO_COPIED)
			err = open_pipe(&stdio->v[i], &plan->who);
	if (!err)
		err = copier_start(stdio, &plan->who, &plan->request->settings->rlimits);
	return err ? diags_fail(diags, err, "cannot copy what the command writes: %s",
				strerror(-err))
		   : 0;
}

int stdio_plan(struct plan *plan, struct diags *diags)
{
	struct stdio *stdio = &plan->stdio;

	*stdio = (struct stdio){ .is_looked_at = true, .back = -1, .back_pen = -1, .control = -1 };
	for (int i = 0; i < STDIO_COUNT; i++)
		stdio->v[i].pen_end = stdio->v[i].copier_end = -1;
	for (int i = 0; i < STDIO_COUNT; i++) {
		int err = look_at(&plan->who, stdio, i, diags);

		if (err)
			return err;
	}
	if (is_way(stdio, STDIO_READ_ONLY))
		plan_add(plan, BY_SUPERVISOR, NULL,
			 "open a channel for descriptors that were opened only to read")
			->prepare = prepare_channel;
	if (is_way(stdio, STDIO_COPIED)) {
		struct step *step =
			plan_add(plan, BY_SUPERVISOR, NULL,
				 "start a process that copies between the pen's pipes and "
				 "the caller's files");

		step->prepare = prepare_copier;
		step->makes_process = true;
	}
	return 0;
}

static int send_back(int channel, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	unsigned char which = (unsigned char)fd;
	struct iovec part = { &which, 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };

	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
					   .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(channel, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : -errno;
}

/*
 * Should: put the file, opened anew on a read-only mount, in the place of the caller's descriptor,
 * at the same position, and return it to the supervisor. Must not: take another file that has come
 * to the path meanwhile.
 */
static int step_read_only(struct setup *setup, const struct step *step)
{
	const int which = (int)step->number;
	const struct stdio_entry *entry = &setup->plan->stdio.v[which];
	auto_close int tree = -1, file = -1;
	struct stat st;
	int err = tree_clone(setup, AT_FDCWD, entry->path, AT_SYMLINK_NOFOLLOW, &tree);

	if (!err && fstat(tree, &st) < 0)
		err = -errno;
	if (!err && (st.st_dev != entry->dev || st.st_ino != entry->ino))
		err = -ESTALE;
	if (!err)
		err = tree_restrict(setup, tree, step->attributes, 0);
	if (!err)
		err = tree_open(tree, entry->flags & ~O_APPEND, &file);
	if (err)
		return err;
	if (!entry->is_device && lseek(file, lseek(which, 0, SEEK_CUR), SEEK_SET) < 0)
		return -errno;
	if (dup2(file, which) < 0)
		return -errno;
	return entry->is_device ? 0 : send_back(setup->plan->stdio.back_pen, which);
}

/* Should: put the pen's end of the pipe, or what a lower descriptor has become, in its place. */
static int step_replace(struct setup *setup, const struct step *step)
{
	const int which = (int)step->number;
	const struct stdio_entry *entry = &setup->plan->stdio.v[which];

	return dup2(entry->way == STDIO_SHARED ? entry->like : entry->pen_end, which) < 0 ? -errno
											  : 0;
}

static void add_step(struct plan *plan, int which)
{
	const struct stdio_entry *entry = &plan->stdio.v[which];
	struct step *step = NULL;

	switch (entry->way) {
	case STDIO_KEPT:
		return;
	case STDIO_READ_ONLY:
		step = plan_add(plan, BY_INIT, step_read_only,
				"open %s anew, on a read-only mount of '%s'", names[which],
				entry->path);
		step->attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
				   (entry->is_device ? 0 : MOUNT_ATTR_NODEV);
		step->hint = "a pipe needs no mount: cat FILE | pinfold ...";
		break;
	case STDIO_COPIED:
		step = plan_add(plan, BY_INIT, step_replace, "put a pipe in the place of %s",
				names[which]);
		break;
	case STDIO_SHARED:
		step = plan_add(plan, BY_INIT, step_replace, "let %s be the same as %s",
				names[which], names[entry->like]);
		break;
	}
	step->number = (uint64_t)which;
}

void stdio_plan_init(struct plan *plan)
{
	for (int i = 0; i < STDIO_COUNT; i++)
		add_step(plan, i);
}

static void close_one(int *fd)
{
	cleanup_close(fd);
	*fd = -1;
}

void stdio_close_pen_ends(struct stdio *stdio)
{
	for (int i = 0; i < STDIO_COUNT; i++) {
		close_one(&stdio->v[i].pen_end);
		close_one(&stdio->v[i].copier_end);
	}
	close_one(&stdio->back_pen);
}

/* Takes what pid 1 has sent back; returns the descriptor, with its number in *ret_which, or -1. */
static int receive_back(int channel, int *ret_which)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	unsigned char which;
	struct iovec part = { &which, 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *carried;
	int fd = -1;

	if (recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1)
		return -1;
	carried = CMSG_FIRSTHDR(&message);
	if (carried && carried->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(carried), sizeof(fd));
	*ret_which = which;
	return fd;
}

/* What reads on after us (a shell's loop) goes on where the command stopped. */
static void move_positions(struct stdio *stdio)
{
	int which, fd;

	while (stdio->back >= 0 && (fd = receive_back(stdio->back, &which)) >= 0) {
		off_t at = lseek(fd, 0, SEEK_CUR);

		if (which < STDIO_COUNT && at >= 0 && at != stdio->v[which].start)
			lseek(which, at, SEEK_SET);
		close(fd);
	}
}

static void reap_copier(struct stdio *stdio)
{
	while (stdio->copier && waitpid(stdio->copier, NULL, __WALL) < 0 && errno == EINTR)
		;
	stdio->copier = 0;
}

/* Waits until the copier answers. Its file may hang: where the time is out, or when a signal that
 * ends a program has come, it has some more time. Returns whether it has answered. */
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
		stdio->copier = 0; /* it ends by itself */
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
				  err == -EPIPE ? "the process that copies has ended"
						: "its file takes no more");
	for (int i = 0; i < STDIO_COUNT; i++) {
		if (!result.errors[i])
			continue;
		err = -result.errors[i];
		diags_fail(diags, err, "cannot write what the command wrote to %s: %s", names[i],
			   strerror(-err));
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
	for (int i = 0; i < STDIO_COUNT; i++)
		free(stdio->v[i].path);
	*stdio = (struct stdio){ 0 };
}
