// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Binds in which something is covered: hidden, or replaced by another file. A mount on the host's
 * file system disappears when somebody on the host renames another file over its mount point, as
 * every editor does, and what it covered is visible in the pen. So a read-only bind with such mount
 * points is shown through an overlay with an empty upper layer: the mount points are then the
 * overlay's own, and no rename on the host affects a mount on them. Reading through it reads the
 * host's file; but a process in the pen that looked at a name before may not see that it was
 * replaced or created since.
 *
 * In the overlay of /etc that layer is not quite empty: it has the pen's own files (etc.c).
 *
 * The overlay's root takes its owner, mode and access control list from that layer, so those must
 * be the bind's. Must never: show a directory to anyone who may not see it, or lose a mount below
 * it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "pen/etc.h"
#include "pen/mounted.h"
#include "pen/steps.h"
#include "pen/tree.h"

enum { NAME_ROOM = 24, OPTION_ROOM = 2 * PROC_FD_ROOM + 2, ACL_ROOM = 4096 };

/* Creates a directory in the base, returning its NAME, and opens it. */
static int make_folder(const struct setup *setup, const char *kind, char name[NAME_ROOM],
		       int *ret_fd)
{
	int fd;

	snprintf(name, NAME_ROOM, "%s.%zu", kind, setup->n_overlays);
	if (mkdirat(setup->base, name, 0700) < 0)
		return -errno;
	fd = openat(setup->base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int copy_acl(int from, int to)
{
	static const char acl[] = "system.posix_acl_access";
	char name[PROC_FD_ROOM], room[ACL_ROOM];
	int err = tree_name(from, name);
	ssize_t n;

	if (err)
		return err;
	n = getxattr(name, acl, room, sizeof(room));
	if (n < 0)
		return errno == ENODATA || errno == EOPNOTSUPP ? 0 : -errno;
	return fsetxattr(to, acl, room, (size_t)n, 0) < 0 ? -errno : 0;
}

/* An owner that is not mapped cannot be set: then the directory belongs to pid 1, whose user is the
 * command's, and what is below is accessed with no more rights than that. */
static int copy_rights(const struct setup *setup, int from, int to)
{
	struct stat st;
	int err;

	if (fstat(from, &st) < 0)
		return -errno;
	if (fchown(to, st.st_uid, st.st_gid) < 0 && setup->plan->who.is_privileged)
		return -errno;
	if (fchmod(to, st.st_mode & 07777) < 0)
		return -errno;
	err = copy_acl(from, to);
	return err || futimens(to, (const struct timespec[]){ st.st_atim, st.st_mtim }) == 0
		       ? err
		       : -errno;
}

/* Mounts an overlay of LAYER over the attached BELOW, not attached yet. */
static int mount_overlay(const struct setup *setup, int layer, int below, uint64_t attributes,
			 int *ret_fd)
{
	char upper[PROC_FD_ROOM], lower[PROC_FD_ROOM], both[OPTION_ROOM];
	struct tree_option options[] = { { "lowerdir", both }, { 0 } };
	int err = tree_name(layer, upper);

	if (!err)
		err = tree_name(below, lower);
	if (err)
		return err;
	snprintf(both, sizeof(both), "%s:%s", upper, lower);
	return tree_make(setup, "overlay", options, attributes, ret_fd);
}

struct rebind {
	const struct setup *setup;
	int overlay; /* attached */
	const struct step *step;
};

static int bind_again(void *data, int tree, const struct mounted *below, const char *path)
{
	const struct rebind *rebind = data;
	auto_close int clone = -1, target = -1;
	int err;

	/* Containers have mounts on the very files that the pen has its own of. */
	if (rebind->step->has_etc && etc_has(&rebind->setup->plan->etc, path))
		return 0;
	err = tree_clone(rebind->setup, tree, path, AT_RECURSIVE | AT_SYMLINK_NOFOLLOW, &clone);

	(void)below;
	if (!err)
		err = tree_restrict(rebind->setup, clone, rebind->step->attributes, AT_RECURSIVE);
	if (!err)
		err = mounted_open(rebind->overlay, path, &target);
	return err ? err : tree_attach(rebind->setup, clone, target);
}

/* Stores in *ret_fd an overlay over TREE, for which it makes a mount point in the base. */
static int make_overlay(struct setup *setup, const struct step *step, int tree, int *ret_below,
			int *ret_fd)
{
	auto_close int layer = -1, place = -1, below = -1;
	char name[NAME_ROOM];
	int err;

	setup->n_overlays++;
	err = make_folder(setup, "layer", name, &layer);

	if (!err && step->has_etc)
		err = etc_write(&setup->plan->etc, layer);
	if (!err)
		err = copy_rights(setup, tree, layer);
	if (!err)
		err = make_folder(setup, "below", name, &place);
	/* Before Linux 6.15 an overlay takes only what is attached in this namespace. */
	if (!err)
		err = tree_attach(setup, tree, place);
	if (err)
		return err; /* TREE is not attached */
	below = openat(setup->base, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (below < 0)
		return -errno;
	err = mount_overlay(setup, layer, below, step->attributes, ret_fd);
	*ret_below = steal_fd(&below);
	return err;
}

/* Without an overlay, covers are watched (cover.c). */
static int attach_bare(struct setup *setup, const struct step *step, int tree, int target)
{
	int err = cover_attach(setup, step, tree, target);

	return err || !step->has_etc ? err : etc_cover(setup);
}

/* Mounts what was mounted in BELOW in the overlay attached on the step's target, too. */
static int rebind_all(struct setup *setup, const struct step *step, int below, bool is_firm)
{
	struct rebind rebind = { .setup = setup, .step = step };
	auto_close int overlay = -1;
	int err = root_find_target(setup, step->target, &overlay);

	if (!err && is_firm)
		err = cover_add_firm(setup, overlay);
	rebind.overlay = overlay;
	return err ? err : mounted_each_below(below, true, bind_again, &rebind);
}

int overlay_attach(struct setup *setup, const struct step *step, int tree, int target)
{
	auto_close int below = -1, overlay = -1;
	uint64_t id;
	int err;

	/* Without mount ids there can be no pen: a later step, which needs them, reports that. */
	if (root_mount_id(tree, "", &id) == -ENOSYS)
		return tree_attach(setup, tree, target);
	err = make_overlay(setup, step, tree, &below, &overlay);
	/* The kernel or the file system does not support overlays. */
	if (err)
		return attach_bare(setup, step, below < 0 ? tree : below, target);
	err = cover_attach(setup, step, overlay, target);
	return err ? err : rebind_all(setup, step, below, true);
}

/* What is mounted in it later is watched itself, so the overlay need not be. */
int overlay_lay(struct setup *setup, const struct step *step, int tree, int target)
{
	auto_close int below = -1, overlay = -1;

	if (make_overlay(setup, step, tree, &below, &overlay))
		return etc_cover(setup);
	if (tree_attach(setup, overlay, target))
		return etc_cover(setup);
	return rebind_all(setup, step, below, false);
}
