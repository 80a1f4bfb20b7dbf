/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the machine's cgroup hierarchies a pen's cgroup may be made. Internal to this room. */
#ifndef PINFOLD_CGROUP_CGROUP_TREE_H
#define PINFOLD_CGROUP_CGROUP_TREE_H

#include <stdbool.h>

#include "confine/clerk.h"

/* The cgroup that the supervisor moved itself into, below that which was handed to the caller. */
struct cgroup_leaf {
	char *name;
	int folder, control, procs; /* the caller's own cgroup, and how it is left and entered */
	char supervisor[16];	    /* its pid, as it is written */
	const struct clerk *clerk;  /* NULL: none */
	uint32_t task;		    /* of the clerk's */
};

struct cgroup_place {
	int version;
	char *path;		  /* the folder for ours */
	struct cgroup_leaf *leaf; /* v2 rootless; NULL: the supervisor did not move */
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

/* Adds CONTROLLER to what cgroups in PLACE have. Returns 0, or -ENOENT when its hierarchy (v2 only)
 * does not have it, or -errno. */
int cgroup_tree_add(const struct cgroup_place *place, const char *controller);

void cgroup_place_finish(struct cgroup_place *place);

/* Has CLERK, which has not started, do what cgroup_tree_leave() does for the supervisor. */
void cgroup_tree_leave_to(struct cgroup_place *place, struct clerk *clerk);

/* Undoes what finding changed, once the cgroup is gone. */
void cgroup_tree_leave(struct cgroup_place *place);

#endif
