// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libseccomp (db.c, 2.6) keeps the rules of a call as a tree of tests on 32-bit words. A level of
 * the tree is tested from its start: each test leads to an action, to a level below, or on to the
 * next test, and what finds no action below returns to the next test, too. So the first path in
 * that order decides. A new rule is inserted by argument (the last first), then by comparison, then
 * by number, and nodes with the same test are merged: there a shorter rule replaces a longer one,
 * and rules with two actions for one node are refused. If all rules have the same action, they are
 * taken as they are: libseccomp sometimes loses some, which nobody wants.
 */
#include "convert/oci_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "convert/oci_node.h"

enum { PATHS_MAX = 4096 };

static int add_level(struct oci_tree *tree, struct oci_node **level, struct oci_node *new);

/* Merges an edge of a node with that of NEW, which makes the same test; IS_BEYOND: the new rule's
 * number is on the far side of the old one's. *ret_is_done: the old one is shorter. */
static int add_edge_action(struct oci_tree *tree, struct oci_node *old, struct oci_edge *edge,
			   const struct oci_node *new, const struct oci_rule *rule, bool is_beyond)
{
	if (!rule)
		return 0;
	if (!edge->rule) {
		if (edge->level && !oci_tree_has_one_action(tree, edge->level, rule))
			return -EEXIST;
		*edge = (struct oci_edge){ .rule = rule };
		return 0;
	}
	if (oci_rule_is_same(edge->rule, rule))
		return 0;
	if (new->is_high && is_beyond)
		edge->rule = rule;
	return oci_node_is_end(old) || oci_node_is_end(new) ? -EEXIST : 0;
}

/* The same for the level below it. Returns 1 if the old rule is shorter, so that nothing is
 * added. */
static int add_edge_level(struct oci_tree *tree, struct oci_edge *edge, struct oci_node *level)
{
	if (!level)
		return 0;
	if (edge->level)
		return add_level(tree, &edge->level, level);
	if (edge->rule)
		return 1;
	edge->level = level;
	return 0;
}

static int add_same(struct oci_tree *tree, struct oci_node *old, struct oci_node *new)
{
	int err = add_edge_action(tree, old, &old->yes, new, new->yes.rule,
				  new->whole > old->whole);

	if (!err)
		err = add_edge_action(tree, old, &old->no, new, new->no.rule,
				      new->whole < old->whole);
	if (!err)
		err = add_edge_level(tree, &old->yes, new->yes.level);
	if (!err)
		err = add_edge_level(tree, &old->no, new->no.level);
	return err < 0 ? err : 0;
}

/* Inserts NEW into the level at LEVEL, in its place. */
static int add_level(struct oci_tree *tree, struct oci_node **level, struct oci_node *new)
{
	struct oci_node *at = *level;

	while (!oci_node_is_same(at, new) && !oci_node_is_later(at, new) && at->next &&
	       ++*tree->work < OCI_WORK_MAX)
		at = at->next;
	if (oci_node_is_same(at, new))
		return add_same(tree, at, new);
	if (!oci_node_is_later(at, new)) {
		new->previous = at;
		at->next = new;
		return 0;
	}
	new->previous = at->previous;
	new->next = at;
	if (at->previous)
		at->previous->next = new;
	at->previous = new;
	if (*level == at)
		*level = new;
	return 0;
}

/* Returns whether the comparison holds when its last test fails. */
static bool is_inverse(enum oci_op op)
{
	return op == OCI_NE || op == OCI_LT || op == OCI_LE;
}

static enum oci_op test_op(const struct oci_cond *cond)
{
	switch (cond->op) {
	case OCI_NE:
		return OCI_EQ;
	case OCI_LT:
		return OCI_GE;
	case OCI_LE:
		return OCI_GT;
	default:
		return cond->op;
	}
}

static struct oci_node *make_node(struct oci_tree *tree, const struct oci_cond *cond,
				  enum oci_op op, bool is_high)
{
	struct oci_node *node = arena_alloc(&tree->arena, sizeof(*node));
	uint64_t word = is_high ? UINT64_MAX << 32 : UINT32_MAX;

	node->test = (struct oci_cond){ cond->index, op, cond->mask & word, cond->value & word };
	node->written = cond->op;
	node->is_high = is_high;
	node->whole = cond->value;
	return node;
}

/* The edges at which a comparison holds: two for an ordered 64-bit comparison. */
struct ends {
	struct oci_edge *v[2];
	size_t n;
};

