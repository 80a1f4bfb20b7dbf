/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes of a run as a tree; inside this room only. */
#ifndef PINFOLD_REPORT_PROCESS_TREE_H
#define PINFOLD_REPORT_PROCESS_TREE_H

#include <stddef.h>

#include "record/record.h"

enum { TREE_NONE = -1 };

/* One process's place in the tree: indices into the processes, TREE_NONE for none. */
struct tree_node {
	long parent, first_child, last_child, next_sibling;
	unsigned int depth; /* 0: its parent was not traced */
};

/* Returns PROCESSES->n nodes, freed by the caller: a child's parent is the last process that had
 * its parent's number before it. */
struct tree_node *tree_create(const struct record_processes *processes);

/* Returns the first process of the walk, parents before children and children in the order of their
 * start, or the one after AT; TREE_NONE after the last. */
long tree_first(const struct tree_node *nodes, size_t n);
long tree_next(const struct tree_node *nodes, size_t n, long at);

#endif
