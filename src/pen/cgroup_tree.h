/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the machine's cgroup hierarchies a pen's cgroup may be made. Internal to pen/. */
#ifndef PINFOLD_PEN_CGROUP_TREE_H
#define PINFOLD_PEN_CGROUP_TREE_H

#include <stdbool.h>

struct cgroup_place {
	int version;
	char *path;   /* the folder for ours */
	char *leaf;   /* v2 rootless: where the supervisor moved itself; NULL: nowhere */
	char *shared; /* v2 root: our common top folder, to be removed when empty; NULL: none */
};

/*
 * Finds the folder for a cgroup with CONTROLLER. Moves the supervisor into a leaf for it only if
 * IS_MANDATORY (v2 without root). Gives 0 with *ret_place, or -ENOENT when no hierarchy has the
 * controller, or -errno.
 */
int cgroup_tree_find(const char *controller, bool is_mandatory, struct cgroup_place *ret_place);

/* Adds CONTROLLER to what cgroups in PLACE have. Gives 0, or -ENOENT when its hierarchy (v2 only)
 * does not have it, or -errno. */
int cgroup_tree_add(const struct cgroup_place *place, const char *controller);

void cgroup_place_finish(struct cgroup_place *place);

/* Undoes what finding changed, once the cgroup is gone. */
void cgroup_tree_leave(struct cgroup_place *place);

/* Gives a name that no other run has, freed by the caller. */
char *cgroup_tree_name(void);

/* Removes empty cgroups in the folder PARENT whose run is dead. */
void cgroup_tree_remove_leftovers(int parent);

#endif
