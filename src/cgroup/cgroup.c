// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pen's own cgroup. With v1 there is one in each hierarchy that holds a limit, below the
 * caller's own; the child moves itself in before its first step, which spares the grace period that
 * the kernel needs when another process moves it. With v2 the child is created in it; where v2 is
 * mounted alongside v1, the child is also created in a v2 cgroup that has no limits and serves to
 * kill the pen.
 *
 * Must never: put the supervisor under the pen's limits, touch a cgroup that pinfold did not make,
 * or leave one behind: the pen's keeper removes them, or, if the keeper was killed too, the next
 * run does.
 */
#include "cgroup/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "cgroup/cgroup_leftover.h"
#include "cgroup/cgroup_parts.h"
#include "policy/quantity.h"

enum { PERIOD_US = 100000, US_A_PERCENT = PERIOD_US / 100, SOCKETS_PART = 4 };

/* What v1 reports for a limit that is not set is at least this: the largest whole number of
 * pages. */
static const uint64_t no_limit_v1 = INT64_MAX - 0xffff;

static const char rootless_hint[] = "without root, run it in a scope of your own: "
				    "systemd-run --user --scope -p Delegate=yes pinfold ...";

static const char container_hint[] = "mount -o remount,rw /sys/fs/cgroup; in a container: "
				     "--volume /sys/fs/cgroup:/sys/fs/cgroup:rw (docker, podman)";
static const char mount_hint[] =
	"mount -t cgroup2 cgroup2 /sys/fs/cgroup, where the kernel has that "
	"controller";

/* Makes a node in PLACE, which it takes over. Returns its index or -errno. */
static int add_node(struct cgroup *cgroup, struct cgroup_place *place)
{
	int err = cgroup_node_open(&cgroup->nodes[cgroup->n], place);

	cgroup->n++; /* also on failure: whatever was made must be removed */
	return err ? err : (int)cgroup->n - 1;
}

/* Returns the index of a node for CONTROLLER, made if there is none yet, or -errno. */
static int get_node(struct cgroup *cgroup, const char *controller, bool is_mandatory)
{
	auto_with(cgroup_place_finish) struct cgroup_place place = { 0 };
	int err, index;

	if (cgroup->n && !cgroup->is_plain &&
	    cgroup_tree_add(&cgroup->nodes[0].place, controller) == 0)
		return 0;
	err = cgroup_tree_find(&cgroup->tables, controller, is_mandatory, &place);
	if (err)
		return err;
	for (size_t i = 0; i < cgroup->n; i++)
		if (str_eq(cgroup->nodes[i].place.path, place.path))
			return cgroup_node_note(&cgroup->nodes[i], controller) ? (int)i : -E2BIG;
	index = add_node(cgroup, &place);
	if (index >= 0)
		cgroup_node_note(&cgroup->nodes[index], controller);
	return index;
}

/* Asks the kernel to signal an eventfd when memory runs out (v1). */
static int watch_oom(struct cgroup *cgroup, const struct cgroup_node *node)
{
	auto_close int control = openat(node->dir, "memory.oom_control", O_RDONLY | O_CLOEXEC);
	auto_close int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	char text[32];
	int err;

	if (control < 0 || event < 0)
		return -errno;
	snprintf(text, sizeof(text), "%d %d", event, control);
	err = fd_write_file(node->dir, "cgroup.event_control", text);
	if (!err)
		cgroup->oom = steal_fd(&event);
	return err;
}

/* Version 1 accounts socket buffers separately from all other memory, and not at all unless they
 * have a limit of their own: so they get a share of the total. */
static int limit_memory_v1(struct cgroup *cgroup, const struct cgroup_node *node, uint64_t value)
{
	uint64_t sockets = value / SOCKETS_PART;
	int err = cgroup_node_write(node, "memory.kmem.tcp.limit_in_bytes", sockets);

	value -= sockets;
	cgroup->memory = value;
	if (!err)
		err = cgroup_node_write(node, "memory.limit_in_bytes", value);
	if (err)
		return err;
	err = cgroup_node_write(node, "memory.memsw.limit_in_bytes", value);
	if (err == -ENOENT) /* swap is not accounted: keep the pen off it */
		err = cgroup_node_write(node, "memory.swappiness", 0);
	return err ? err : watch_oom(cgroup, node);
}

static int limit_memory_v2(struct cgroup *cgroup, const struct cgroup_node *node, uint64_t value)
{
	int err = cgroup_node_write(node, "memory.max", value);

	cgroup->memory = value;
	if (!err)
		err = cgroup_node_write(node, "memory.oom.group", 1);
	if (err)
		return err;
	err = cgroup_node_write(node, "memory.swap.max", 0);
	return err == -ENOENT ? 0 : err; /* a kernel without swap */
}

