/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the machine's cgroup hierarchies a pen's cgroup may be made. Internal to this room. */
#ifndef PINFOLD_CGROUP_CGROUP_TREE_H
#define PINFOLD_CGROUP_CGROUP_TREE_H

#include <stdbool.h>

#include "base/proc.h"
#include "confine/clerk.h"

/* The cgroup that the supervisor moved itself into, below the one delegated to the caller. */
struct cgroup_leaf {
	char *name;
	int folder, control, procs; /* the caller's own cgroup, and its two files */
	char supervisor[16];	    /* its pid, as text */
	const struct clerk *clerk;  /* NULL: none */
	uint32_t task;		    /* its number there */
};

struct cgroup_place {
	int version;
	char *path;		  /* the directory in which to make ours */
	struct cgroup_leaf *leaf; /* v2 rootless; NULL: the supervisor did not move */
	char *shared; /* v2 root: our shared top directory, removed when empty; NULL: none */
};

/* What the kernel reports about mounts and the caller's own cgroups, read once per pen. */
struct cgroup_tables {
	char *texts[2]; /* that the rows point into */
	struct {
		struct proc_mount *v;
		size_t n, cap;
	} mounts; /* of cgroups */
	struct {
		struct proc_cgroup *v;
		size_t n, cap;
	} own;
};

/* Reads them; free them by cgroup_tables_finish(). Returns 0 or -errno. */
int cgroup_tables_read(struct cgroup_tables *ret_tables);

void cgroup_tables_finish(struct cgroup_tables *tables);

/*
 * Finds the directory for a cgroup with CONTROLLER. Without root on v2 that takes moving the
 * supervisor into a leaf, which is done only if IS_MANDATORY. Returns 0 with *ret_place, -ENOENT
 * when no hierarchy has the controller, or another -errno.
 */
int cgroup_tree_find(const struct cgroup_tables *tables, const char *controller, bool is_mandatory,
		     struct cgroup_place *ret_place);

/* Finds the directory for a v2 cgroup that needs no controller: the caller's own. Returns 0 with
 * *ret_place, or -ENOENT when v2 is not mounted. */
int cgroup_tree_find_plain(const struct cgroup_tables *tables, struct cgroup_place *ret_place);

/* Finds the directory of the caller's own cgroup in the hierarchy of CONTROLLER (NULL: version 2),
 * or with IS_TOP the mount point of that hierarchy. Returns 0 with *ret_path, freed by the caller,
 * or -ENOENT. */
int cgroup_tree_find_folder(const struct cgroup_tables *tables, const char *controller, bool is_top,
			    char **ret_path);

/* Enables CONTROLLER for the cgroups in PLACE. Returns 0, -ENOENT when the hierarchy (v2 only) does
 * not have it, or another -errno. */
int cgroup_tree_add(const struct cgroup_place *place, const char *controller);

void cgroup_place_finish(struct cgroup_place *place);

/* Has CLERK, not started yet, do what cgroup_tree_leave() does for the supervisor. */
void cgroup_tree_leave_to(struct cgroup_place *place, struct clerk *clerk);

/* Undoes what finding the place changed, once the cgroup is gone. */
void cgroup_tree_leave(struct cgroup_place *place);

#endif
