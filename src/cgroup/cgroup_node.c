// SPDX-License-Identifier: GPL-2.0-or-later
/* One directory of a pen in one cgroup hierarchy: creating it, its values, removing it. Must never
 * remove a directory that it did not make, or give up on its own while the kernel is merely slow.
 */
#include "cgroup/cgroup_node.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "cgroup/cgroup_leftover.h"

enum { VALUE_LIMIT = 65536, YIELD_TRIES = 500, REMOVE_TRIES = 2500, PAUSE_NS = 1000000 };

static const struct cgroup_node cgroup_node_none = {
	.parent = -1, .dir = -1, .tasks = -1, .kill = -1, .above = -1
};

bool cgroup_node_note(struct cgroup_node *node, const char *controller)
{
	for (size_t i = 0; i < ARRAY_SIZE(node->controllers); i++) {
		if (node->controllers[i] && !str_eq(node->controllers[i], controller))
			continue;
		node->controllers[i] = controller;
		return true;
	}
	return false;
}

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

	*node = cgroup_node_none;
	node->place = *place;
	*place = (struct cgroup_place){ 0 };
	place = &node->place;
	node->parent = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (node->parent < 0)
		return -errno;
	if (place->shared)
		node->above = openat(node->parent, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	node->name = cgroup_name();
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
	if (place->version == 2) {
		/* Linux 5.14; without it the pen is killed by other means. */
		node->kill = openat(node->dir, "cgroup.kill", O_WRONLY | O_CLOEXEC);
		return 0;
	}
	node->tasks = openat(node->dir, "tasks", O_WRONLY | O_CLOEXEC);
	return node->tasks < 0 ? -errno : 0;
}

/* Waits a little for a process that its parent has already reaped to leave its cgroup too: v1 sends
 * no event for that, but it happens soon. */
static void pause_before(int try)
{
	if (try < YIELD_TRIES)
		sched_yield();
	else
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
}

int cgroup_node_remove(const struct cgroup_node *node)
{
	int err = 0;

	for (int i = 0; node->name && i < REMOVE_TRIES; i++) {
		err = unlinkat(node->parent, node->name, AT_REMOVEDIR) < 0 ? -errno : 0;
		if (err != -EBUSY)
			break;
		/* The pen has exited, so whatever is still in it is not the pen's. */
		if (i == 0 && node->kill >= 0 && write(node->kill, "1", 1) < 0)
			break;
		pause_before(i);
	}
	if (node->above >= 0) /* fails while other runs use it: the last one removes it */
		unlinkat(node->above, strrchr(node->place.shared, '/') + 1, AT_REMOVEDIR);
	return err == -ENOENT ? 0 : err;
}

void cgroup_node_close(struct cgroup_node *node)
{
	cleanup_close(&node->tasks);
	cleanup_close(&node->kill);
	cleanup_close(&node->above);
	cleanup_close(&node->dir);
	cleanup_close(&node->parent);
	cgroup_tree_leave(&node->place);
	free(node->name);
	free(node->path);
	cgroup_place_finish(&node->place);
	*node = cgroup_node_none;
}
