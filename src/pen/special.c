// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pen's own /dev and /proc: no more devices than every program expects, and a /proc that
 * shows the pen's processes, can be written by nobody and tells little of the host.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pen/steps.h"

struct device {
	const char *name, *host;
	unsigned int major, minor;
	bool is_optional;
};

static const struct device devices[] = {
	{ "null", "/dev/null", 1, 3, false },	    { "zero", "/dev/zero", 1, 5, false },
	{ "full", "/dev/full", 1, 7, false },	    { "random", "/dev/random", 1, 8, false },
	{ "urandom", "/dev/urandom", 1, 9, false }, { "tty", "/dev/tty", 5, 0, true },
};

static const struct {
	const char *name, *to;
} links[] = {
	{ "fd", "/proc/self/fd" },	 { "stdin", "/proc/self/fd/0" },
	{ "stdout", "/proc/self/fd/1" }, { "stderr", "/proc/self/fd/2" },
	{ "ptmx", "pts/ptmx" },
};

/* Binds one of the host's devices, after a look that it is what its name says. */
static int bind_device(int dir, const struct device *device)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
					       MOUNT_ATTR_NOEXEC };
	auto_close int tree = open_tree(AT_FDCWD, device->host,
					OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	auto_close int file = -1;
	struct stat st;

	if (tree < 0)
		return device->is_optional && errno == ENOENT ? 0 : -errno;
	if (fstat(tree, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(device->major, device->minor))
		return -ENODEV;
	if (mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return -errno;
	file = openat(dir, device->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	return file < 0 ? -errno : mount_attach(tree, file);
}

static int mount_pts(int dir)
{
	auto_close int context = fsopen("devpts", FSOPEN_CLOEXEC);
	auto_close int tree = -1;

	if (context < 0)
		return -errno;
	if (fsconfig(context, FSCONFIG_SET_STRING, "ptmxmode", "0666", 0) < 0 ||
	    fsconfig(context, FSCONFIG_SET_STRING, "mode", "0620", 0) < 0 ||
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	tree = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	if (tree < 0 || mkdirat(dir, "pts", 0755) < 0)
		return -errno;
	return move_mount(tree, "", dir, "pts", MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;
}

static int mount_shm(int dir, uint64_t size)
{
	auto_close int tree = -1;
	int fd, err;

	err = mount_make_tmpfs(size, 01777, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, &fd);
	if (err)
		return err;
	tree = fd;
	if (mkdirat(dir, "shm", 0755) < 0)
		return -errno;
	return move_mount(tree, "", dir, "shm", MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;
}

static int fill_dev(int dir, uint64_t shm_size)
{
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		err = bind_device(dir, &devices[i]);
		if (err)
			return err;
	}
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (symlinkat(links[i].to, dir, links[i].name) < 0)
			return -errno;
	err = mount_pts(dir);
	return err ? err : mount_shm(dir, shm_size);
}

/*
 * Should: mount a /dev with the few devices that every program expects, and own terminals. Must
 * not: trust a name: each device is checked by its numbers (CVE-2025-31133).
 */
int special_step_dev(struct setup *setup, const struct step *step)
{
	auto_close int target = -1, dir = -1;
	int err, fd;

	err = root_open_target(setup, step->target, true, &fd);
	if (err)
		return err == -ENOENT && step->is_optional ? 0 : err;
	target = fd;
	err = mount_make_tmpfs(1 << 16, 0755, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, &fd);
	if (err)
		return err;
	dir = fd;
	err = mount_attach(dir, target);
	if (!err)
		err = root_add_own(setup, dir);
	return err ? err : fill_dev(dir, step->number);
}

/* Whoever wants a user namespace inside gets ENOSPC; without capabilities nobody can raise it. */
static int forbid_user_namespaces(int proc)
{
	auto_close int fd = openat(proc, "sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, "0", 1) == 1 ? 0 : -errno;
}

/*
 * Should: mount the /proc of the pen's pid namespace, read-only as a whole, and forbid further
 * user namespaces through it. Must not: write through a path: only below the descriptor of the
 * mount just made, before anyone else can reach it (CVE-2025-52881).
 */
int special_step_proc(struct setup *setup, const struct step *step)
{
	auto_close int context = fsopen("proc", FSOPEN_CLOEXEC);
	auto_close int tree = -1, target = -1;
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	struct statfs fs;
	int err, fd;

	if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	tree = fsmount(context, FSMOUNT_CLOEXEC,
		       MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	if (tree < 0 || fstatfs(tree, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return -ENODEV;
	if (step->number) {
		err = forbid_user_namespaces(tree);
		if (err)
			return err;
	}
	if (mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return -errno;
	err = root_open_target(setup, step->target, true, &fd);
	if (err)
		return err == -ENOENT && step->is_optional ? 0 : err;
	target = fd;
	return mount_attach(tree, target);
}
