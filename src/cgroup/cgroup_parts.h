/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pen's cgroup is made of: for this room, and for pen/cgroup_show.c. */
#ifndef PINFOLD_CGROUP_CGROUP_PARTS_H
#define PINFOLD_CGROUP_CGROUP_PARTS_H

#include "cgroup/cgroup.h"
#include "cgroup/cgroup_node.h"

enum { CGROUP_NODES_MAX = 5, CGROUP_BESIDE_MAX = 4 };

struct cgroup {
	struct cgroup_tables tables; /* only while it is being made */
	struct cgroup_node nodes[CGROUP_NODES_MAX];
	size_t n;
	char *beside[CGROUP_BESIDE_MAX]; /* the caller's directories, by row of cgroup_besides */
	bool is_plain;			 /* the first node holds no limit */
	int limiting[LIMIT_COUNT];	 /* the node that holds or counts it; -1: none */
	uint64_t memory;		 /* of limit memory: what is left for all but sockets */
	int oom;
	int quota; /* the file that holds limit cpu; -1: none */
};

/* The hierarchies that runtimes insist on, each with the files that reveal nothing but limits. */
extern const struct cgroup_beside {
	const char *controller, *files[2];
} cgroup_besides[CGROUP_BESIDE_MAX];

/* Finds, from the tables, which of the hierarchies to show lack a directory of the pen's own. */
void cgroup_find_shown(struct cgroup *cgroup);

#endif
