// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attempts on the file of a descriptor that was handed in: by itself, through /proc, by calls that
 * it was not opened for. The result is judged from outside, by the file; what was read is printed.
 */
#include "tests/pen/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef RWF_NOAPPEND
#define RWF_NOAPPEND 0x00000020 /* Linux 6.9 */
#endif
enum { NR_FCHMODAT2 = 452, NR_SETXATTRAT = 463, NR_FILE_SETATTR = 469, ROOM = 4096 };

/* Changes everything but the content of the file of FD: mode, times, owner, attributes. */
static void change_attributes(int fd)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct {
		unsigned long long value;
		unsigned int size, flags;
	} xattr = { (unsigned long long)"x", 1, 0 };
	struct fsxattr attributes = { 0 };
	int flags = 0;

	fchmod(fd, 0777);
	syscall(NR_FCHMODAT2, fd, "", 0777, AT_EMPTY_PATH);
	futimens(fd, times);
	utimensat(fd, "", times, AT_EMPTY_PATH);
	futimens(fd, NULL);
	fchown(fd, getuid(), getgid());
	fchownat(fd, "", getuid(), getgid(), AT_EMPTY_PATH);
	fsetxattr(fd, "user.handed", "x", 1, 0);
	syscall(NR_SETXATTRAT, fd, "", AT_EMPTY_PATH, "user.handed", &xattr, sizeof(xattr));
	fremovexattr(fd, "user.kept");
	if (!ioctl(fd, FS_IOC_GETFLAGS, &flags)) {
		flags |= FS_NODUMP_FL;
		ioctl(fd, FS_IOC_SETFLAGS, &flags);
	}
	if (!ioctl(fd, FS_IOC_FSGETXATTR, &attributes)) {
		attributes.fsx_xflags |= FS_XFLAG_NODUMP;
		ioctl(fd, FS_IOC_FSSETXATTR, &attributes);
		syscall(NR_FILE_SETATTR, fd, "", &attributes, sizeof(attributes), AT_EMPTY_PATH);
	}
}

static void change_by_path(const char *path)
{
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	chmod(path, 0777);
	chown(path, getuid(), getgid());
	utimensat(AT_FDCWD, path, times, 0);
	setxattr(path, "user.handed", "x", 1, 0);
	removexattr(path, "user.kept");
	truncate(path, 1);
}

/* Overwrites and truncates the file of FD. */
static void spoil(int fd)
{
	struct iovec part = { (char *)"spoilt", 6 };
	char *map;

	fcntl(fd, F_SETFL, 0);
	lseek(fd, 0, SEEK_SET);
	pwrite(fd, "spoilt", 6, 0);
	pwritev2(fd, &part, 1, 0, RWF_NOAPPEND);
	fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, ROOM);
	fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, ROOM);
	fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, ROOM);
	map = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map != MAP_FAILED)
		memcpy(map, "spoilt", 6);
	ftruncate(fd, 2);
}

static void print_from(int fd)
{
	char room[ROOM];
	ssize_t n;
	char *map;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	n = pread(fd, room, sizeof(room), 0);
	if (n > 0)
		fwrite(room, 1, (size_t)n, stderr);
	map = mmap(NULL, ROOM, PROT_READ, MAP_SHARED, fd, 0);
	if (map != MAP_FAILED)
		fwrite(map, 1, 6, stderr);
}

static void reopen(const char *path, int is_input)
{
	static const int ways[] = { O_RDWR, O_WRONLY, O_RDWR | O_APPEND, O_RDONLY };

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		int fd = open(path, ways[i] | O_NONBLOCK);

		if (fd < 0)
			continue;
		if (is_input) {
			spoil(fd);
			change_attributes(fd);
		} else {
			print_from(fd);
			change_attributes(fd);
			ftruncate(fd, 0);
			fcntl(fd, F_SETFL, 0);
			pwrite(fd, "spoilt", 6, 0);
		}
		close(fd);
	}
	if (is_input)
		close(open(path, O_RDONLY | O_TRUNC));
	else
		close(open(path, O_WRONLY | O_TRUNC | O_NONBLOCK));
}

/* handed N: tries everything on descriptor N, which was opened for reading or for writing. */
int run_handed(char **args)
{
	static const char *const names[] = { "/dev/stdin", "/dev/stdout", "/dev/stderr" };
	int fd = atoi(args[0]), copy = dup(fd);
	int is_input = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
	char path[64], name[64], room[ROOM];
	int by_path = open("/proc/self/fd", O_PATH | O_DIRECTORY);

	snprintf(name, sizeof(name), "/dev/fd/%d", fd);
	if (fd < 3)
		strcpy(name, names[fd]);
	if (!is_input) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		print_from(open(path, O_RDONLY | O_NONBLOCK));
		print_from(fd);
		if (sendfile(2, fd, NULL, ROOM) > 0)
			fputs("by sendfile\n", stderr);
	}
	spoil(fd);
	spoil(copy);
	change_attributes(fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", copy);
	reopen(path, is_input);
	change_by_path(path);
	snprintf(path, sizeof(path), "/proc/thread-self/fd/%d", fd);
	reopen(path, is_input);
	reopen(name, is_input);
	change_by_path(name);
	snprintf(path, sizeof(path), "%d", fd);
	if (!linkat(by_path, path, AT_FDCWD, "linked", AT_SYMLINK_FOLLOW))
		reopen("linked", is_input);
	if (is_input && pread(fd, room, sizeof(room), 0) > 0)
		puts("read");
	if (!is_input)
		dprintf(fd, "written\n");
	return OUT;
}
