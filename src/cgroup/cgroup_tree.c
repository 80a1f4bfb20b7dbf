// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the place for a pen's cgroup among the mounted hierarchies, v1 or v2. Must never touch a
 * name that is not pinfold's. */
#include "cgroup/cgroup_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "cgroup/cgroup_leftover.h"

enum { TABLE_LIMIT = 1 << 22, STAT_LIMIT = 4096 };

/* Finds the v1 hierarchy of CONTROLLER, or with NULL the v2 one. */
static const struct proc_mount *find_hierarchy(const struct cgroup_tables *tables,
					       const char *controller)
{
	for (size_t i = 0; i < tables->mounts.n; i++) {
		const struct proc_mount *mount = &tables->mounts.v[i];

		if (controller ? str_eq(mount->type, "cgroup") &&
					 str_has_word(mount->options, controller)
			       : str_eq(mount->type, "cgroup2"))
			return mount;
	}
	return NULL;
}

/* Returns our path in the hierarchy of CONTROLLER (NULL: v2), or NULL. */
static const char *find_own_path(const struct cgroup_tables *tables, const char *controller)
{
	for (size_t i = 0; i < tables->own.n; i++) {
		const struct proc_cgroup *own = &tables->own.v[i];

		if (controller ? str_has_word(own->controllers, controller) : !*own->controllers)
			return own->path;
	}
	return NULL;
}

int cgroup_tables_read(struct cgroup_tables *ret_tables)
{
	struct cgroup_tables tables = { 0 };
	struct proc_cgroup own;
	struct proc_mount mount;
	int err = proc_read_all(PROC_SELF, "mountinfo", &tables.texts[0]), got;

	if (!err)
		err = proc_read_all(PROC_SELF, "cgroup", &tables.texts[1]);
	if (err) {
		cgroup_tables_finish(&tables);
		return err;
	}
	for (char *at = tables.texts[0]; (got = proc_next_mount(&at, &mount));)
		if (got > 0 && str_starts(mount.type, "cgroup"))
			*array_append(&tables.mounts) = mount;
	for (char *at = tables.texts[1]; proc_next_cgroup(&at, &own);)
		*array_append(&tables.own) = own;
	*ret_tables = tables;
	return 0;
}

void cgroup_tables_finish(struct cgroup_tables *tables)
{
	free(tables->texts[0]);
	free(tables->texts[1]);
	free(tables->mounts.v);
	free(tables->own.v);
	*tables = (struct cgroup_tables){ 0 };
}

int cgroup_tree_find_folder(const struct cgroup_tables *tables, const char *controller, bool is_top,
			    char **ret_path)
{
	const struct proc_mount *hierarchy = find_hierarchy(tables, controller);
	const char *path;
	size_t root_len;

	if (!hierarchy)
		return -ENOENT;
	path = is_top ? hierarchy->root : find_own_path(tables, controller);
	if (!path)
		return -ENOENT;
	/* The mount may show only a part of the hierarchy. */
	root_len = strlen(hierarchy->root);
	if (root_len > 1) {
		if (strncmp(path, hierarchy->root, root_len) != 0 ||
		    (path[root_len] && path[root_len] != '/'))
			return -ENOENT;
		path += root_len;
	}
	*ret_path = mem_printf("%s%s", hierarchy->point, str_eq(path, "/") ? "" : path);
	return 0;
}

static bool file_has_word(const char *folder, const char *file, const char *word)
{
	auto_free char *path = mem_printf("%s/%s", folder, file);
	auto_free char *text = NULL;
	char *save = NULL;
	size_t len;

	if (fd_read_file(AT_FDCWD, path, STAT_LIMIT, &text, &len) < 0)
		return false;
	for (char *at = strtok_r(text, " \n", &save); at; at = strtok_r(NULL, " \n", &save))
		if (str_eq(at, word))
			return true;
	return false;
}

static int write_below(const char *folder, const char *file, const char *text)
{
	auto_free char *path = mem_printf("%s/%s", folder, file);

	return fd_write_file(AT_FDCWD, path, text);
}

/* Delegates CONTROLLER to the children of FOLDER. */
static int enable(const char *folder, const char *controller)
{
	auto_free char *order = mem_printf("+%s", controller);

	if (file_has_word(folder, "cgroup.subtree_control", controller))
		return 0;
	if (!file_has_word(folder, "cgroup.controllers", controller))
		return -ENOENT;
	return write_below(folder, "cgroup.subtree_control", order);
}

/* Whether a process is in the v2 cgroup FOLDER itself, or that cannot be known. Threaded
 * controllers (pids) can be delegated even so, but then no process can be created in a child. */
static bool has_process(const char *folder)
{
	auto_free char *path = mem_printf("%s/cgroup.procs", folder);
	auto_free char *text = NULL;
	size_t len;

	return fd_read_file(AT_FDCWD, path, TABLE_LIMIT, &text, &len) < 0 || len > 0;
}

/* Only the real root may have processes and children with limits; it alone has no type. */
static bool is_real_root(const char *folder)
{
	auto_free char *path = mem_printf("%s/cgroup.type", folder);

	return access(path, F_OK) < 0;
}

static int find_top(const struct cgroup_tables *tables, const char *controller,
		    struct cgroup_place *place)
{
	auto_free char *top = NULL;
	int err = cgroup_tree_find_folder(tables, NULL, true, &top);

	if (!err && !is_real_root(top) && has_process(top))
		err = -EBUSY;
	if (!err)
		err = enable(top, controller);
	if (err)
		return err;
	place->path = mem_printf("%s/pinfold", top);
	if (mkdir(place->path, 0755) < 0 && errno != EEXIST)
		return -errno;
	place->shared = mem_strdup(place->path);
	return enable(place->path, controller);
}