/* v1 has no limit on swap alone, only on memory and swap together. */
static int limit_swap(struct cgroup *cgroup, int memory, uint64_t value)
{
	const struct cgroup_node *node = &cgroup->nodes[memory];
	uint64_t sum;

	if (node->place.version == 2)
		return cgroup_node_write(node, "memory.swap.max", value);
	if (!cgroup_node_read(node, "memory.limit_in_bytes", NULL, &sum))
		return -EIO;
	if (sum >= no_limit_v1)
		return -EINVAL;
	if (__builtin_add_overflow(sum, value, &sum) || sum > INT64_MAX)
		return -ERANGE;
	return cgroup_node_write(node, "memory.memsw.limit_in_bytes", sum);
}

static int limit_memory(struct cgroup *cgroup, const struct limit_setting *memory,
			const struct limit_setting *swap)
{
	int index = get_node(cgroup, "memory", true);
	int err = 0;

	if (index < 0)
		return index;
	if (is_written(&memory->place)) {
		const struct cgroup_node *node = &cgroup->nodes[index];

		/* The limit on both must never be below that on memory alone: set memory first. */
		err = node->place.version == 1 ? limit_memory_v1(cgroup, node, memory->value)
					       : limit_memory_v2(cgroup, node, memory->value);
		cgroup->limiting[LIMIT_MEMORY] = err ? -1 : index;
	}
	if (!err && is_written(&swap->place)) {
		err = limit_swap(cgroup, index, swap->value);
		cgroup->limiting[LIMIT_SWAP] = err ? -1 : index;
	}
	return err;
}

static int limit_cpu(struct cgroup *cgroup, uint64_t percent)
{
	int index = get_node(cgroup, "cpu", true);
	const struct cgroup_node *node;
	char text[48];
	int err;

	if (index < 0)
		return index;
	node = &cgroup->nodes[index];
	if (node->place.version == 1) {
		err = cgroup_node_write(node, "cpu.cfs_period_us", PERIOD_US);
		if (!err)
			err = cgroup_node_write(node, "cpu.cfs_quota_us", percent * US_A_PERCENT);
	} else {
		snprintf(text, sizeof(text), "%" PRIu64 " %d", percent * US_A_PERCENT, PERIOD_US);
		err = fd_write_file(node->dir, "cpu.max", text);
	}
	if (err)
		return err;
	cgroup->limiting[LIMIT_CPU] = index;
	cgroup->quota = openat(node->dir, node->place.version == 1 ? "cpu.cfs_quota_us" : "cpu.max",
			       O_WRONLY | O_CLOEXEC);
	return cgroup->quota < 0 ? -errno : 0;
}

/* Picks a cgroup whose CPU time is counted: any with v2, one of cpuacct with v1. */
static int count_cpu(struct cgroup *cgroup)
{
	uint64_t value;
	int index = -ENOENT;

	for (size_t i = 0; i < cgroup->n; i++)
		if (cgroup->nodes[i].place.version == 2)
			index = (int)i;
	if (index < 0)
		index = get_node(cgroup, "cpuacct", true);
	if (index == -ENOENT)
		index = get_node(cgroup, "pids", true);
	if (index < 0)
		return index;
	cgroup->limiting[LIMIT_CPUTIME] = index;
	if (cgroup_cpu_ns(cgroup, &value))
		return 0;
	cgroup->limiting[LIMIT_CPUTIME] = -1;
	return -ENOENT;
}

static int limit_pids(struct cgroup *cgroup, uint64_t value, bool is_mandatory)
{
	int index = get_node(cgroup, "pids", is_mandatory);
	int err;

	if (index < 0)
		return index;
	err = cgroup_node_write(&cgroup->nodes[index], "pids.max", value);
	if (!err)
		cgroup->limiting[LIMIT_PIDS] = index;
	return err;
}

static const enum machine_row rows[LIMIT_COUNT] = {
	[LIMIT_MEMORY] = MACHINE_LIMIT_MEMORY,	 [LIMIT_SWAP] = MACHINE_LIMIT_SWAP,
	[LIMIT_PIDS] = MACHINE_LIMIT_PIDS,	 [LIMIT_CPU] = MACHINE_LIMIT_CPU,
	[LIMIT_CPUTIME] = MACHINE_LIMIT_CPUTIME,
};

static int fail(struct cgroup *cgroup, int err, const struct limit_setting limits[LIMIT_COUNT],
		enum limit_kind kind, struct diags *diags)
{
	diags_add(diags, DIAG_ERROR, &limits[kind].place, "cannot set limit %s: %s",
		  limit_name(kind),
		  err == -ENOENT ? "no cgroup hierarchy on this machine has it" : strerror(-err));
	if (err == -ENOENT && kind != LIMIT_SWAP)
		diags_hint(diags, "%s", mount_hint);
	else if (err == -EROFS && geteuid() == 0)
		diags_hint(diags, "%s", container_hint);
	else if (err == -EACCES || err == -EPERM || err == -EBUSY || err == -EROFS ||
		 geteuid() != 0)
		diags_hint(diags, "%s", rootless_hint);
	else if (kind == LIMIT_CPU && err == -EINVAL)
		diags_hint(diags, "the caller's own cgroup may have a lower limit");
	else if (kind == LIMIT_SWAP && err == -EINVAL)
		diags_hint(diags, "with cgroup version 1 it needs 'limit memory' as well");
	else if (kind == LIMIT_SWAP)
		diags_hint(diags, "the kernel may not count swap: see swapaccount= of its command "
				  "line");
	diags_refer(diags, rows[kind]);
	cgroup_remove(cgroup);
	cgroup_destroy(cgroup);
	return err;
}

