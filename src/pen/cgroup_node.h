/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One folder of a pen in one hierarchy of cgroups. Internal to pen/. */
#ifndef PINFOLD_PEN_CGROUP_NODE_H
#define PINFOLD_PEN_CGROUP_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "pen/cgroup_tree.h"

struct cgroup_node {
	struct cgroup_place place; /* of the parent */
	char *name, *path;
	int parent, dir, tasks; /* descriptors */
};

/* Makes the folder in PLACE, which it takes over, and removes what killed runs left there. Gives 0
 * or -errno; cgroup_node_close() undoes in both cases. */
int cgroup_node_open(struct cgroup_node *node, struct cgroup_place *place);

/* Writes VALUE to FILE. Gives 0 or -errno. */
int cgroup_node_write(const struct cgroup_node *node, const char *file, uint64_t value);

/* Reads the number in FILE, or the one after KEY in it. */
bool cgroup_node_read(const struct cgroup_node *node, const char *file, const char *key,
		      uint64_t *ret_value);

/* Removes the folder. Gives 0, or -errno when it is left. */
int cgroup_node_close(struct cgroup_node *node);

#endif
