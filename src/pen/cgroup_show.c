// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pen's own cgroup as the command sees it, where language runtimes look up what they may use: a
 * JVM sizes its heap by it, Go its threads. Read-only, and without any other cgroup: the mount
 * begins at the pen's own directory in each hierarchy, and /proc/self/cgroup, in the pen's cgroup
 * namespace, calls it "/".
 *
 * In a v1 hierarchy in which nothing is limited the pen has no directory: its processes stay in the
 * caller's, next to others. But a JVM looks at no limit unless it finds four hierarchies. So a few
 * files of the caller's directory are shown: those that say what it may use at most.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cgroup/cgroup.h"
#include "cgroup/cgroup_parts.h"
#include "pen/steps.h"
#include "pen/tree.h"

static const char place[] = "/sys/fs/cgroup";
static const uint64_t attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				   MOUNT_ATTR_NOEXEC;

void cgroup_show_plan(struct plan *plan)
{
	const struct settings *settings = plan->request->settings;
	struct step *step;

	if (!cgroup_is_shown(settings->limits) || view_is_mounted(settings, place))
		return;
	step = plan_add(plan, BY_INIT, &cgroup_step_show, "show the pen's own cgroup, read-only");
	step->target = mem_strdup(place);
	step->is_optional = plan->has_strange_root;
}

void cgroup_show_plan_seal(struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct step *step;

		if (plan->v[i].kind != &cgroup_step_show)
			continue;
		step = plan_add(plan, BY_INIT, &root_step_seal, "make '%s' read-only", place);
		step->target = mem_strdup(place);
		step->is_optional = plan->has_strange_root;
		return;
	}
}

/* Should: be in the cgroup before anything is allocated for the pen, and see it as the root of all
 * cgroups. Must not: be relied on to move anything with v2, where the clone did that. */
static int take_cgroup_join(struct setup *setup, const struct step *step)
{
	int n;

	(void)step;
	if (!setup->cgroup)
		return 0;
	n = cgroup_join(setup->cgroup);
	if (n < 0)
		return n;
	if (!(setup->plan->namespaces & CLONE_NEWCGROUP))
		return 0;
	/* The cgroup namespace made by the clone is rooted at the supervisor's cgroups, whatever
	 * cgroup this process was created in. */
	return unshare(CLONE_NEWCGROUP) < 0 ? -errno : 0;
}

const struct step_kind cgroup_step_join = { .run = take_cgroup_join };

/* Opens the pen's directory in one hierarchy as a mount, if it is still the one that was made. */
static int clone_node(const struct setup *setup, const struct cgroup_node *node, int *ret_tree)
{
	auto_close int tree = -1;
	struct stat made, found;
	int err = tree_clone(setup, AT_FDCWD, node->path, AT_SYMLINK_NOFOLLOW, &tree);

	if (err)
		return err;
	if (fstat(node->dir, &made) < 0 || fstat(tree, &found) < 0)
		return -errno;
	if (made.st_dev != found.st_dev || made.st_ino != found.st_ino)
		return -ESTALE;
	err = tree_restrict(setup, tree, attributes, 0);
	if (!err)
		*ret_tree = steal_fd(&tree);
	return err;
}

/* Attaches a v1 hierarchy in DIR under the name of its first controller; the names of its other
 * controllers are links to that. */
static int show_v1(const struct setup *setup, const struct cgroup_node *node, int dir)
{
	const char *const *names = node->controllers;
	auto_close int tree = -1;
	int err = clone_node(setup, node, &tree);

	if (err)
		return err;
	if (mkdirat(dir, names[0], 0755) < 0)
		return -errno;
	for (size_t i = 1; i < ARRAY_SIZE(node->controllers) && names[i]; i++)
		if (symlinkat(names[0], dir, names[i]) < 0)
			return -errno;
	return tree_attach_below(setup, tree, dir, names[0]);
}

/* Shows FILE of the caller's directory FROM in DIR; skips one that an older kernel lacks. */
static int show_file(const struct setup *setup, const char *from, const char *file, int dir)
{
	auto_close int tree = -1, target = -1;
	char path[PATH_MAX];
	int err;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", from, file) >= sizeof(path))
		return -ENAMETOOLONG;
	err = tree_clone(setup, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &tree);
	if (err == -ENOENT)
		return 0;
	if (!err)
		err = tree_restrict(setup, tree, attributes, 0);
	if (err)
		return err;
	target = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	return target < 0 ? -errno : tree_attach(setup, tree, target);
}

static int show_beside(const struct setup *setup, size_t row, const char *from, int dir)
{
	auto_close int folder = -1;
	int err = 0;

	if (mkdirat(dir, cgroup_besides[row].controller, 0755) < 0)
		return -errno;
	folder = openat(dir, cgroup_besides[row].controller, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	for (size_t i = 0;
	     !err && i < ARRAY_SIZE(cgroup_besides[row].files) && cgroup_besides[row].files[i]; i++)
		err = show_file(setup, from, cgroup_besides[row].files[i], folder);
	return err;
}

static int show_all_v1(struct setup *setup, const struct step *step, int target)
{
	const struct cgroup *cgroup = setup->cgroup;
	auto_close int dir = -1;
	int err, fd;

	if (mkdirat(setup->base, "cgroup", 0755) < 0)
		return -errno;
	err = root_mount_own(setup, "cgroup", attributes & ~MOUNT_ATTR_RDONLY, &fd);
	if (err)
		return err;
	dir = fd;
	err = cover_attach(setup, step, dir, target);
	for (size_t i = 0; !err && i < cgroup->n; i++)
		if (cgroup->nodes[i].place.version == 1)
			err = show_v1(setup, &cgroup->nodes[i], dir);
	for (size_t i = 0; !err && i < CGROUP_BESIDE_MAX; i++)
		if (cgroup->beside[i])
			err = show_beside(setup, i, cgroup->beside[i], dir);
	/* The policy's binds there come later, and then the seal. */
	return err ? err : root_add_own(setup, dir);
}

/* Should: show the pen's cgroup and its limits, if there is a limit. Must not: show a parent or
 * sibling of it, or let anything be written. */
static int take_cgroup_show(struct setup *setup, const struct step *step)
{
	const struct cgroup *cgroup = setup->cgroup;
	auto_close int target = -1, tree = -1;
	int err, fd;

	if (!cgroup || !cgroup_version(cgroup))
		return 0;
	err = root_open_target(setup, step->target, true, &fd);
	if (err)
		return err == -ENOENT && step->is_optional ? 0 : err;
	target = fd;
	if (cgroup_version(cgroup) == 1)
		return show_all_v1(setup, step, target);
	err = clone_node(setup, &cgroup->nodes[cgroup->n - 1], &tree);
	return err ? err : cover_attach(setup, step, tree, target);
}

const struct step_kind cgroup_step_show = { .run = take_cgroup_show };