/* Makes the nodes of one comparison; returns the first. */
static struct oci_node *make_nodes(struct oci_tree *tree, const struct oci_cond *cond,
				   bool is_64bit, struct ends *ret_ends)
{
	enum oci_op op = test_op(cond);
	bool is_order = op == OCI_GT || op == OCI_GE, is_no = is_inverse(cond->op);
	struct oci_node *low = make_node(tree, cond, op, false), *high, *equal;

	*ret_ends = (struct ends){ { is_no ? &low->no : &low->yes }, 1 };
	if (!is_64bit)
		return low;
	high = make_node(tree, cond, is_order ? OCI_GT : op, true);
	equal = is_order ? make_node(tree, cond, OCI_EQ, true) : high;
	equal->yes.level = low;
	if (is_order)
		high->no.level = equal;
	if (cond->op == OCI_NE)
		ret_ends->v[ret_ends->n++] = &high->no;
	else if (is_order)
		ret_ends->v[ret_ends->n++] = is_no ? &equal->no : &high->yes;
	return high;
}

static struct oci_node *make_chain(struct oci_tree *tree, const struct oci_rule *rule,
				   bool is_64bit)
{
	struct oci_node *first = NULL;
	struct ends ends = { 0 };

	for (size_t i = 0; i < rule->n_conds; i++) {
		struct ends after;
		struct oci_node *nodes = make_nodes(tree, &rule->conds[i], is_64bit, &after);

		for (size_t k = 0; k < ends.n; k++)
			ends.v[k]->level = nodes;
		first = first ? first : nodes;
		ends = after;
	}
	for (size_t k = 0; k < ends.n; k++)
		ends.v[k]->rule = rule;
	return first;
}

static int add_rule(struct oci_tree *tree, const struct oci_rule *rule, bool is_64bit)
{
	struct oci_node *new = make_chain(tree, rule, is_64bit);

	tree->rule = rule;
	if (tree->root && oci_tree_prune(tree, new))
		return 0;
	if (!tree->root) {
		tree->root = new;
		return 0;
	}
	return add_level(tree, &tree->root, new);
}

/* The paths through a tree, as rules. */
struct paths {
	struct oci_call *call;
	const struct oci_tree *tree;
	struct oci_rule at; /* the tests so far */
};

static int list_paths(struct paths *paths, struct oci_node *level);

static int follow(struct paths *paths, const struct oci_node *node, const struct oci_edge *edge,
		  bool is_yes)
{
	static const enum oci_op inverse[] = {
		[OCI_EQ] = OCI_NE,
		[OCI_MASKED_EQ] = OCI_NE,
		[OCI_GT] = OCI_LE,
		[OCI_GE] = OCI_LT,
	};
	struct oci_cond *cond = &paths->at.conds[paths->at.n_conds];
	int err = 0;

	if (!edge->rule && !edge->level)
		return 0;
	if (paths->at.n_conds == OCI_CONDS_MAX || ++*paths->tree->work >= OCI_WORK_MAX)
		return -E2BIG;
	*cond = node->test;
	cond->op = is_yes ? cond->op : inverse[cond->op];
	cond->op = cond->op == OCI_MASKED_EQ ? OCI_EQ : cond->op;
	paths->at.n_conds++;
	if (edge->level) {
		err = list_paths(paths, edge->level);
	} else if (paths->call->n == PATHS_MAX) {
		err = -E2BIG;
	} else {
		struct oci_rule *rule = array_append(paths->call);

		*rule = *edge->rule;
		memcpy(rule->conds, paths->at.conds, sizeof(rule->conds));
		rule->n_conds = paths->at.n_conds;
	}
	paths->at.n_conds--;
	return err;
}

static int list_paths(struct paths *paths, struct oci_node *level)
{
	int err = 0;

	for (struct oci_node *node = oci_node_start(paths->tree, level); node && !err;
	     node = node->next) {
		err = follow(paths, node, &node->yes, true);
		if (!err)
			err = follow(paths, node, &node->no, false);
	}
	return err;
}

/* Rules with the same action hold in any order. */
static bool has_one_action(const struct oci_call *call)
{
	for (size_t i = 1; i < call->n; i++)
		if (!oci_rule_is_same(&call->v[i], &call->v[0]))
			return false;
	return true;
}

int oci_tree_order(struct oci_call *call, size_t *work, const struct oci_rule **ret_rule)
{
	bool is_64bit = call->arch != ARCH_X86 && call->arch != ARCH_X32;
	struct oci_tree tree = { .work = work };
	struct oci_call ordered = *call;
	struct paths paths = { .call = &ordered, .tree = &tree };
	int err = 0;

	if (has_one_action(call))
		return 0;
	ordered.v = NULL;
	ordered.n = ordered.cap = 0;
	for (size_t i = 0; i < call->n && !err; i++) {
		*ret_rule = &call->v[i];
		err = add_rule(&tree, &call->v[i], is_64bit);
		err = *work >= OCI_WORK_MAX ? -E2BIG : err;
	}
	if (!err)
		err = list_paths(&paths, tree.root);
	arena_finish(&tree.arena);
	if (err || oci_call_is_same(call, &ordered)) {
		free(ordered.v);
		return err;
	}
	ordered.is_ordered = true;
	free(call->v);
	*call = ordered;
	return 0;
}
