/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processes of a run as a tree; internal to this room. */
#ifndef PINFOLD_REPORT_PROCESS_TREE_H
#define PINFOLD_REPORT_PROCESS_TREE_H

#include <stddef.h>

#include "record/record.h"

enum { TREE_NONE = -1 };

/* A process's position in the tree: indices into the processes, or TREE_NONE. */
struct tree_node {
	long parent, first_child, last_child, next_sibling;
	unsigned int depth; /* 0: its parent was not traced */
};

/* Returns PROCESSES->n nodes, freed by the caller. The parent of a child is the last process before
 * it that had its parent's pid. */
struct tree_node *tree_create(const struct record_processes *processes);

/* Return the first process of the walk, or the one after AT; TREE_NONE after the last. Parents come
 * before children, and children in the order of their start. */
long tree_first(const struct tree_node *nodes, size_t n);
long tree_next(const struct tree_node *nodes, size_t n, long at);

#endif
