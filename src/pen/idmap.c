// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Id-mapped binds. As root the command's user differs from the owner of what the policy shows to
 * it. If the owner is mapped onto the command's user, for the one bind, a directory is to the
 * command what it is to its owner: new files belong to the owner, files private to the owner can be
 * read, and git does not take the repository for somebody else's.
 *
 * A writable bind must be mapped, or nothing runs. A read-only one is mapped so that it shows no
 * less than a writable one would; if that fails, it stays unmapped, and a note says so if it is
 * closed to the command.
 *
 * Mapping opens all of the owner's files in it, whatever their mode, and that owner is mostly root.
 * So for a read-only bind it must never be done to what holds the system's secrets, which only
 * modes protect from the command's user (/etc/shadow, keys, the files of services): the root and
 * the system's trees, whatever link or other mount leads there. They are always shown as they are.
 * Nor may it be done to what is mounted below such a bind: its owner was not checked, and it may be
 * one of these. A second mount of a directory inside one of these trees cannot be told from any
 * other directory: whoever makes it means it to be accessible by that name.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pen/steps.h"
#include "pen/tree.h"
#include "pen/user.h"

enum { DEPTH_MAX = PATH_MAX / 2 };

/* Other directories in the root hold things of the users who may write there. */
static const char *const systems[] = { "/bin",	 "/boot",  "/dev",    "/etc", "/lib",
				       "/lib32", "/lib64", "/libx32", "/opt", "/proc",
				       "/run",	 "/sbin",  "/sys",    "/usr", "/var" };

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_system(const struct stat *st)
{
	struct stat other;

	for (size_t i = 0; i < ARRAY_SIZE(systems); i++)
		if (stat(systems[i], &other) == 0 && is_same(st, &other))
			return true;
	return false;
}

/* Opens the directory itself, or the directory of a file. */
static int open_folder(const char *path, const struct stat *expected)
{
	auto_close int fd = open(path, O_PATH | O_CLOEXEC);
	char name[PROC_FD_ROOM], real[PATH_MAX];
	struct stat st;
	ssize_t len;

	if (fd < 0 || fstat(fd, &st) < 0 || !is_same(&st, expected))
		return -1;
	if (S_ISDIR(st.st_mode))
		return steal_fd(&fd);
	if (tree_name(fd, name))
		return -1;
	len = readlink(name, real, sizeof(real) - 1);
	while (len > 0 && real[len - 1] != '/')
		len--;
	if (len <= 0)
		return -1;
	real[len] = '\0';
	return open(real, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Walks up from what was opened, not along its path: links and mounts give the same directory other
 * names. If something cannot be found out, it counts as the system's. */
bool idmap_is_system_tree(const char *path, const struct stat *expected)
{
	auto_close int fd = open_folder(path, expected);
	struct stat st, root, above;

	if (fd < 0 || fstat(fd, &st) < 0 || stat("/", &root) < 0 || is_same(expected, &root))
		return true;
	for (int i = 0; i < DEPTH_MAX; i++) {
		int up;

		if (is_system(&st))
			return true;
		up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (up < 0)
			return true;
		close(fd);
		fd = up;
		if (fstat(fd, &above) < 0)
			return true;
		if (is_same(&above, &st))
			return false;
		st = above;
	}
	return true;
}

/* Stores the namespace that maps the owner in *ret_fd; it is made once for all binds of the same
 * owner. */
static int open_namespace(struct plan *plan, const struct stat *st, int *ret_fd)
{
	struct idmap *idmap = &plan->idmap;
	int err;

	if (idmap->fd < 0 || idmap->uid != st->st_uid || idmap->gid != st->st_gid) {
		cleanup_close(&idmap->fd);
		idmap->fd = -1;
		err = user_open_idmap(&plan->who, st->st_uid, st->st_gid, &idmap->fd);
		if (err)
			return err;
		idmap->uid = st->st_uid;
		idmap->gid = st->st_gid;
	}
	*ret_fd = idmap->fd;
	return 0;
}

static int map(struct plan *plan, int tree, const struct stat *st, unsigned int flags)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	int err, namespace;

	if (plan->has_old_mounts)
		return -ENOSYS;
	err = open_namespace(plan, st, &namespace);
	if (err)
		return err;
	attr.userns_fd = (uint64_t) namespace;
	return mount_setattr(tree, "", AT_EMPTY_PATH | flags, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

static int refuse(const struct step *step, const struct stat *st, int err, struct diags *diags)
{
	diags_add(diags, DIAG_ERROR, &step->place,
		  "cannot map the ids of the writable bind '%s': %s", step->source, strerror(-err));
	diags_hint(diags,
		   "%s may not know id-mapped mounts; run as the directory's owner instead: "
		   "user %u:%u",
		   err == -ENOSYS ? "this kernel" : "its file system", st->st_uid, st->st_gid);
	diags_refer(diags, MACHINE_ID_MAPPED_MOUNTS);
	return err;
}

/* By the mode alone, for a user who is not the owner. */
bool idmap_is_closed(const struct identity *who, const struct stat *st)
{
	mode_t wanted = S_ISDIR(st->st_mode) ? S_IROTH | S_IXOTH : S_IROTH;

	if (st->st_gid == who->gid)
		wanted <<= 3;
	return (st->st_mode & wanted) != wanted;
}

/* Only the first one is reported: the remedy is the same for all of an owner's. */
static void note_closed(struct plan *plan, const struct step *step, const struct stat *st)
{
	if (!plan->closed_note && idmap_is_closed(&plan->who, st))
		plan->closed_note = mem_printf(
			"'%s' is bound, but closed to the command's user %u: user %u:%u may "
			"read it",
			step->source, plan->who.inner_uid, st->st_uid, st->st_gid);
}

int idmap_bind(struct plan *plan, const struct step *step, int tree, struct diags *diags)
{
	struct stat st;
	int err;

	if (fstat(tree, &st) < 0)
		return diags_fail(diags, -errno, "cannot read the owner of '%s': %s", step->source,
				  strerror(errno));
	if (st.st_uid == plan->who.uid && st.st_gid == plan->who.gid)
		return 0;
	if (!(step->attributes & MOUNT_ATTR_RDONLY)) {
		err = map(plan, tree, &st, AT_RECURSIVE);
		return err ? refuse(step, &st, err, diags) : 0;
	}
	if (idmap_is_system_tree(step->source, &st) || map(plan, tree, &st, 0))
		note_closed(plan, step, &st);
	return 0;
}
