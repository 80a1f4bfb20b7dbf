// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The directory of an output file may be one that a command in a pen can write to, and nothing left
 * there may divert us: the directory is reached through base/walk, and at the file itself no
 * symbolic link is followed, no file of another user is written, and no FIFO blocks us.
 */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/output_name.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/sudo.h"
#include "base/walk.h"

enum { READER_PATIENCE_MS = 10000, TICK_MS = 10 };

int output_descriptor(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
	static const struct {
		const char *path;
		int fd;
	} names[] = {
		{ "-", STDOUT_FILENO },
		{ "/dev/stdin", STDIN_FILENO },
		{ "/dev/stdout", STDOUT_FILENO },
		{ "/dev/stderr", STDERR_FILENO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(names[i].path, path))
			return names[i].fd;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		const char *number = path + strlen(folders[i]);

		if (str_starts(path, folders[i]) && *number && strlen(number) < 7 &&
		    strspn(number, "0123456789") == strlen(number))
			return atoi(number);
	}
	return -1;
}

/* The flags of the descriptor are shared with others and stay as they are: a pipe or a terminal is
 * reopened to get flags of our own; anything else may block. */
static int open_descriptor(int number)
{
	char path[PROC_FD_ROOM];
	int flags = fcntl(number, F_GETFL);
	struct stat st;
	int fd = -1;

	if (flags < 0 || fstat(number, &st) < 0)
		return -errno;
	if ((flags & O_ACCMODE) == O_RDONLY || flags & O_PATH)
		return -EBADF;
	if (S_ISFIFO(st.st_mode) || isatty(number))
		fd = open(proc_fd_name(number, path), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		fd = fcntl(number, F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

static int open_null(void)
{
	auto_close int fd = open("/dev/null", O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	return S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3) ? steal_fd(&fd) : -EINVAL;
}

static int fail(struct diags *diags, const char *path, int err)
{
	return diags_fail(diags, err, "cannot write '%s': %s", path, strerror(-err));
}

int output_find(const char *path, struct output *ret_output, struct diags *diags)
{
	struct output output = OUTPUT_NONE;
	int number = output_descriptor(path);
	bool is_null = str_eq(path, "/dev/null");
	const char *name;
	struct walk walk;
	int err;

	if (number >= 0 || is_null) {
		output.fd = is_null ? open_null() : open_descriptor(number);
		if (output.fd < 0)
			return fail(diags, path, output.fd);
		*ret_output = output;
		return 0;
	}
	output.folder = walk_open_parent(path, &name, &walk);
	if (output.folder == -EISDIR)
		return diags_fail(diags, -EISDIR, "cannot write '%s': it does not name a file",
				  path);
	if (output.folder < 0) {
		diags_fail(diags, output.folder, "cannot open the directory of '%s': %s", path,
			   strerror(-output.folder));
		if (output.folder == -ELOOP)
			walk_hint(path, diags);
		else if (output.folder == -ENOENT && strstr(path, "%{"))
			diags_hint(diags, "a variable stands for a part of the file's name, and "
					  "never for a directory");
		return output.folder;
	}
	err = output_name_expand(path, name, &output.name, diags);
	if (err) {
		output_finish(&output);
		return err;
	}
	*ret_output = output;
	return 0;
}

/* Returns whether UID is the caller's, through sudo or not. */
static bool is_caller(uid_t uid)
{
	uint32_t caller, gid;

	return uid == geteuid() ||
	       (geteuid() == 0 && sudo_find_caller(&caller, &gid) && uid == caller);
}

/* Returns whether only root and the caller can create names in the directory. */
static bool is_own_folder(int folder)
{
	struct stat st;

	return fstat(folder, &st) == 0 && (st.st_uid == 0 || is_caller(st.st_uid)) &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* Returns why the existing file must not be written to, or NULL. */
static const char *fault_of(int folder, const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return "it is a symbolic link, which is not followed";
	if (S_ISDIR(st->st_mode))
		return "it is a directory";
	if (S_ISREG(st->st_mode) && st->st_nlink > 1)
		return "it has other hard links";
	if ((S_ISREG(st->st_mode) || S_ISFIFO(st->st_mode)) && !is_caller(st->st_uid))
		return "it belongs to another user";
	if ((S_ISFIFO(st->st_mode) || S_ISCHR(st->st_mode)) && !is_own_folder(folder))
		return S_ISFIFO(st->st_mode)
			       ? "it is a FIFO in a directory that others may write to"
			       : "it is a device in a directory that others may write to";
	return S_ISREG(st->st_mode) || S_ISFIFO(st->st_mode) || S_ISCHR(st->st_mode)
		       ? NULL
		       : "it is neither a file nor a FIFO";
}

/* Opens without blocking; retries a FIFO until it has a reader, or returns -ETIMEDOUT. */
static int open_existing(const struct output *output, bool is_fifo)
{
	const int flags = O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
	int fd = openat(output->folder, output->name, flags);

	for (int i = 0; fd < 0 && errno == ENXIO && is_fifo; i++) {
		if (i == READER_PATIENCE_MS / TICK_MS)
			return -ETIMEDOUT;
		nanosleep(&tick, NULL);
		fd = openat(output->folder, output->name, flags);
	}
	return fd < 0 ? -errno : fd;
}

static int refuse(const char *path, const char *why, struct diags *diags)
{
	diags_fail(diags, -EPERM, "cannot write '%s': %s", path, why);
	diags_hint(diags, "name a file that does not exist yet, or remove this one");
	return -EPERM;
}

/* The file that was checked by name may have been replaced since, so what was opened is checked
 * again before it is truncated. */
static int take_existing(const struct output *output, const char *path, struct diags *diags)
{
	auto_close int fd = -1;
	const char *fault;
	struct stat st;

	if (fstatat(output->folder, output->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(diags, path, -errno);
	fault = fault_of(output->folder, &st);
	if (fault)
		return refuse(path, fault, diags);
	fd = open_existing(output, S_ISFIFO(st.st_mode));
	if (fd == -ETIMEDOUT)
		return diags_fail(diags, fd,
				  "cannot write '%s': a FIFO that nobody read for 10 seconds",
				  path);
	if (fd < 0)
		return fail(diags, path, fd);
	if (fstat(fd, &st) < 0)
		return fail(diags, path, -errno);
	fault = fault_of(output->folder, &st);
	if (fault)
		return refuse(path, fault, diags);
	if (S_ISREG(st.st_mode) && ftruncate(fd, 0) < 0)
		return fail(diags, path, -errno);
	return steal_fd(&fd);
}

int output_open(const struct output *output, const char *path, bool *ret_is_new,
		struct diags *diags)
{
	int fd;

	*ret_is_new = false;
	if (output->fd >= 0) {
		fd = fcntl(output->fd, F_DUPFD_CLOEXEC, 0);
		return fd < 0 ? fail(diags, path, -errno) : fd;
	}
	fd = openat(output->folder, output->name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC, 0666);
	*ret_is_new = fd >= 0;
	if (fd >= 0)
		return fd;
	return errno == EEXIST ? take_existing(output, path, diags) : fail(diags, path, -errno);
}

void output_finish(struct output *output)
{
	if (output->fd >= 0)
		close(output->fd);
	if (output->folder >= 0)
		close(output->folder);
	free(output->name);
	*output = OUTPUT_NONE;
}
