/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of tests that libseccomp builds from a call's rules; shared by oci_tree.c and
 * oci_prune.c. */
#ifndef PINFOLD_CONVERT_OCI_NODE_H
#define PINFOLD_CONVERT_OCI_NODE_H

#include "convert/oci_rules.h"

/* What a test leads to: an action, a level, or neither. */
struct oci_edge {
	const struct oci_rule *rule; /* NULL: no action */
	struct oci_node *level;
};

struct oci_node {
	struct oci_cond test; /* op: OCI_EQ, OCI_GT, OCI_GE or, with its own mask, MASKED_EQ */
	enum oci_op written;  /* before it was split */
	bool is_high;
	uint64_t whole; /* the number before it was split */
	struct oci_edge yes, no;
	struct oci_node *previous, *next;
	bool is_removed;
};

struct oci_tree {
	struct arena arena;
	struct oci_node *root;
	const struct oci_rule *rule; /* being inserted */
	size_t *work;
};

/* Visits of nodes, for a whole profile; a merge by libseccomp may be endless. */
enum { OCI_WORK_MAX = 1 << 24 };

/* Returns the first node of NODE's level. */
struct oci_node *oci_node_start(const struct oci_tree *tree, struct oci_node *node);

/* Returns whether A and B make the same test. */
bool oci_node_is_same(const struct oci_node *a, const struct oci_node *b);

/* Returns whether B is tested before A. */
bool oci_node_is_later(const struct oci_node *a, const struct oci_node *b);

/* Returns whether nothing is tested after NODE. */
bool oci_node_is_end(const struct oci_node *node);

/* Returns whether A and B, each of which may be NULL, have the same action to a runtime. */
bool oci_rule_is_same(const struct oci_rule *a, const struct oci_rule *b);

/* Returns whether RULE's action is the only one on NODE's level and below. */
bool oci_tree_has_one_action(struct oci_tree *tree, struct oci_node *node,
			     const struct oci_rule *rule);

/* Removes from TREE what the chain NEW makes redundant. Returns whether TREE has a shorter chain
 * with the same action, so that NEW itself is redundant. */
bool oci_tree_prune(struct oci_tree *tree, struct oci_node *new);

#endif
