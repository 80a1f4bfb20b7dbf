// SPDX-License-Identifier: GPL-2.0-or-later
/* In which v1 hierarchies a command that looks for its limits sees the files of its caller's
 * cgroup, because the pen has no cgroup there. */
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cgroup/cgroup.h"
#include "cgroup/cgroup_parts.h"

const struct cgroup_beside cgroup_besides[CGROUP_BESIDE_MAX] = {
	{ "memory", { "memory.limit_in_bytes", NULL } },
	{ "cpu", { "cpu.cfs_quota_us", "cpu.cfs_period_us" } },
	{ "cpuacct", { "notify_on_release", NULL } }, /* it has no limit files */
	{ "cpuset", { "cpuset.cpus", "cpuset.mems" } },
};

bool cgroup_is_shown(const struct limit_setting limits[LIMIT_COUNT])
{
	static const enum limit_kind kinds[] = { LIMIT_MEMORY, LIMIT_SWAP, LIMIT_CPU, LIMIT_PIDS };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (is_written(&limits[kinds[i]].place))
			return true;
	return false;
}

void cgroup_find_shown(struct cgroup *cgroup)
{
	for (size_t i = 0; i < CGROUP_BESIDE_MAX; i++) {
		const char *controller = cgroup_besides[i].controller;
		auto_free char *path = NULL;
		bool is_own = false;

		if (cgroup_tree_find_folder(&cgroup->tables, controller, false, &path))
			continue;
		for (size_t k = 0; k < cgroup->n; k++)
			if (str_eq(cgroup->nodes[k].place.path, path))
				is_own = cgroup_node_note(&cgroup->nodes[k], controller);
		if (!is_own)
			cgroup->beside[i] = steal(&path);
	}
}
