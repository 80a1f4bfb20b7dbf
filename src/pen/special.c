// SPDX-License-Identifier: GPL-2.0-or-later
/* The pen's own /dev and /proc: no more devices than every program expects, and a /proc that shows
 * the pen's processes, can be written by nobody and reveals little of the host. */
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
#include "base/pathname.h"
#include "base/str.h"
#include "pen/steps.h"
#include "pen/tree.h"

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

bool special_has(const char *path, bool *ret_is_device)
{
	static const char *const folders[] = { "pts", "shm" };
	bool has = false;

	*ret_is_device = false;
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		*ret_is_device |= str_eq(path, devices[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		has |= path_is_below(path, links[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		has |= path_is_below(path, folders[i]);
	return has || *ret_is_device;
}

/* Binds one of the host's devices, after checking that it is what its name says. */
static int bind_device(const struct setup *setup, int dir, const struct device *device)
{
	const uint64_t attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
	auto_close int tree = -1, file = -1;
	struct stat st;
	int err = tree_clone(setup, AT_FDCWD, device->host, AT_SYMLINK_NOFOLLOW, &tree);

	if (err)
		return device->is_optional && err == -ENOENT ? 0 : err;
	if (fstat(tree, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(device->major, device->minor))
		return -ENODEV;
	err = tree_restrict(setup, tree, attributes, 0);
	if (err)
		return err;
	file = openat(dir, device->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	return file < 0 ? -errno : tree_attach(setup, tree, file);
}

static int mount_pts(const struct setup *setup, int dir)
{
	static const struct tree_option options[] = { { "ptmxmode", "0666" },
						      { "mode", "0620" },
						      { "max", "256" }, /* of the machine's 4096 */
						      { 0 } };
	auto_close int tree = -1;
	int err = tree_make(setup, "devpts", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, &tree);

	if (err)
		return err;
	if (mkdirat(dir, "pts", 0755) < 0)
		return -errno;
	return tree_attach_below(setup, tree, dir, "pts");
}

static int mount_shm(const struct setup *setup, int dir, uint64_t size)
{
	auto_close int tree = -1;
	int err = tree_make_tmpfs(setup, size, 01777, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, &tree);

	if (err)
		return err;
	if (mkdirat(dir, "shm", 0755) < 0)
		return -errno;
	return tree_attach_below(setup, tree, dir, "shm");
}

static int fill_dev(const struct setup *setup, int dir, uint64_t shm_size)
{
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		err = bind_device(setup, dir, &devices[i]);
		if (err)
			return err;
	}
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (symlinkat(links[i].to, dir, links[i].name) < 0)
			return -errno;
	err = mount_pts(setup, dir);
	return err ? err : mount_shm(setup, dir, shm_size);
}

/* Should: mount a /dev with the few devices that every program expects, and its own terminals. Must
 * not: trust a name: each device is checked by its numbers (CVE-2025-31133). */
static int take_special_dev(struct setup *setup, const struct step *step)
{
	auto_close int target = -1, dir = -1;
	int err, fd;

	err = root_open_target(setup, step->target, true, &fd);
	if (err)
		return err == -ENOENT && step->is_optional ? 0 : err;
	target = fd;
	err = root_mount_own(setup, "dev", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, &dir);
	if (err)
		return err;
	err = tree_attach(setup, dir, target);
	if (!err)
		err = root_add_own(setup, dir);
	return err ? err : fill_dev(setup, dir, step->number);
}

const struct step_kind special_step_dev = { .run = take_special_dev };

/*
 * Should: mount the /proc of the pen's pid namespace, entirely read-only, and limit through it what
 * the kernel counts for the caller, with no further user namespaces at all. Must not: write through
 * a path: only below the descriptor of the mount just made, before anyone else can reach it
 * (CVE-2025-52881).
 */
static int take_special_proc(struct setup *setup, const struct step *step)
{
	static const struct tree_option none[] = { { 0 } };
	const uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	auto_close int tree = -1, target = -1;
	struct statfs fs;
	int fd, err = tree_make(setup, "proc", none, attributes, &tree);

	if (err)
		return err;
	if (fstatfs(tree, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return -ENODEV;
	if (step->number) {
		err = budget_write(setup, tree);
		if (err)
			return err;
	}
	err = tree_restrict(setup, tree, MOUNT_ATTR_RDONLY, 0);
	if (err)
		return err;
	err = root_open_target(setup, step->target, true, &fd);
	if (err)
		return err == -ENOENT && step->is_optional ? 0 : err;
	target = fd;
	return tree_attach(setup, tree, target);
}

const struct step_kind special_step_proc = { .run = take_special_proc };
