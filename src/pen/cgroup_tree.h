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

/* What the kernel says of mounts and of the caller's own cgroups, read once for a pen. */
struct cgroup_tables {
	char *mounts, *own; /* /proc/self/mountinfo, /proc/self/cgroup */
};

/* Reads them, for cgroup_tables_finish(). Returns 0 or -errno. */
int cgroup_tables_read(struct cgroup_tables *ret_tables);

void cgroup_tables_finish(struct cgroup_tables *tables);

/*
 * Finds the folder for a cgroup with CONTROLLER. Moves the supervisor into a leaf for it only if
 * IS_MANDATORY (v2 without root). Returns 0 with *ret_place, or -ENOENT when no hierarchy has the
 * controller, or -errno.
 */
int cgroup_tree_find(const struct cgroup_tables *tables, const char *controller, bool is_mandatory,
		     struct cgroup_place *ret_place);

/* Finds the folder for a cgroup of version 2 that needs no controller: the caller's own. Returns 0
 * with *ret_place, or -ENOENT when that version is not mounted. */
int cgroup_tree_find_plain(const struct cgroup_tables *tables, struct cgroup_place *ret_place);

/* Finds the folder of the caller's own cgroup in the hierarchy of CONTROLLER (NULL: version 2), or
 * with IS_TOP that of the hierarchy's mount, freed by the caller. Returns 0 or -ENOENT. */
int cgroup_tree_find_folder(const struct cgroup_tables *tables, const char *controller, bool is_top,
			    char **ret_path);

/* Adds CONTROLLER to what cgroups in PLACE have. Gives 0, or -ENOENT when its hierarchy (v2 only)
 * does not have it, or -errno. */
int cgroup_tree_add(const struct cgroup_place *place, const char *controller);

void cgroup_place_finish(struct cgroup_place *place);

/* Undoes what finding changed, once the cgroup is gone. */
void cgroup_tree_leave(struct cgroup_place *place);

#endif
