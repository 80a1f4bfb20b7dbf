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
#include "pen/tree.h"

static int refuse_idmap(const struct step *step, const struct stat *st, int err,
			struct diags *diags)
{
	diags_add(diags, DIAG_ERROR, &step->place,
		  "cannot map the ids of the writable bind '%s': %s", step->source, strerror(-err));
	diags_hint(diags,
		   "%s may not know id-mapped mounts; run as the folder's owner instead: "
		   "user %u:%u",
		   err == -ENOSYS ? "this kernel" : "its file system", st->st_uid, st->st_gid);
	return err;
}

/* Maps the ids of a writable bind, so that what the child writes is its folder's owner's. */
static int map_ids(const struct plan *plan, const struct step *step, int source,
		   struct diags *diags)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	auto_close int namespace = -1;
	struct stat st;
	int err, fd;

	if (fstat(source, &st) < 0)
		return diags_fail(diags, -errno, "cannot read the owner of '%s': %s", step->source,
				  strerror(errno));
	if (st.st_uid == plan->who.uid && st.st_gid == plan->who.gid)
		return 0;
	if (plan->has_old_mounts)
		return refuse_idmap(step, &st, -ENOSYS, diags);
	err = user_open_idmap(&plan->who, st.st_uid, st.st_gid, &fd);
	if (err)
		return diags_fail(diags, err, "cannot make the id map of '%s': %s", step->source,
				  strerror(-err));
	namespace = fd;
	attr.userns_fd = (uint64_t) namespace;
	if (mount_setattr(source, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) == 0)
		return 0;
	return refuse_idmap(step, &st, -errno, diags);
}

/* By mount(2) the bind is made in the pen alone: here it is only looked at. */
int mount_prepare_bind(struct setup *setup, struct step *step, struct diags *diags)
{
	const struct plan *plan = setup->plan;
	auto_close int seen = plan->has_old_mounts ? open(step->source, O_PATH | O_CLOEXEC)
						   : open_tree(AT_FDCWD, step->source,
							       OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
								       AT_RECURSIVE);
	int err = 0;

	if (seen < 0) {
		step->is_absent = step->is_optional && (errno == ENOENT || errno == ENOTDIR);
		if (step->is_absent)
			return 0;
		return step_fail(step, -errno, diags);
	}
	if (!(step->attributes & MOUNT_ATTR_RDONLY))
		err = map_ids(plan, step, seen, diags);
	if (!err && !plan->has_old_mounts)
		step->tree = steal_fd(&seen);
	return err;
}

/*
 * Should: mount the source with all mounts below it, restricted as the step says, and private.
 * Must not: follow a link of a strange root, nor make the target on the host.
 */
int mount_step_bind(struct setup *setup, const struct step *step)
{
	auto_close int tree = step->tree, target = -1;
	struct stat st;
	int err = 0, fd;

	if (step->is_absent)
		return 0;
	if (tree < 0)
		err = tree_clone(setup, AT_FDCWD, step->source, AT_RECURSIVE, &tree);
	if (err)
		return step->is_optional && (err == -ENOENT || err == -ENOTDIR) ? 0 : err;
	if (fstat(tree, &st) < 0)
		return -errno;
	err = tree_restrict(setup, tree, step->attributes, AT_RECURSIVE);
	if (err)
		return err;
	err = root_open_target(setup, step->target, S_ISDIR(st.st_mode), &fd);
	if (err)
		return err;
	target = fd;
	return tree_attach(setup, tree, target);
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
	err = tree_make_tmpfs(setup, step->number, step->mode, step->attributes, &fd);
	if (err)
		return err;
	tree = fd;
	err = tree_attach(setup, tree, target);
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
	err = tree_clone(setup, setup->base, S_ISDIR(st.st_mode) ? "folder" : "file", 0, &tree);
	if (!err)
		err = tree_restrict(setup, tree, step->attributes, 0);
	return err ? err : tree_attach(setup, tree, target);
}
