// SPDX-License-Identifier: GPL-2.0-or-later
/* Mounts in the new root: binds, file systems in memory, links, and covers. A mount is restricted
 * while it is detached, so that it is never visible without its restrictions. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "pen/steps.h"
#include "pen/tree.h"

static bool is_missing(int err)
{
	return err == -ENOENT || err == -ENOTDIR;
}

int mount_prepare_bind(struct setup *setup, struct step *step, struct diags *diags)
{
	struct plan *plan = setup->plan;
	int err = source_prepare(setup, step);

	if (err) {
		step->is_absent = step->is_optional && is_missing(err);
		return step->is_absent ? 0 : step_fail(step, PART_SOURCE, err, diags);
	}
	err = device_refuse_bind(step, diags);
	if (err)
		return err;
	if (!plan->who.is_privileged)
		return 0;
	return idmap_bind(plan, step, step->tree < 0 ? step->seen : step->tree, diags);
}

/* Should: mount the source with all mounts below it, restricted as the step says, and private. Must
 * not: follow a link in a strange root, or create the target on the host. */
static int take_mount_bind(struct setup *setup, const struct step *step)
{
	auto_close int tree = -1, target = -1;
	struct stat from, to;
	int err, fd;

	if (step->is_absent)
		return 0;
	setup->page->part = PART_SOURCE;
	err = source_clone(setup, step, &fd);
	/* A working directory that the caller itself may not enter, as after su, is not shown. */
	if (err && (step->is_here ? err == -EACCES : step->is_optional && is_missing(err)))
		return 0;
	if (err)
		return err;
	tree = fd;
	if (fstat(tree, &from) < 0)
		return -errno;
	err = tree_restrict(setup, tree, step->attributes, AT_RECURSIVE);
	if (err)
		return err;
	setup->page->part = PART_TARGET;
	err = root_open_target(setup, step->target, S_ISDIR(from.st_mode), &fd);
	if (err)
		return err;
	target = fd;
	if (fstat(target, &to) < 0)
		return -errno;
	setup->page->part = PART_KIND;
	if (S_ISDIR(from.st_mode) != S_ISDIR(to.st_mode))
		return S_ISDIR(to.st_mode) ? -EISDIR : -ENOTDIR;
	setup->page->part = PART_NONE;
	return step->is_overlaid && S_ISDIR(from.st_mode)
		       ? overlay_attach(setup, step, tree, target)
		       : cover_attach(setup, step, tree, target);
}

const struct step_kind mount_step_bind = {
	.run = take_mount_bind,
	.absent = "there is no such file on the host; 'bind try' skips what is not there"
};

/* Should: mount an empty file system in memory, of limited size, that belongs to the command. */
static int take_mount_tmpfs(struct setup *setup, const struct step *step)
{
	const struct identity *who = &setup->plan->who;
	auto_close int target = -1, tree = -1;
	int err, fd;

	err = root_open_target(setup, step->target, true, &fd);
	if (err)
		return err == -ENOENT && step->is_optional ? 0 : err;
	target = fd;
	err = tree_make_tmpfs(setup, step->number, step->mode, step->attributes, &fd);
	if (err)
		return err;
	tree = fd;
	if (who->is_privileged && fchownat(tree, "", who->inner_uid, who->inner_gid,
					   AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	err = cover_attach(setup, step, tree, target);
	return err ? err : root_add_own(setup, tree);
}

const struct step_kind mount_step_tmpfs = { .run = take_mount_tmpfs };

/* Should: make an empty directory in our own root. */
static int take_mount_folder(struct setup *setup, const struct step *step)
{
	return mkdirat(setup->root, step->target + 1, 0755) < 0 ? -errno : 0;
}

const struct step_kind mount_step_folder = { .run = take_mount_folder };

/* Should: copy a symlink from the host's root directory to our own root; it resolves inside the
 * pen. */
static int take_mount_link(struct setup *setup, const struct step *step)
{
	return symlinkat(step->source, setup->root, step->target + 1) < 0 ? -errno : 0;
}

const struct step_kind mount_step_link = { .run = take_mount_link };

/* Should: cover the target with something that nobody can open without capabilities. Must not: skip
 * a target that exists but cannot be covered. */
static int take_mount_hide(struct setup *setup, const struct step *step)
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
	err = tree_clone(setup, setup->base, S_ISDIR(st.st_mode) ? "directory" : "file", 0, &tree);
	if (!err)
		err = tree_restrict(setup, tree, step->attributes, 0);
	return err ? err : cover_attach(setup, step, tree, target);
}

const struct step_kind mount_step_hide = { .run = take_mount_hide };