/* Sets the limits that the policy states: each of them is mandatory. */
static int set_written(struct cgroup *cgroup, const struct limit_setting limits[LIMIT_COUNT],
		       enum limit_kind *ret_kind)
{
	const struct limit_setting *memory = &limits[LIMIT_MEMORY], *swap = &limits[LIMIT_SWAP];
	int err;

	if (is_written(&memory->place) || is_written(&swap->place)) {
		err = limit_memory(cgroup, memory, swap);
		*ret_kind = is_written(&memory->place) && cgroup->limiting[LIMIT_MEMORY] < 0
				    ? LIMIT_MEMORY
				    : LIMIT_SWAP;
		if (err)
			return err;
	}
	*ret_kind = LIMIT_CPU;
	if (is_written(&limits[LIMIT_CPU].place)) {
		err = limit_cpu(cgroup, limits[LIMIT_CPU].value);
		if (err)
			return err;
	}
	*ret_kind = LIMIT_PIDS;
	if (is_written(&limits[LIMIT_PIDS].place)) {
		err = limit_pids(cgroup, limits[LIMIT_PIDS].value, true);
		if (err)
			return err;
	}
	*ret_kind = LIMIT_CPUTIME;
	return is_written(&limits[LIMIT_CPUTIME].place) ? count_cpu(cgroup) : 0;
}

/* Adds a v2 node by which the whole pen can be killed: for when v2 is mounted alongside v1, or when
 * only a cgroup without controllers is available. */
static void add_plain_node(struct cgroup *cgroup)
{
	auto_with(cgroup_place_finish) struct cgroup_place place = { 0 };

	if (cgroup_tree_find_plain(&cgroup->tables, &place))
		return;
	if (add_node(cgroup, &place) < 0 || cgroup->nodes[cgroup->n - 1].kill < 0) {
		cgroup->n--;
		cgroup_node_remove(&cgroup->nodes[cgroup->n]);
		cgroup_node_close(&cgroup->nodes[cgroup->n]);
		return;
	}
	cgroup->is_plain = true;
}

/* Whether controllers are on v1: then the first node is the plain one, otherwise it is that of the
 * first limit. */
static bool is_mixed(const struct cgroup *cgroup)
{
	auto_free char *path = NULL;

	return cgroup_tree_find_folder(&cgroup->tables, "pids", false, &path) == 0;
}

/* When the default limit cannot be set either, keeps just the node that can kill the pen, if there
 * is one. */
static void do_without_limits(struct cgroup *cgroup)
{
	for (size_t i = 0; i < LIMIT_COUNT; i++)
		if (cgroup->limiting[i] >= 0)
			return;
	if (cgroup->is_plain)
		return;
	while (cgroup->n) {
		cgroup_node_remove(&cgroup->nodes[--cgroup->n]);
		cgroup_node_close(&cgroup->nodes[cgroup->n]);
	}
	add_plain_node(cgroup);
}

int cgroup_create(const struct limit_setting limits[LIMIT_COUNT], struct cgroup **ret_cgroup,
		  char **ret_note, struct diags *diags)
{
	struct cgroup *cgroup = mem_alloc(sizeof(*cgroup));
	enum limit_kind kind = LIMIT_PIDS;
	int unread, err;

	for (size_t i = 0; i < LIMIT_COUNT; i++)
		cgroup->limiting[i] = -1;
	cgroup->oom = cgroup->quota = -1;
	/* In a pen without namespaces they cannot be read: no limit can be set then, but none need
	 * be. */
	unread = cgroup_tables_read(&cgroup->tables);
	if (!unread && is_mixed(cgroup))
		add_plain_node(cgroup);
	err = set_written(cgroup, limits, &kind);
	if (err)
		return fail(cgroup, unread ? unread : err, limits, kind, diags);
	if (!is_written(&limits[LIMIT_PIDS].place))
		err = unread ? unread : limit_pids(cgroup, CGROUP_DEFAULT_PIDS, false);
	if (err) {
		*ret_note = mem_printf("limit pids %d (the default) could not be set: %s",
				       CGROUP_DEFAULT_PIDS, strerror(-err));
		do_without_limits(cgroup);
	}
	if (cgroup->n)
		cgroup_leftover_sweep(&cgroup->tables, cgroup->nodes[0].parent);
	if (cgroup_is_shown(limits) && cgroup_version(cgroup) == 1)
		cgroup_find_shown(cgroup);
	cgroup_tables_finish(&cgroup->tables);
	if (!cgroup->n) {
		cgroup_destroy(cgroup);
		cgroup = NULL;
	}
	*ret_cgroup = cgroup;
	return 0;
}
