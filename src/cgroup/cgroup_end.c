// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The end of a pen's cgroup: all its processes at once, then its directories. Nothing here
 * allocates or trusts what another process says, because the pen's keeper runs it with the last
 * right that is left.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cgroup/cgroup.h"
#include "cgroup/cgroup_parts.h"

bool cgroup_can_kill(const struct cgroup *cgroup)
{
	for (size_t i = 0; cgroup && i < cgroup->n; i++)
		if (cgroup->nodes[i].kill >= 0)
			return true;
	return false;
}

bool cgroup_kill(const struct cgroup *cgroup)
{
	static const char *const unlimited[] = { [1] = "-1", [2] = "max" };
	int quota = cgroup ? cgroup->quota : -1;
	bool is_killed = false;

	/* Dying takes CPU time, and the pen may have used up its quota. */
	if (quota >= 0) {
		const char *text =
			unlimited[cgroup->nodes[cgroup->limiting[LIMIT_CPU]].place.version];

		if (write(quota, text, strlen(text)) < 0)
			quota = -1; /* they still die, only later */
	}
	for (size_t i = 0; cgroup && i < cgroup->n; i++)
		if (cgroup->nodes[i].kill >= 0)
			is_killed |= write(cgroup->nodes[i].kill, "1", 1) == 1;
	return is_killed;
}

size_t cgroup_list_folders(const struct cgroup *cgroup, int fds[CGROUP_FDS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; cgroup && i < cgroup->n; i++) {
		fds[n++] = cgroup->nodes[i].parent;
		fds[n++] = cgroup->nodes[i].above;
	}
	return n;
}

size_t cgroup_list_fds(const struct cgroup *cgroup, int fds[CGROUP_FDS_MAX])
{
	size_t n = cgroup_list_folders(cgroup, fds);

	for (size_t i = 0; cgroup && i < cgroup->n; i++)
		fds[n++] = cgroup->nodes[i].kill;
	if (cgroup)
		fds[n++] = cgroup->quota;
	return n;
}

/* Runs in the clerk. */
static int remove_node(const void *data)
{
	return cgroup_node_remove(data);
}

static int remove_by(const struct cgroup_node *node)
{
	return node->clerk ? clerk_do(node->clerk, node->task) : cgroup_node_remove(node);
}

/* The first one goes last, and only if the others are gone: as long as it exists, the next run
 * looks for them. */
int cgroup_remove(struct cgroup *cgroup)
{
	int err = 0;

	for (size_t i = cgroup ? cgroup->n : 0; i-- > 0;) {
		int node_err = i == 0 && err ? -EBUSY : remove_by(&cgroup->nodes[i]);

		err = err ? err : node_err;
	}
	return err;
}

static void leave_node_to(struct cgroup_node *node, struct clerk *clerk)
{
	const struct clerk_task task = {
		.run = remove_node,
		.data = node,
		.gates = { { node->parent, LANDLOCK_ACCESS_FS_REMOVE_DIR },
			   { node->above, LANDLOCK_ACCESS_FS_REMOVE_DIR } },
		.fds = { node->parent, node->above, node->kill },
		.rights = 1ULL << CAP_DAC_OVERRIDE,
		.is_spare = true,
	};

	node->task = clerk_add(clerk, &task);
	node->clerk = clerk;
}

void cgroup_leave_to(struct cgroup *cgroup, struct clerk *clerk)
{
	for (size_t i = 0; cgroup && i < cgroup->n; i++) {
		leave_node_to(&cgroup->nodes[i], clerk);
		cgroup_tree_leave_to(&cgroup->nodes[i].place, clerk);
	}
}

void cgroup_destroy(struct cgroup *cgroup)
{
	if (!cgroup)
		return;
	cleanup_close(&cgroup->oom);
	cleanup_close(&cgroup->quota);
	for (size_t i = 0; i < cgroup->n; i++)
		cgroup_node_close(&cgroup->nodes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(cgroup->beside); i++)
		free(cgroup->beside[i]);
	cgroup_tables_finish(&cgroup->tables);
	free(cgroup);
}
