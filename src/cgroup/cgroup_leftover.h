/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of cgroups, which say whose they are, and leftovers of dead runs. Internal to this room. */
#ifndef PINFOLD_CGROUP_CGROUP_LEFTOVER_H
#define PINFOLD_CGROUP_CGROUP_LEFTOVER_H

#include "cgroup/cgroup_tree.h"

/* Returns a name that no other run has, freed by the caller. */
char *cgroup_name(void);

/* Removes the empty cgroups of dead runs from every hierarchy, if there is one in the directory
 * FIRST: every run makes its first cgroup there, and removes that one last. */
void cgroup_leftover_sweep(const struct cgroup_tables *tables, int first);

#endif
