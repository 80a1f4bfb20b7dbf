// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Mounts in the new root: binds, file systems in memory, links, and what hides. A mount gets its
 * restrictions while it is detached, so that it is never seen without them.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "pen/steps.h"

enum { BYTES_PER_FILE = 1024, FEW_FILES = 64 };

int mount_make_tmpfs(uint64_t size, mode_t mode, uint64_t attributes, int *ret_fd)
{
	auto_close int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
	char text[32];
	int fd;

	if (context < 0)
		return -errno;
	snprintf(text, sizeof(text), "0%o", (unsigned int)mode);
	if (fsconfig(context, FSCONFIG_SET_STRING, "mode", text, 0) < 0)
		return -errno;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)size);
	if (size && fsconfig(context, FSCONFIG_SET_STRING, "size", text, 0) < 0)
		return -errno;
	/* Files without content cost memory too. */
	snprintf(text, sizeof(text), "%llu", (unsigned long long)size / BYTES_PER_FILE + FEW_FILES);
	if (size && fsconfig(context, FSCONFIG_SET_STRING, "nr_inodes", text, 0) < 0)
		return -errno;
	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	fd = fsmount(context, FSMOUNT_CLOEXEC, (unsigned int)attributes);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int mount_attach(int tree, int target)
{
	return move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
			       0
		       ? -errno
		       : 0;
}

static int restrict_tree(int tree, uint64_t attributes)
{
	struct mount_attr attr = { .attr_set = attributes, .propagation = MS_PRIVATE };

	return mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) < 0
		       ? -errno
		       : 0;
}

/* Maps the ids of a writable bind, so that what the child writes is its folder's owner's. */
static int map_ids(const struct plan *plan, const struct step *step, struct diags *diags)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	auto_close int namespace = -1;
	struct stat st;
	int err, fd;

	if (fstat(step->tree, &st) < 0)
		return diags_fail(diags, -errno, "cannot read the owner of '%s': %s", step->source,
				  strerror(errno));
	if (st.st_uid == plan->who.uid && st.st_gid == plan->who.gid)
		return 0;
	err = user_open_idmap(&plan->who, st.st_uid, st.st_gid, &fd);
	if (err)
		return diags_fail(diags, err, "cannot make the id map of '%s': %s", step->source,
				  strerror(-err));
	namespace = fd;
	attr.userns_fd = (uint64_t) namespace;
	if (mount_setattr(step->tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) == 0)
		return 0;
	err = -errno;
	diags_fail(diags, err, "cannot map the ids of the writable bind '%s': %s", step->source,
		   strerror(-err));
	diags_hint(diags,
		   "its file system may not know id-mapped mounts; run as the folder's "
		   "owner instead: user %u:%u",
		   st.st_uid, st.st_gid);
	return err;
}

int mount_prepare_bind(struct setup *setup, struct step *step, struct diags *diags)
{
	int err;

	step->tree = open_tree(AT_FDCWD, step->source,
			       OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (step->tree < 0) {
		if (step->is_optional && (errno == ENOENT || errno == ENOTDIR))
			return 0;
		return diags_fail(diags, -errno, "cannot %s: %s", step->text, strerror(errno));
	}
	if (!(step->attributes & MOUNT_ATTR_RDONLY)) {
		err = map_ids(setup->plan, step, diags);
		if (err)
			return err;
	}
	return 0;
}

/*
 * Should: mount the source with all mounts below it, restricted as the step says, and private.
 * Must not: follow a link of a strange root, nor make the target on the host.
 */
int mount_step_bind(struct setup *setup, const struct step *step)
{
	auto_close int tree = step->tree, target = -1;
	struct stat st;
	int err, fd;

	if (tree < 0 && step->prepare)
		return step->is_optional ? 0 : -ENOENT;
	if (tree < 0)
		tree = open_tree(AT_FDCWD, step->source,
				 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (tree < 0)
		return step->is_optional && (errno == ENOENT || errno == ENOTDIR) ? 0 : -errno;
	if (fstat(tree, &st) < 0)
		return -errno;
	err = restrict_tree(tree, step->attributes);
	if (err)
		return err;
	err = root_open_target(setup, step->target, S_ISDIR(st.st_mode), &fd);
	if (err)
		return err;
	target = fd;
	return mount_attach(tree, target);
}

/* Should: mount an empty file system in memory of a bounded size. */
int mount_step_tmpfs(struct setup *setup, const struct step *step)
{
	auto_close int target = -1, tree = -1;
	int err, fd;

	err = root_open_target(setup, step->target, true, &fd);
	if (err)
		return err == -ENOENT && step->is_optional ? 0 : err;
	target = fd;
	err = mount_make_tmpfs(step->number, step->mode, step->attributes, &fd);
	if (err)
		return err;
	tree = fd;
	err = mount_attach(tree, target);
	return err ? err : root_add_own(setup, tree);
}

/* Should: make an empty folder in a root of ours. */
int mount_step_folder(struct setup *setup, const struct step *step)
{
	return mkdirat(setup->root, step->target + 1, 0755) < 0 ? -errno : 0;
}

/* Should: repeat a link of the host's root folder in a root of ours; it leads where it leads
 * inside the pen. */
int mount_step_link(struct setup *setup, const struct step *step)
{
	return symlinkat(step->source, setup->root, step->target + 1) < 0 ? -errno : 0;
}

/*
 * Should: cover the target with something that nobody without capabilities can open. Must not:
 * pass over a target that is there but cannot be covered.
 */
int mount_step_hide(struct setup *setup, const struct step *step)
{
	auto_close int target = -1, tree = -1;
	struct stat st;
	int err, fd;

	err = root_find_target(setup, step->target, &fd);
	if (err)
		return (err == -ENOENT || err == -ENOTDIR) && step->is_optional ? 0 : err;
	target = fd;
	if (fstat(target, &st) < 0)
		return -errno;
	tree = open_tree(setup->base, S_ISDIR(st.st_mode) ? "folder" : "file",
			 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0)
		return -errno;
	err = restrict_tree(tree, step->attributes);
	return err ? err : mount_attach(tree, target);
}
