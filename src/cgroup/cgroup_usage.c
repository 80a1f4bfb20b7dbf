// SPDX-License-Identifier: GPL-2.0-or-later
/* Queries about a pen's cgroup while it is in use: how processes join it, which limits it holds,
 * what the kernel counted. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "cgroup/cgroup.h"
#include "cgroup/cgroup_parts.h"

/* For as many processes as there can be numbers: 4 million lines of up to 7 digits. */
enum { PROCS_LIMIT = 32 << 20 };

/* The first node that holds a limit, or NULL. */
static const struct cgroup_node *first_limiting(const struct cgroup *cgroup)
{
	size_t first = cgroup && cgroup->is_plain;

	return cgroup && cgroup->n > first ? &cgroup->nodes[first] : NULL;
}

int cgroup_version(const struct cgroup *cgroup)
{
	const struct cgroup_node *node = first_limiting(cgroup);

	return node ? node->place.version : 0;
}

const char *cgroup_path(const struct cgroup *cgroup)
{
	const struct cgroup_node *node = first_limiting(cgroup);

	return node ? node->path : NULL;
}

bool cgroup_has_limit(const struct cgroup *cgroup, enum limit_kind kind)
{
	return cgroup && cgroup->limiting[kind] >= 0;
}

uint64_t cgroup_most_memory(const struct cgroup *cgroup)
{
	return cgroup_has_limit(cgroup, LIMIT_MEMORY) ? cgroup->memory : 0;
}

int cgroup_clone_fd(const struct cgroup *cgroup)
{
	/* The plain one, if any, comes first, so this prefers one with limits. */
	for (size_t i = cgroup ? cgroup->n : 0; i-- > 0;)
		if (cgroup->nodes[i].place.version == 2)
			return cgroup->nodes[i].dir;
	return -1;
}

int cgroup_open_all(struct cgroup *cgroup)
{
	for (size_t i = 0; i < cgroup->n; i++) {
		struct cgroup_node *node = &cgroup->nodes[i];

		if (node->place.version != 2 || node->tasks >= 0)
			continue;
		node->tasks = openat(node->dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);
		if (node->tasks < 0)
			return -errno;
	}
	return 0;
}

int cgroup_join(const struct cgroup *cgroup)
{
	int joined = 0;

	for (size_t i = 0; i < cgroup->n; i++) {
		if (cgroup->nodes[i].tasks < 0)
			continue;
		if (write(cgroup->nodes[i].tasks, "0", 1) != 1)
			return -errno;
		joined++;
	}
	return joined;
}

int cgroup_oom_fd(const struct cgroup *cgroup)
{
	return cgroup ? cgroup->oom : -1;
}

bool cgroup_cpu_ns(const struct cgroup *cgroup, uint64_t *ret_ns)
{
	const struct cgroup_node *node = NULL;
	uint64_t value;

	if (!cgroup)
		return false;
	for (size_t i = 0; i < cgroup->n; i++)
		if (cgroup->nodes[i].place.version == 2)
			node = &cgroup->nodes[i];
	if (node) {
		if (!cgroup_node_read(node, "cpu.stat", "usage_usec", &value))
			return false;
		*ret_ns = value * 1000;
		return true;
	}
	if (cgroup->limiting[LIMIT_CPUTIME] < 0)
		return false;
	return cgroup_node_read(&cgroup->nodes[cgroup->limiting[LIMIT_CPUTIME]], "cpuacct.usage",
				NULL, ret_ns);
}

static void read_memory(const struct cgroup_node *node, struct cgroup_usage *usage)
{
	bool is_v2 = node->place.version == 2;

	cgroup_node_read(node, is_v2 ? "memory.peak" : "memory.max_usage_in_bytes", NULL,
			 &usage->memory_peak);
	cgroup_node_read(node, is_v2 ? "memory.events" : "memory.oom_control", "oom_kill",
			 &usage->oom_kills);
}

/* The node that counts memory, or NULL. */
static const struct cgroup_node *find_memory(const struct cgroup *cgroup)
{
	int memory = cgroup->limiting[LIMIT_MEMORY];

	memory = memory < 0 ? cgroup->limiting[LIMIT_SWAP] : memory;
	return memory < 0 ? NULL : &cgroup->nodes[memory];
}

struct cgroup_usage cgroup_read_usage(const struct cgroup *cgroup)
{
	struct cgroup_usage usage = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	const struct cgroup_node *memory;
	int pids;

	if (!cgroup)
		return usage;
	memory = find_memory(cgroup);
	pids = cgroup->limiting[LIMIT_PIDS];
	if (memory)
		read_memory(memory, &usage);
	if (pids >= 0)
		cgroup_node_read(&cgroup->nodes[pids], "pids.peak", NULL, &usage.pids_peak);
	cgroup_cpu_ns(cgroup, &usage.cpu_ns);
	return usage;
}

/* Every hierarchy lists all processes of the pen, one a line. */
static void count_processes(const struct cgroup *cgroup, uint64_t *ret_n)
{
	auto_free char *text = NULL;
	uint64_t n = 0;
	size_t len;

	if (!cgroup->n ||
	    fd_read_file(cgroup->nodes[0].dir, "cgroup.procs", PROCS_LIMIT, &text, &len) < 0)
		return;
	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	*ret_n = n;
}

struct cgroup_state cgroup_read_state(const struct cgroup *cgroup, bool wants_processes)
{
	struct cgroup_state state = { UINT64_MAX, UINT64_MAX, UINT64_MAX };
	const struct cgroup_node *memory;

	if (!cgroup)
		return state;
	memory = find_memory(cgroup);
	if (memory)
		cgroup_node_read(memory,
				 memory->place.version == 2 ? "memory.current"
							    : "memory.usage_in_bytes",
				 NULL, &state.memory);
	cgroup_cpu_ns(cgroup, &state.cpu_ns);
	if (wants_processes)
		count_processes(cgroup, &state.processes);
	return state;
}
