// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The new root: assembled on a base of ours that covers the old root, then made the root for good.
 * Every place in it is opened through the new root's descriptor, so that no link in a hostile
 * directory leads out; nothing is ever created on a file system that is not ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "pen/steps.h"
#include "pen/tree.h"

enum { PATH_ROOM = 4096, STACK_MAX = 4 };

/* Should: stop mount propagation in both directions, so that no mount made in the pen is visible
 * outside, nor the reverse. Must not: be skipped to save time. */
static int take_root_private(struct setup *setup, const struct step *step)
{
	(void)step;
	/* Modes of what is created from here on must not depend on the caller's umask. */
	setup->umask = umask(022);
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? -errno : 0;
}

const struct step_kind root_step_private = { .run = take_root_private };

int root_add_own(struct setup *setup, int fd)
{
	struct stat st;

	if (setup->n_own == SETUP_OWN_MAX)
		return -ENOSPC;
	if (fstat(fd, &st) < 0)
		return -errno;
	setup->own[setup->n_own++] = st.st_dev;
	return 0;
}

bool root_is_own(const struct setup *setup, dev_t dev)
{
	for (size_t i = 0; i < setup->n_own; i++)
		if (setup->own[i] == dev)
			return true;
	return false;
}

/*
 * Should: cover the old root by a small tmpfs that holds everything in the pen that is ours and
 * that nobody may write: a place for the new root, the directory for /dev, and the unreadable file
 * and directory that hide others. A single file system for these, because creating and destroying
 * each takes the kernel longer than filling it. Must not: touch the file system below it.
 */
