/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One directory of a pen in one cgroup hierarchy. Internal to this room. */
#ifndef PINFOLD_CGROUP_CGROUP_NODE_H
#define PINFOLD_CGROUP_CGROUP_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "cgroup/cgroup_tree.h"

struct cgroup_node {
	struct cgroup_place place;  /* of the parent */
	const char *controllers[4]; /* v1: those of its hierarchy that it was made for */
	char *name, *path;
	int parent, dir, tasks, kill; /* descriptors; -1: none */
	int above;		      /* the directory above the shared one; -1: none */
	const struct clerk *clerk;    /* removes it where the keeper did not; NULL: none */
	uint32_t task;		      /* its number there */
};

/* Makes the directory in PLACE, which it takes over. Returns 0 or -errno; in both cases undo it by
 * cgroup_node_remove() and cgroup_node_close(). */
int cgroup_node_open(struct cgroup_node *node, struct cgroup_place *place);

/* Notes that the directory serves CONTROLLER, too. Returns false if the list is full. */
bool cgroup_node_note(struct cgroup_node *node, const char *controller);

/* Writes VALUE to FILE. Returns 0 or -errno. */
int cgroup_node_write(const struct cgroup_node *node, const char *file, uint64_t value);

/* Reads the number in FILE, or, unless KEY is NULL, the one after KEY. Returns whether there is
 * one. */
bool cgroup_node_read(const struct cgroup_node *node, const char *file, const char *key,
		      uint64_t *ret_value);

/* Removes the directory once its processes have exited or are about to, waiting for those for a few
 * seconds at most. Does not allocate. Returns 0, or -errno when it is left. */
int cgroup_node_remove(const struct cgroup_node *node);

/* Undoes what finding the place changed, and frees the node. */
void cgroup_node_close(struct cgroup_node *node);

#endif
