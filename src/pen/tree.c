// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two ways to make a tree. The newer calls keep it detached until it is attached. mount(2) cannot
 * do that: then it is mounted on a scratch place in the base, where no other process is yet,
 * restricted mount by mount, and moved. Either way it must never be attached with fewer
 * restrictions than requested.
 */
#include "pen/tree.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pen/mounted.h"
#include "pen/steps.h"

enum { BYTES_PER_FILE = 1024, FEW_FILES = 64 };

static_assert(MOUNT_ATTR_RDONLY == MS_RDONLY && MOUNT_ATTR_NOSUID == MS_NOSUID &&
		      MOUNT_ATTR_NODEV == MS_NODEV && MOUNT_ATTR_NOEXEC == MS_NOEXEC,
	      "the attributes of both ways are the same bits");

bool tree_is_old(void)
{
	/* None of these can succeed; each fails with its own error if it exists. */
	return (open_tree(-1, "", 0) < 0 && errno == ENOSYS) ||
	       (move_mount(-1, "", -1, "", 0) < 0 && errno == ENOSYS) ||
	       (fsopen(NULL, 0) < 0 && errno == ENOSYS) ||
	       (fsconfig(-1, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0 && errno == ENOSYS) ||
	       (fsmount(-1, 0, 0) < 0 && errno == ENOSYS) ||
	       (mount_setattr(-1, "", 0, NULL, 0) < 0 && errno == ENOSYS);
}

int tree_name(int fd, char name[PROC_FD_ROOM])
{
	struct statfs fs;

	if (statfs("/proc/self/fd", &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return -ENODEV;
	proc_fd_name(fd, name);
	return 0;
}

/* mount(2) on TARGET, an open descriptor; SOURCE is another, or -1. */
static int mount_old(int source, int target, const char *type, unsigned long flags,
		     const char *data)
{
	char from[PROC_FD_ROOM] = "none", to[PROC_FD_ROOM];
	int err = tree_name(target, to);

	if (!err && source >= 0)
		err = tree_name(source, from);
	if (err)
		return err;
	return mount(from, to, type, flags, data) < 0 ? -errno : 0;
}

/* Opens the place in the base where a tree waits to be moved, or the tree on it. */
static int open_scratch(const struct setup *setup, bool is_dir, int *ret_fd)
{
	int fd;

	if (setup->base < 0) /* The base itself: it is mounted on the root, and covers it. */
		fd = open("/..", O_PATH | O_CLOEXEC);
	else
		/* A link may be mounted there. */
		fd = openat(setup->base, is_dir ? "scratch" : "scratch-file",
			    O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int make_old(const struct setup *setup, const char *type, const struct tree_option *options,
		    uint64_t attributes, int *ret_fd)
{
	auto_close int place = -1;
	char data[128] = "";
	size_t len = 0;
	int err;

	for (; options->name; options++)
		len += (size_t)snprintf(data + len, sizeof(data) - len, "%s%s=%s", len ? "," : "",
					options->name, options->value);
	err = open_scratch(setup, true, &place);
	if (err)
		return err;
	err = mount_old(-1, place, type, attributes, data);
	return err ? err : open_scratch(setup, true, ret_fd);
}

int tree_make(const struct setup *setup, const char *type, const struct tree_option *options,
	      uint64_t attributes, int *ret_fd)
{
	auto_close int context = -1;
	int fd;

	if (setup->plan->has_old_mounts)
		return make_old(setup, type, options, attributes, ret_fd);
	context = fsopen(type, FSOPEN_CLOEXEC);
	if (context < 0)
		return -errno;
	for (; options->name; options++)
		if (fsconfig(context, FSCONFIG_SET_STRING, options->name, options->value, 0) < 0)
			return -errno;
	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	fd = fsmount(context, FSMOUNT_CLOEXEC, (unsigned int)attributes);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int tree_make_tmpfs(const struct setup *setup, uint64_t size, mode_t mode, uint64_t attributes,
		    int *ret_fd)
{
	char mode_text[16], size_text[24], files_text[24];
	struct tree_option options[] = {
		{ "mode", mode_text }, { "size", size_text }, { "nr_inodes", files_text }, { 0 }
	};

	snprintf(mode_text, sizeof(mode_text), "0%o", (unsigned int)mode);
	snprintf(size_text, sizeof(size_text), "%llu", (unsigned long long)size);
	/* Empty files cost memory, too. */
	snprintf(files_text, sizeof(files_text), "%llu",
		 (unsigned long long)size / BYTES_PER_FILE + FEW_FILES);
	if (!size)
		options[1].name = NULL;
	return tree_make(setup, "tmpfs", options, attributes, ret_fd);
}

static int clone_old(const struct setup *setup, int dir, const char *path, unsigned int flags,
		     int *ret_fd)
{
	const int open_flags = O_PATH | O_CLOEXEC | (flags & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0);
	auto_close int source = flags & AT_EMPTY_PATH ? fcntl(dir, F_DUPFD_CLOEXEC, 0)
						      : openat(dir, path, open_flags);
	auto_close int place = -1;
	struct stat st;
	int err;

	if (source < 0 || fstat(source, &st) < 0)
		return -errno;
	err = open_scratch(setup, S_ISDIR(st.st_mode), &place);
	if (err)
		return err;
	err = mount_old(source, place, NULL, MS_BIND | (flags & AT_RECURSIVE ? MS_REC : 0), NULL);
	return err ? err : open_scratch(setup, S_ISDIR(st.st_mode), ret_fd);
}

int tree_clone(const struct setup *setup, int dir, const char *path, unsigned int flags,
	       int *ret_fd)
{
	int fd;

	if (setup->plan->has_old_mounts)
		return clone_old(setup, dir, path, flags, ret_fd);
	fd = open_tree(dir, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

/* Adds ATTRIBUTES to those of one mount, and checks that they are set. */
static int restrict_one(int fd, uint64_t attributes)
{
	static const struct {
		unsigned long has, set;
	} rows[] = {
		{ ST_RDONLY, MS_RDONLY }, { ST_NOSUID, MS_NOSUID }, { ST_NODEV, MS_NODEV },
		{ ST_NOEXEC, MS_NOEXEC }, { 0x2000, 256 }, /* nosymfollow: ST_ and MS_, which libc
							      does not define */
	};
	unsigned long flags = MS_REMOUNT | MS_BIND | attributes;
	struct statvfs fs;
	int err;

	if (fstatvfs(fd, &fs) < 0)
		return -errno;
	/* A remount clears every flag that is not repeated, except those for access times. */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		flags |= fs.f_flag & rows[i].has ? rows[i].set : 0;
	err = mount_old(-1, fd, NULL, flags, NULL);
	if (err)
		return err;
	if (fstatvfs(fd, &fs) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (attributes & rows[i].set && !(fs.f_flag & rows[i].has))
			return -EPERM;
	return 0;
}

struct restriction {
	uint64_t attributes;
};

/* A mount that cannot be reached because another covers it cannot be restricted, and might be
 * uncovered later: that is an error. */
static int restrict_below(void *data, int tree, const struct mounted *below, const char *path)
{
	const struct restriction *restriction = data;
	auto_close int fd = -1;
	uint64_t id;
	int err = mounted_open(tree, path, &fd);

	if (!err)
		err = root_mount_id(fd, "", &id);
	if (err)
		return err;
	return id == below->id ? restrict_one(fd, restriction->attributes) : -EBUSY;
}

int tree_restrict(const struct setup *setup, int tree, uint64_t attributes, unsigned int flags)
{
	struct mount_attr attr = { .attr_set = attributes, .propagation = MS_PRIVATE };
	int err;

	if (!setup->plan->has_old_mounts)
		return mount_setattr(tree, "", AT_EMPTY_PATH | flags, &attr, sizeof(attr)) < 0
			       ? -errno
			       : 0;
	/* They are private because all mounts of the namespace are. */
	err = restrict_one(tree, attributes);
	if (err || !(flags & AT_RECURSIVE))
		return err;
	return mounted_each_below(tree, false, restrict_below, &(struct restriction){ attributes });
}

int tree_attach(const struct setup *setup, int tree, int target)
{
	if (setup->plan->has_old_mounts)
		return mount_old(tree, target, NULL, MS_MOVE, NULL);
	return move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
			       0
		       ? -errno
		       : 0;
}

int tree_attach_below(const struct setup *setup, int tree, int dir, const char *name)
{
	auto_close int target = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return target < 0 ? -errno : tree_attach(setup, tree, target);
}

int tree_open(int tree, int flags, int *ret_fd)
{
	char name[PROC_FD_ROOM];
	int fd, err = tree_name(tree, name);

	if (err)
		return err;
	fd = open(name, flags | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}