static int take_root_base(struct setup *setup, const struct step *step)
{
	static const struct {
		const char *name;
		mode_t mode;
	} folders[] = { { "root", 0755 },
			{ "dev", 0755 },
			{ "proc", 0755 },
			{ "directory", 0 },
			{ "scratch", 0 } };
	static const char *const files[] = { "file", "scratch-file" };
	int fd, err;

	/* The files of /etc exist twice if no overlay takes the first copy. */
	err = tree_make_tmpfs(setup, step->number + 2 * etc_size(&setup->plan->etc), 0755,
			      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, &fd);
	if (err)
		return err;
	setup->base = fd;
	if (!setup->plan->has_old_mounts &&
	    move_mount(setup->base, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (mkdirat(setup->base, folders[i].name, folders[i].mode) < 0)
			return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		fd = openat(setup->base, files[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
		if (fd < 0)
			return -errno;
		close(fd);
	}
	return 0;
}

const struct step_kind root_step_base = { .run = take_root_base };

int root_mount_own(const struct setup *setup, const char *name, uint64_t attributes, int *ret_fd)
{
	auto_close int tree = -1;
	int err = tree_clone(setup, setup->base, name, 0, &tree);

	if (!err)
		err = tree_restrict(setup, tree, attributes, 0);
	if (!err)
		*ret_fd = steal_fd(&tree);
	return err;
}

/* Should: make an empty directory of ours the new root. */
static int take_root_memory(struct setup *setup, const struct step *step)
{
	int err = root_mount_own(setup, "root", step->attributes, &setup->root);

	if (!err)
		err = tree_attach_below(setup, setup->root, setup->base, "root");
	return err ? err : root_add_own(setup, setup->root);
}

const struct step_kind root_step_memory = { .run = take_root_memory };

/* Should: make a read-only bind of the directory, with all mounts below it, the new root. Must not:
 * treat the directory as ours: nothing is created in it. */
static int take_root_folder(struct setup *setup, const struct step *step)
{
	struct stat st;
	int err;

	setup->page->part = PART_SOURCE;
	err = source_clone(setup, step, &setup->root);
	if (!err && fstat(setup->root, &st) < 0)
		err = -errno;
	if (!err && !S_ISDIR(st.st_mode))
		err = -ENOTDIR;
	if (!err)
		err = tree_restrict(setup, setup->root, step->attributes, AT_RECURSIVE);
	return err ? err : tree_attach_below(setup, setup->root, setup->base, "root");
}

const struct step_kind root_step_folder = { .run = take_root_folder };

static int open_below(const struct setup *setup, const char *path, uint64_t flags)
{
	/* Links of the host's system directories may be followed inside the new root; those of a
	 * directory whose content is not ours are refused: they could move a mount elsewhere. */
	return fd_open_resolved(setup->root, path, O_PATH | flags,
				RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS |
					(setup->plan->has_strange_root ? RESOLVE_NO_SYMLINKS : 0));
}

/* Creates NAME in the directory DIR, which must be ours. */
static int make_missing(const struct setup *setup, int dir, const char *name, bool is_dir)
{
	struct stat st;
	int fd;

	if (fstat(dir, &st) < 0)
		return -errno;
	if (!root_is_own(setup, st.st_dev))
		return -ENOENT;
	if (is_dir)
		return mkdirat(dir, name, 0755) < 0 ? -errno : 0;
	/* An O_PATH descriptor is good enough for openat(). */
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* Opens PATH, whose last missing components are created: most often all but one are there. Returns
 * a descriptor or -errno; PATH is as before. */
static int open_made(const struct setup *setup, char *path, bool is_dir)
{
	const uint64_t flags = is_dir ? O_DIRECTORY : 0;
	int fd = open_below(setup, *path ? path : "/", flags);
	char *name = strrchr(path, '/');
	auto_close int dir = -1;
	int err;

	if (fd != -ENOENT)
		return fd;
	if (!name || !name[1])
		return -EINVAL;
	*name = '\0';
	dir = open_made(setup, path, true);
	*name = '/';
	if (dir < 0)
		return dir;
	err = make_missing(setup, dir, name + 1, is_dir);
	return err ? err : open_below(setup, path, flags);
}

int root_open_target(struct setup *setup, const char *target, bool is_dir, int *ret_fd)
{
	char path[PATH_ROOM];
	int fd;

	if (strlen(target) >= sizeof(path))
		return -ENAMETOOLONG;
	strcpy(path, target);
	fd = open_made(setup, path, is_dir);
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

int root_find_target(const struct setup *setup, const char *target, int *ret_fd)
{
	int fd = open_below(setup, target, 0);

	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

/* Should: make the mount on the target read-only once every mount point in it exists. */
static int take_root_seal(struct setup *setup, const struct step *step)
{
	auto_close int fd = -1;
	int err = step->is_optional ? root_find_target(setup, step->target, &fd)
				    : root_open_target(setup, step->target, true, &fd);

	if (err == -ENOENT && step->is_optional)
		return 0;
	return err ? err : tree_restrict(setup, fd, MOUNT_ATTR_RDONLY, 0);
}

const struct step_kind root_step_seal = { .run = take_root_seal };

int root_mount_id(int dir, const char *path, uint64_t *ret_id)
{
	struct statx stx;

	if (statx(dir, path, AT_EMPTY_PATH, STATX_MNT_ID, &stx) < 0)
		return -errno;
	if (!(stx.stx_mask & STATX_MNT_ID))
		return -ENOSYS;
	*ret_id = stx.stx_mnt_id;
	return 0;
}

/*
 * Should: make the new root the root of this mount namespace, and detach the old one with
 * everything below it. Must not: leave the working directory or a mount outside, or a mount on top
 * of the new root: ".." at the root would step up onto that.
 */
static int take_root_pivot(struct setup *setup, const struct step *step)
{
	auto_close int old = -1;
	uint64_t root = 0, top = 0;
	int err;

	(void)step;
	if (fchdir(setup->root) < 0)
		return -errno;
	err = root_mount_id(setup->root, "", &root);
	if (err)
		return err;
	/* The root below the base: "/" by itself does not step up onto what covers it. */
	old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (old < 0)
		return -errno;
	/* Both paths are the new root: the old root ends up on top of it. */
	if (syscall(SYS_pivot_root, ".", ".") < 0)
		return -errno;
	/* A single umount for the old root, the base that covers it and all the rest, because each
	 * waits for all CPUs. */
	if (fchdir(old) < 0 || umount2(".", MNT_DETACH) < 0)
		return -errno;
	for (int i = 0; i < STACK_MAX; i++) {
		err = root_mount_id(AT_FDCWD, "/..", &top);
		if (err)
			return err;
		if (top == root)
			return chdir("/") < 0 ? -errno : 0;
		if (umount2("/..", MNT_DETACH) < 0)
			return -errno;
	}
	return -EBUSY;
}

const struct step_kind root_step_pivot = { .run = take_root_pivot,
					   .needs = "statx with the id of a mount (Linux 5.8)" };
