// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/process_tree.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"

static size_t count_numbers(const struct record_processes *processes)
{
	size_t n = 1;

	for (size_t i = 0; i < processes->n; i++)
		if ((size_t)processes->v[i].pid >= n)
			n = (size_t)processes->v[i].pid + 1;
	return n;
}

static void add_child(struct tree_node *nodes, long parent, long child)
{
	struct tree_node *node = &nodes[parent];

	nodes[child].parent = parent;
	nodes[child].depth = node->depth + 1;
	if (node->last_child == TREE_NONE)
		node->first_child = child;
	else
		nodes[node->last_child].next_sibling = child;
	node->last_child = child;
}

struct tree_node *tree_create(const struct record_processes *processes)
{
	struct tree_node *nodes = mem_alloc((processes->n + 1) * sizeof(*nodes));
	size_t n_numbers = count_numbers(processes);
	/* By pid: 1 + the last process that had it. */
	auto_free size_t *last = mem_alloc(n_numbers * sizeof(*last));

	for (size_t i = 0; i < processes->n; i++) {
		const struct record_process *process = &processes->v[i];
		size_t ppid = (size_t)process->ppid;

		nodes[i] = (struct tree_node){ TREE_NONE, TREE_NONE, TREE_NONE, TREE_NONE, 0 };
		if (ppid < n_numbers && last[ppid])
			add_child(nodes, (long)last[ppid] - 1, (long)i);
		if (process->pid > 0)
			last[process->pid] = i + 1;
	}
	return nodes;
}

/* Returns the first process from AT on that has no parent. */
static long next_root(const struct tree_node *nodes, size_t n, long at)
{
	for (; (size_t)at < n; at++)
		if (nodes[at].parent == TREE_NONE)
			return at;
	return TREE_NONE;
}

long tree_first(const struct tree_node *nodes, size_t n)
{
	return next_root(nodes, n, 0);
}

long tree_next(const struct tree_node *nodes, size_t n, long at)
{
	if (nodes[at].first_child != TREE_NONE)
		return nodes[at].first_child;
	for (; nodes[at].parent != TREE_NONE; at = nodes[at].parent)
		if (nodes[at].next_sibling != TREE_NONE)
			return nodes[at].next_sibling;
	return next_root(nodes, n, at + 1);
}