static void free_leaf(struct cgroup_leaf *leaf)
{
	if (!leaf)
		return;
	cleanup_close(&leaf->folder);
	cleanup_close(&leaf->control);
	cleanup_close(&leaf->procs);
	free(leaf->name);
	free(leaf);
}

static int open_leaf(const char *path, struct cgroup_leaf *leaf)
{
	leaf->folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (leaf->folder < 0)
		return -errno;
	leaf->control = openat(leaf->folder, "cgroup.subtree_control", O_WRONLY | O_CLOEXEC);
	leaf->procs = openat(leaf->folder, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (leaf->control < 0 || leaf->procs < 0)
		return -errno;
	return mkdirat(leaf->folder, leaf->name, 0755) < 0 ? -errno : 0;
}

/* Our own cgroup can have children with limits only if no process is in it: moves us into a
 * child. */
static int move_to_leaf(struct cgroup_place *place)
{
	struct cgroup_leaf *leaf = mem_alloc(sizeof(*leaf));
	auto_free char *name = cgroup_name();
	auto_free char *procs = NULL;
	int err;

	*leaf = (struct cgroup_leaf){ .folder = -1, .control = -1, .procs = -1 };
	leaf->name = mem_printf("%s-supervisor", name);
	snprintf(leaf->supervisor, sizeof(leaf->supervisor), "%d", (int)getpid());
	err = open_leaf(place->path, leaf);
	if (err) {
		free_leaf(leaf);
		return err;
	}
	place->leaf = leaf;
	procs = mem_printf("%s/cgroup.procs", leaf->name);
	return fd_write_file(leaf->folder, procs, "0");
}

static int find_delegated(const struct cgroup_tables *tables, const char *controller,
			  bool is_mandatory, struct cgroup_place *place)
{
	int err = cgroup_tree_find_folder(tables, NULL, false, &place->path);

	if (err)
		return err;
	if (!file_has_word(place->path, "cgroup.controllers", controller))
		return -EACCES;
	/* We are in it ourselves, and a mere default is no reason to move. */
	if (!is_mandatory)
		return -EBUSY;
	err = move_to_leaf(place);
	if (err)
		return err;
	return has_process(place->path) ? -EBUSY : enable(place->path, controller);
}

int cgroup_tree_add(const struct cgroup_place *place, const char *controller)
{
	if (place->version != 2)
		return -ENOENT;
	/* The shared top directory gets its controllers from its parent. */
	if (place->shared && !file_has_word(place->path, "cgroup.controllers", controller)) {
		auto_free char *above = mem_printf("%s/..", place->path);
		int err = enable(above, controller);

		if (err)
			return err;
	}
	return enable(place->path, controller);
}

int cgroup_tree_find(const struct cgroup_tables *tables, const char *controller, bool is_mandatory,
		     struct cgroup_place *ret_place)
{
	struct cgroup_place place = { .version = 1 };
	int err = cgroup_tree_find_folder(tables, controller, false, &place.path);

	if (err == -ENOENT) {
		place.version = 2;
		if (geteuid() == 0)
			err = find_top(tables, controller, &place);
		else
			err = find_delegated(tables, controller, is_mandatory, &place);
	}
	if (err) {
		cgroup_tree_leave(&place);
		cgroup_place_finish(&place);
		return err;
	}
	*ret_place = place;
	return 0;
}

int cgroup_tree_find_plain(const struct cgroup_tables *tables, struct cgroup_place *ret_place)
{
	struct cgroup_place place = { .version = 2 };
	int err = cgroup_tree_find_folder(tables, NULL, false, &place.path);

	if (!err)
		*ret_place = place;
	return err;
}

void cgroup_place_finish(struct cgroup_place *place)
{
	free(place->path);
	free_leaf(place->leaf);
	free(place->shared);
	*place = (struct cgroup_place){ 0 };
}

/* Moves the supervisor back, and the clerk, which was forked in the leaf; nothing can be done about
 * errors. */
static int leave_leaf(const void *data)
{
	static const char *const controllers[] = { "-memory", "-pids", "-cpu" };
	const struct cgroup_leaf *leaf = data;

	/* One by one: the kernel rejects the whole line for one controller that it lacks. */
	for (size_t i = 0; i < ARRAY_SIZE(controllers); i++)
		if (write(leaf->control, controllers[i], strlen(controllers[i])) < 0)
			continue;
	if (write(leaf->procs, leaf->supervisor, strlen(leaf->supervisor)) < 0 ||
	    write(leaf->procs, "0", 1) < 0)
		return -errno;
	return unlinkat(leaf->folder, leaf->name, AT_REMOVEDIR) < 0 ? -errno : 0;
}

void cgroup_tree_leave_to(struct cgroup_place *place, struct clerk *clerk)
{
	struct cgroup_leaf *leaf = place->leaf;
	struct clerk_task task = {
		.run = leave_leaf,
		.data = leaf,
		.gates = { { -1, LANDLOCK_ACCESS_FS_REMOVE_DIR }, { -1, 0 } },
	};

	if (!leaf)
		return;
	task.gates[0].folder = task.fds[0] = leaf->folder;
	task.fds[1] = leaf->control;
	task.fds[2] = leaf->procs;
	leaf->task = clerk_add(clerk, &task);
	leaf->clerk = clerk;
}

void cgroup_tree_leave(struct cgroup_place *place)
{
	struct cgroup_leaf *leaf = place->leaf;

	/* Fails while other runs use it: the last one removes it. */
	if (place->shared)
		rmdir(place->shared);
	if (leaf)
		leaf->clerk ? clerk_do(leaf->clerk, leaf->task) : leave_leaf(leaf);
}
