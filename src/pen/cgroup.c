// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pen's own cgroup. With v1 there is one in each hierarchy that holds a limit, below the
 * caller's own; the child moves itself in before its first step, since the kernel then needs no
 * grace period as it does when another process moves it. With v2 the child is born in it.
 *
 * Must never: put the supervisor under the pen's limits, touch a cgroup that pinfold did not
 * make, or leave one behind: names carry the owner, and what a killed run left is removed by the
 * next one.
 */
#include "pen/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/cgroup_tree.h"
#include "pen/steps.h"

enum {
	NODES_MAX = 2,
	VALUE_LIMIT = 65536,
	YIELD_TRIES = 500,
	REMOVE_TRIES = 1000,
	PAUSE_NS = 500000
};

/* One folder of ours. */
struct node {
	struct cgroup_place place; /* of the parent */
	char *name, *path;
	int parent, dir, tasks; /* descriptors */
};

struct cgroup {
	int version;
	struct node nodes[NODES_MAX];
	size_t n;
	int memory, pids; /* the node that limits it; -1: none */
	int oom;
};

static const char rootless_hint[] = "without root, run it in a scope of your own: "
				    "systemd-run --user --scope -p Delegate=yes pinfold ...";

static int write_value(const struct node *node, const char *file, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return fd_write_file(node->dir, file, text);
}

/* Reads the number in FILE, or the one after KEY in it. */
static bool read_value(const struct node *node, const char *file, const char *key,
		       uint64_t *ret_value)
{
	auto_free char *text = NULL;
	const char *at;
	char *end;
	size_t len;
	uint64_t value;

	if (fd_read_file(node->dir, file, VALUE_LIMIT, &text, &len) < 0)
		return false;
	at = text;
	if (key) {
		size_t key_len = strlen(key);

		while (*at && !(strncmp(at, key, key_len) == 0 && at[key_len] == ' ')) {
			at += strcspn(at, "\n");
			at += *at == '\n';
		}
		if (!*at)
			return false;
		at += key_len + 1;
	}
	value = strtoull(at, &end, 10);
	if (end == at)
		return false;
	*ret_value = value;
	return true;
}

