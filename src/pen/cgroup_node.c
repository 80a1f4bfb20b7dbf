// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One folder of a pen in one hierarchy of cgroups: its making, its values, its end. Must never
 * remove a folder that it did not make, or give up on its own while the kernel is merely slow.
 */
#include "pen/cgroup_node.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"

enum { VALUE_LIMIT = 65536, YIELD_TRIES = 500, REMOVE_TRIES = 1000, PAUSE_NS = 500000 };

int cgroup_node_write(const struct cgroup_node *node, const char *file, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return fd_write_file(node->dir, file, text);
}

bool cgroup_node_read(const struct cgroup_node *node, const char *file, const char *key,
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

int cgroup_node_open(struct cgroup_node *node, struct cgroup_place *place)
{
	int err;

	*node = (struct cgroup_node){ .parent = -1, .dir = -1, .tasks = -1, .place = *place };
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
static void wait_empty(const struct cgroup_node *node)
{
	auto_close int fd = openat(node->dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	struct pollfd poll_fd = { .fd = fd, .events = POLLPRI };
	uint64_t populated;

	if (fd < 0)
		return;
	fd_write_file(node->dir, "cgroup.kill", "1");
	while (cgroup_node_read(node, "cgroup.events", "populated", &populated) && populated) {
		char byte;

		/* Reading arms the poll; what happened in between is told at once. */
		if (pread(fd, &byte, 1, 0) < 0 || poll(&poll_fd, 1, 1000) <= 0)
			break;
	}
}

int cgroup_node_close(struct cgroup_node *node)
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
	*node = (struct cgroup_node){ .parent = -1, .dir = -1, .tasks = -1 };
	return err;
}
