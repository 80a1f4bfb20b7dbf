// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sources of binds, and of the root, as typed: opened once, so that what is checked is what gets
 * bound, whatever is swapped meanwhile. Where the command may write, the path must contain no link
 * that an earlier run could have made (base/walk.h): it would expose another place. With privileges
 * the supervisor takes the mount; otherwise pid 1 must, because a mount can be taken only in one's
 * own mount namespace, and it does so only if the source is still what the supervisor saw.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/trail.h"
#include "base/walk.h"
#include "pen/steps.h"
#include "pen/tree.h"

enum { TREE_FLAGS = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE };

/* The directories on the way to a source, and whether one of them is a writable bind's. */
struct passed {
	const struct settings *settings;
	bool is_writable;
};

static void note_passed(void *data, const char *path, const struct stat *st)
{
	struct passed *passed = data;

	(void)path;
	for (size_t i = 0; st && S_ISDIR(st->st_mode) && i < passed->settings->binds.n; i++) {
		const struct bind_setting *bind = &passed->settings->binds.v[i];
		struct stat own;

		passed->is_writable |= bind->is_writable && stat(bind->source, &own) == 0 &&
				       own.st_dev == st->st_dev && own.st_ino == st->st_ino;
	}
}

/* Comparing names is not enough: the path may contain links. */
bool source_is_strict(const struct settings *settings, const struct bind_setting *bind)
{
	struct passed passed = { settings, bind->is_writable };

	for (size_t i = 0; i < settings->binds.n && !passed.is_writable; i++) {
		if (!settings->binds.v[i].is_writable)
			continue;
		if (trail_follow(bind->source, note_passed, &passed))
			return true;
		break;
	}
	return passed.is_writable;
}

/* Walks to the source, and renames it to its path without links. */
static int walk(struct step *step)
{
	struct walk walk;
	int fd = walk_open(step->source, &walk);

	if (fd < 0)
		return fd;
	free(step->source);
	step->source = mem_strdup(walk.path);
	step->seen = fd;
	return 0;
}

/* Opens the source for a caller without privileges. Pid 1 may enter places that the caller may not,
 * by ids that are mapped besides its own: then there is nothing to compare with, and no link is
 * followed at all. */
static int look(struct step *step)
{
	int err = step->is_strict ? walk(step) : 0;

	return err == -EACCES ? 0 : err;
}

int source_prepare(struct setup *setup, struct step *step)
{
	const struct plan *plan = setup->plan;
	int err;

	if (!plan->who.is_privileged)
		return look(step);
	if (step->is_strict) {
		err = walk(step);
		if (err)
			return err;
	} else if (plan->has_old_mounts) {
		step->seen = open(step->source, O_PATH | O_CLOEXEC);
		if (step->seen < 0)
			return -errno;
	}
	if (plan->has_old_mounts)
		return 0;
	step->tree = step->is_strict ? open_tree(step->seen, "", TREE_FLAGS | AT_EMPTY_PATH)
				     : open_tree(AT_FDCWD, step->source, TREE_FLAGS);
	if (step->tree >= 0)
		return 0;
	/* Root of a container may map ids and take no mounts: then pid 1 takes this one, too. */
	if (errno != EPERM)
		return -errno;
	if (step->seen < 0)
		step->seen = open(step->source, O_PATH | O_CLOEXEC);
	return step->seen < 0 ? -errno : 0;
}

static int compare(int seen, int fd)
{
	struct stat a, b;

	if (fstat(seen, &a) < 0 || fstat(fd, &b) < 0)
		return -errno;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino ? 0 : -ESTALE;
}

/* Takes the working directory, whatever its name is by now. A process that entered a mount
 * namespace with it open (nsenter --wd) has it on a mount of another namespace: then take it by
 * name, if that leads there. */
static int clone_here(const struct setup *setup, const struct step *step, int *ret_tree)
{
	auto_close int here = -1, tree = -1;
	int err = tree_clone(setup, AT_FDCWD, ".", AT_RECURSIVE, ret_tree);

	if (err != -EINVAL)
		return err;
	here = open(".", O_PATH | O_CLOEXEC);
	if (here < 0)
		return -errno;
	err = tree_clone(setup, AT_FDCWD, step->source, AT_RECURSIVE, &tree);
	if (!err)
		err = compare(here, tree);
	if (!err)
		*ret_tree = steal_fd(&tree);
	return err;
}

int source_clone(const struct setup *setup, const struct step *step, int *ret_tree)
{
	auto_close int fd = -1, tree = -1;
	int err, taken;

	if (step->tree >= 0) {
		*ret_tree = step->tree;
		return 0;
	}
	if (step->is_strict) {
		fd = walk_open_again(step->source);
		if (fd < 0)
			return fd;
		err = tree_clone(setup, fd, "", AT_RECURSIVE | AT_EMPTY_PATH, &taken);
	} else if (step->is_here) {
		err = clone_here(setup, step, &taken);
	} else {
		err = tree_clone(setup, AT_FDCWD, step->source, AT_RECURSIVE, &taken);
	}
	if (err)
		return err;
	tree = taken;
	err = step->seen >= 0 ? compare(step->seen, tree) : 0;
	if (!err)
		*ret_tree = steal_fd(&tree);
	return err;
}