/* Takes PLACE over. */
static int node_open(struct node *node, struct cgroup_place *place)
{
	int err;

	*node = (struct node){ .parent = -1, .dir = -1, .tasks = -1, .place = *place };
	*place = (struct cgroup_place){ 0 };
	place = &node->place;
	node->parent = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (node->parent < 0)
		return -errno;
	cgroup_tree_remove_leftovers(node->parent);
	node->name = cgroup_tree_name();
	node->path = mem_printf("%s/%s", place->path, node->name);
	if (mkdirat(node->parent, node->name, 0755) < 0) {
		err = -errno;
		free(node->name);
		node->name = NULL;
		return err;
	}
	node->dir = openat(node->parent, node->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (node->dir < 0)
		return -errno;
	if (place->version == 2)
		return 0;
	node->tasks = openat(node->dir, "tasks", O_WRONLY | O_CLOEXEC);
	return node->tasks < 0 ? -errno : 0;
}

/* Waits until the kernel says that no process is left in a v2 cgroup. */
static void wait_empty(const struct node *node)
{
	auto_close int fd = openat(node->dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	struct pollfd poll_fd = { .fd = fd, .events = POLLPRI };
	uint64_t populated;

	if (fd < 0)
		return;
	fd_write_file(node->dir, "cgroup.kill", "1");
	while (read_value(node, "cgroup.events", "populated", &populated) && populated) {
		char byte;

		/* Reading arms the poll; what happened in between is told at once. */
		if (pread(fd, &byte, 1, 0) < 0 || poll(&poll_fd, 1, 1000) <= 0)
			break;
	}
}

static int node_close(struct node *node)
{
	int err = 0;

	if (node->name) {
		/* A process that is dead for its parent may still be on its way out of its
		 * cgroup: with v1 nothing tells the end of that, which is near. */
		for (int i = 0; i < REMOVE_TRIES; i++) {
			err = unlinkat(node->parent, node->name, AT_REMOVEDIR) < 0 ? -errno : 0;
			if (err != -EBUSY)
				break;
			if (node->place.version == 2)
				wait_empty(node);
			else if (i < YIELD_TRIES)
				sched_yield();
			else
				nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
		}
	}
	cleanup_close(&node->tasks);
	cleanup_close(&node->dir);
	cleanup_close(&node->parent);
	cgroup_tree_leave(&node->place);
	free(node->name);
	free(node->path);
	cgroup_place_finish(&node->place);
	*node = (struct node){ .parent = -1, .dir = -1, .tasks = -1 };
	return err;
}

int cgroup_destroy(struct cgroup *cgroup)
{
	int err = 0;

	if (!cgroup)
		return 0;
	cleanup_close(&cgroup->oom);
	for (size_t i = 0; i < cgroup->n; i++) {
		int node_err = node_close(&cgroup->nodes[i]);

		err = err ? err : node_err;
	}
	free(cgroup);
	return err;
}

/* Gives the index of a node for CONTROLLER, made if there is none yet, or -errno. */
static int get_node(struct cgroup *cgroup, const char *controller, bool is_mandatory)
{
	auto_with(cgroup_place_finish) struct cgroup_place place = { 0 };
	int err;

	if (cgroup->n && cgroup_tree_add(&cgroup->nodes[0].place, controller) == 0)
		return 0;
	err = cgroup_tree_find(controller, is_mandatory, &place);
	if (err)
		return err;
	for (size_t i = 0; i < cgroup->n; i++)
		if (str_eq(cgroup->nodes[i].place.path, place.path))
			return (int)i;
	cgroup->version = place.version;
	err = node_open(&cgroup->nodes[cgroup->n], &place);
	cgroup->n++; /* also on failure: what was made of it is to be removed */
	return err ? err : (int)cgroup->n - 1;
}

/* Asks the kernel to tell through an eventfd when memory runs out (v1). */
static int watch_oom(struct cgroup *cgroup, const struct node *node)
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

static int limit_memory_v1(struct cgroup *cgroup, const struct node *node, uint64_t value)
{
	int err = write_value(node, "memory.limit_in_bytes", value);

	if (err)
		return err;
	err = write_value(node, "memory.memsw.limit_in_bytes", value);
	if (err == -ENOENT) /* swap is not counted: then it is not to be used */
		err = write_value(node, "memory.swappiness", 0);
	return err ? err : watch_oom(cgroup, node);
}

static int limit_memory_v2(const struct node *node, uint64_t value)
{
	int err = write_value(node, "memory.max", value);

	if (!err)
		err = write_value(node, "memory.oom.group", 1);
	if (err)
		return err;
	err = write_value(node, "memory.swap.max", 0);
	return err == -ENOENT ? 0 : err; /* a kernel without swap */
}

static int limit_memory(struct cgroup *cgroup, uint64_t value)
{
	int index = get_node(cgroup, "memory", true);
	int err;

	if (index < 0)
		return index;
	if (cgroup->nodes[index].place.version == 1)
		err = limit_memory_v1(cgroup, &cgroup->nodes[index], value);
	else
		err = limit_memory_v2(&cgroup->nodes[index], value);
	if (!err)
		cgroup->memory = index;
	return err;
}

static int limit_pids(struct cgroup *cgroup, uint64_t value, bool is_mandatory)
{
	int index = get_node(cgroup, "pids", is_mandatory);
	int err;

	if (index < 0)
		return index;
	err = write_value(&cgroup->nodes[index], "pids.max", value);
	if (!err)
		cgroup->pids = index;
	return err;
}

static int fail(struct cgroup *cgroup, int err, const char *what, struct diags *diags)
{
	diags_fail(diags, err, "cannot set limit %s: %s", what,
		   err == -ENOENT ? "no cgroup hierarchy of this machine has it" : strerror(-err));
	if (err == -EACCES || err == -EPERM || err == -EBUSY || err == -EROFS || geteuid() != 0)
		diags_hint(diags, "%s", rootless_hint);
	cgroup_destroy(cgroup);
	return err;
}

int cgroup_create(const struct limit_setting limits[LIMIT_COUNT], struct cgroup **ret_cgroup,
		  char **ret_note, struct diags *diags)
{
	const struct limit_setting *memory = &limits[LIMIT_MEMORY], *pids = &limits[LIMIT_PIDS];
	struct cgroup *cgroup = mem_alloc(sizeof(*cgroup));
	int err;

	cgroup->memory = cgroup->pids = cgroup->oom = -1;
	if (is_written(&memory->place)) {
		err = limit_memory(cgroup, memory->value);
		if (err)
			return fail(cgroup, err, "memory", diags);
	}
	err = limit_pids(cgroup, is_written(&pids->place) ? pids->value : CGROUP_DEFAULT_PIDS,
			 is_written(&pids->place));
	if (err && is_written(&pids->place))
		return fail(cgroup, err, "pids", diags);
	if (err) {
		*ret_note = mem_printf("limit pids %d (the default) could not be set: %s",
				       CGROUP_DEFAULT_PIDS, strerror(-err));
		if (cgroup->memory < 0) {
			cgroup_destroy(cgroup);
			cgroup = NULL;
		}
	}
	*ret_cgroup = cgroup;
	return 0;
}

int cgroup_version(const struct cgroup *cgroup)
{
	return cgroup ? cgroup->version : 0;
}

const char *cgroup_path(const struct cgroup *cgroup)
{
	return cgroup && cgroup->n ? cgroup->nodes[0].path : NULL;
}

bool cgroup_has_limit(const struct cgroup *cgroup, enum limit_kind kind)
{
	if (!cgroup)
		return false;
	return (kind == LIMIT_MEMORY && cgroup->memory >= 0) ||
	       (kind == LIMIT_PIDS && cgroup->pids >= 0);
}

int cgroup_clone_fd(const struct cgroup *cgroup)
{
	return cgroup && cgroup->version == 2 && cgroup->n ? cgroup->nodes[0].dir : -1;
}

int cgroup_join(const struct cgroup *cgroup)
{
	for (size_t i = 0; i < cgroup->n; i++)
		if (cgroup->nodes[i].tasks >= 0 && write(cgroup->nodes[i].tasks, "0", 1) != 1)
			return -errno;
	return 0;
}

int cgroup_oom_fd(const struct cgroup *cgroup)
{
	return cgroup ? cgroup->oom : -1;
}

void cgroup_read(const struct cgroup *cgroup, struct pen_resources *resources)
{
	uint64_t value;

	if (!cgroup)
		return;
	if (cgroup->memory >= 0) {
		const struct node *node = &cgroup->nodes[cgroup->memory];
		bool is_v2 = node->place.version == 2;

		if (read_value(node, is_v2 ? "memory.peak" : "memory.max_usage_in_bytes", NULL,
			       &value)) {
			resources->memory_peak = value;
			resources->source = "cgroup";
		}
		if (read_value(node, is_v2 ? "memory.events" : "memory.oom_control", "oom_kill",
			       &value))
			resources->oom_kills = value;
	}
	if (cgroup->pids >= 0) {
		const struct node *node = &cgroup->nodes[cgroup->pids];

		if (read_value(node, "pids.peak", NULL, &value))
			resources->pids_peak = value;
		if (node->place.version == 2 && read_value(node, "cpu.stat", "usage_usec", &value))
			resources->cpu_ns = value * 1000;
	}
}
