// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libseccomp (db.c, 2.6) keeps the rules of a call as a tree of tests on words of 32 bits. A level
 * of the tree is asked from its start: each test leads to an action, to a level below, or on to the
 * next test, and what finds no action below comes back to the next test, too. So the first path in
 * that order decides. A new rule is put in by argument (the last first), then by comparison, then
 * by number, and nodes that ask the same are merged: there a shorter rule takes the place of a
 * longer one, and rules with two actions for one node are refused. Where all rules have one action,
 * they are taken as they stand: libseccomp loses some at times, which nobody asks for.
 */
#include "convert/oci_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WORK_MAX = 1 << 24, PATHS_MAX = 4096 };

/* What a test leads to: an action, a level, or neither. */
struct edge {
	const struct oci_rule *rule; /* NULL: no action */
	struct node *level;
};

struct node {
	struct oci_cond test; /* op: OCI_EQ, OCI_GT, OCI_GE or, with a mask of its own, MASKED_EQ */
	enum oci_op written;  /* before it was taken apart */
	bool is_high;
	uint64_t whole; /* the number before it was taken apart */
	struct edge yes, no;
	struct node *previous, *next;
	bool is_removed;
};

struct tree {
	struct arena arena;
	struct node *root;
	const struct oci_rule *rule; /* that is put in */
	size_t *work;
};

/* How far the comparison of the tree with a new rule has come. */
enum {
	MATCHES = 1,  /* so far */
	MATCHED = 2,  /* it did at some node above */
	OLD_ENDS = 4, /* at the node that matches */
	NEW_ENDS = 8,
	OLD_IS_LONGER = 16, /* it has nodes before what matches */
	NEW_IS_LONGER = 32,
};

static struct node *start_of(struct node *node)
{
	while (node && node->previous)
		node = node->previous;
	return node;
}

static bool is_end(const struct node *node)
{
	return !node->yes.level && !node->no.level;
}

static bool is_same_action(const struct oci_rule *a, const struct oci_rule *b)
{
	return a == b || (a && b && a->entry->action.act == b->entry->action.act &&
			  a->entry->action.error == b->entry->action.error);
}

static unsigned int word_of(const struct node *node)
{
	return node->test.index * 2 + node->is_high;
}

static bool is_same_test(const struct node *a, const struct node *b)
{
	return word_of(a) == word_of(b) && a->test.op == b->test.op &&
	       a->test.value == b->test.value && a->test.mask == b->test.mask;
}

static int rank_of(enum oci_op op)
{
	if (op == OCI_LT || op == OCI_LE)
		return 2;
	return op == OCI_GT || op == OCI_GE ? 1 : 3;
}

/* Returns whether B is asked before A. */
static bool is_later(const struct node *a, const struct node *b)
{
	if (word_of(a) != word_of(b))
		return word_of(a) < word_of(b);
	if (rank_of(a->written) != rank_of(b->written))
		return rank_of(a->written) < rank_of(b->written);
	if (rank_of(a->written) == 2)
		return a->test.value > b->test.value;
	return a->test.value < b->test.value;
}

/* Returns whether RULE's action is the only one on NODE's level and below. */
static bool is_only_action(struct tree *tree, struct node *node, const struct oci_rule *rule)
{
	for (node = start_of(node); node; node = node->next) {
		++*tree->work;
		if ((node->yes.rule && !is_same_action(node->yes.rule, rule)) ||
		    (node->no.rule && !is_same_action(node->no.rule, rule)) ||
		    !is_only_action(tree, node->yes.level, rule) ||
		    !is_only_action(tree, node->no.level, rule))
			return false;
	}
	return true;
}

/* Takes NODE out of the level at LEVEL or below, and what is left without any use by that. Returns
 * whether anything was. */
static bool remove_node(struct tree *tree, struct node **level, struct node *node)
{
	for (struct node *at = start_of(*level); at; at = at->next) {
		bool is_found = at == node;

		++*tree->work;
		if (!is_found) {
			is_found = remove_node(tree, &at->yes.level, node);
			is_found |= remove_node(tree, &at->no.level, node);
			if (!is_end(at) || at->yes.rule || at->no.rule) {
				if (is_found)
					return true;
				continue;
			}
		}
		if (at == *level)
			*level = at->previous ? at->previous : at->next;
		if (at->previous)
			at->previous->next = at->next;
		if (at->next)
			at->next->previous = at->previous;
		at->previous = at->next = NULL;
		at->is_removed = true;
		return true;
	}
	return false;
}

static void prune(struct tree *tree, struct node **level, struct node *new, unsigned int *state);

/* Compares NEW with the level at LEVEL, having come with the state BELOW. Adds to STATE what
 * matches; returns whether anything does. */
static bool prune_below(struct tree *tree, struct node **level, struct node *new,
			unsigned int below, unsigned int *state)
{
	if (!*level || !new)
		return false;
	prune(tree, level, new, &below);
	if (below & MATCHES)
		*state |= below;
	return below & MATCHES;
}

/* OLD and NEW ask the same; ABOVE is the state before. Returns whether the level goes on. */
static bool prune_same(struct tree *tree, struct node *old, struct node *new, unsigned int above,
		       unsigned int *state)
{
	above |= MATCHES | MATCHED;
	*state |= MATCHES | MATCHED | (is_end(new) ? NEW_ENDS : 0) | (is_end(old) ? OLD_ENDS : 0);
	if (((old->yes.rule || old->yes.level) && !new->yes.rule && !new->yes.level) ||
	    ((old->no.rule || old->no.level) && !new->no.rule && !new->no.level))
		return false;
	if (*state & NEW_ENDS && *state & OLD_ENDS &&
	    (!is_same_action(old->yes.rule, new->yes.rule) ||
	     !is_same_action(old->no.rule, new->no.rule)))
		return false;
	prune_below(tree, &old->yes.level, new->yes.level, above, state);
	if (!old->is_removed)
		prune_below(tree, &old->no.level, new->no.level, above, state);
	if (old->is_removed || !is_only_action(tree, old, tree->rule))
		return true;
	if (*state & NEW_ENDS && *state & OLD_IS_LONGER) {
		remove_node(tree, &tree->root, old);
		return tree->root;
	}
	return !(*state & OLD_ENDS && *state & NEW_IS_LONGER);
}

/* Compares one node of a level with NEW. Returns whether the level goes on. */
static bool prune_node(struct tree *tree, struct node *old, struct node *new, unsigned int above,
		       unsigned int *state)
{
	unsigned int below = above & ~(unsigned int)MATCHES;

	if (is_same_test(old, new))
		return prune_same(tree, old, new, above, state);
	if (is_later(old, new)) {
		below |= OLD_IS_LONGER;
		return !(above & NEW_IS_LONGER) &&
		       !prune_below(tree, &old->yes.level, new, below, state) &&
		       (old->is_removed || !prune_below(tree, &old->no.level, new, below, state));
	}
	below |= NEW_IS_LONGER;
	return !(above & OLD_IS_LONGER) && !prune_below(tree, &old, new->yes.level, below, state) &&
	       (old->is_removed || !prune_below(tree, &old, new->no.level, below, state));
}

/* Takes out of the level at LEVEL and below what NEW, which is shorter, makes needless. */
static void prune(struct tree *tree, struct node **level, struct node *new, unsigned int *state)
{
	unsigned int above = *state, found = *state;
	struct node *old, *next;
	bool goes_on = (above & (MATCHES | MATCHED)) != MATCHED;

	for (old = start_of(*level); old && goes_on; old = next) {
		++*tree->work;
		next = old->next;
		goes_on = prune_node(tree, old, new, above, &found);
	}
	if (goes_on)
		found &= ~(unsigned int)MATCHES;
	if (found & MATCHES)
		*state |= found;
	else
		*state &= ~(unsigned int)MATCHES;
}

static int add_level(struct tree *tree, struct node **level, struct node *new);

/* Merges an edge of a node with that of NEW, which asks the same: IS_BEYOND says that the new
 * rule's number is on the far side of the old one's. *ret_is_done: the old one is shorter. */
static int add_edge_action(struct tree *tree, struct node *old, struct edge *edge,
			   const struct node *new, const struct oci_rule *rule, bool is_beyond)
{
	if (!rule)
		return 0;
	if (!edge->rule) {
		if (edge->level && !is_only_action(tree, edge->level, rule))
			return -EEXIST;
		*edge = (struct edge){ .rule = rule };
		return 0;
	}
	if (is_same_action(edge->rule, rule))
		return 0;
	if (new->is_high && is_beyond)
		edge->rule = rule;
	return is_end(old) || is_end(new) ? -EEXIST : 0;
}

/* The same for what is below it. Gives 1 when the old rule is shorter, so that nothing is added. */
static int add_edge_level(struct tree *tree, struct edge *edge, struct node *level)
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

static int add_same(struct tree *tree, struct node *old, struct node *new)
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

/* Puts NEW into the level at LEVEL, where it has its place. */
static int add_level(struct tree *tree, struct node **level, struct node *new)
{
	struct node *at = *level;

	while (!is_same_test(at, new) && !is_later(at, new) && at->next) {
		++*tree->work;
		at = at->next;
	}
	if (is_same_test(at, new))
		return add_same(tree, at, new);
	if (!is_later(at, new)) {
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

/* Whether the comparison holds where its last test fails. */
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

static struct node *make_node(struct tree *tree, const struct oci_cond *cond, enum oci_op op,
			      bool is_high)
{
	struct node *node = arena_alloc(&tree->arena, sizeof(*node));
	uint64_t word = is_high ? UINT64_MAX << 32 : UINT32_MAX;

	node->test = (struct oci_cond){ cond->index, op, cond->mask & word, cond->value & word };
	node->written = cond->op;
	node->is_high = is_high;
	node->whole = cond->value;
	return node;
}

/* The edges at which a comparison holds: of an ordered one of 64 bits there are two. */
struct ends {
	struct edge *v[2];
	size_t n;
};

/* Makes the nodes of one comparison; returns the first. */
static struct node *make_nodes(struct tree *tree, const struct oci_cond *cond, bool is_64bit,
			       struct ends *ret_ends)
{
	enum oci_op op = test_op(cond);
	bool is_order = op == OCI_GT || op == OCI_GE, is_no = is_inverse(cond->op);
	struct node *low = make_node(tree, cond, op, false), *high, *equal;

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

static struct node *make_chain(struct tree *tree, const struct oci_rule *rule, bool is_64bit)
{
	struct node *first = NULL;
	struct ends ends = { 0 };

	for (size_t i = 0; i < rule->n_conds; i++) {
		struct ends after;
		struct node *nodes = make_nodes(tree, &rule->conds[i], is_64bit, &after);

		for (size_t k = 0; k < ends.n; k++)
			ends.v[k]->level = nodes;
		first = first ? first : nodes;
		ends = after;
	}
	for (size_t k = 0; k < ends.n; k++)
		ends.v[k]->rule = rule;
	return first;
}

static int add_rule(struct tree *tree, const struct oci_rule *rule, bool is_64bit)
{
	struct node *new = make_chain(tree, rule, is_64bit);
	const unsigned int redundant = MATCHES | OLD_ENDS | NEW_IS_LONGER;
	unsigned int state = 0;

	tree->rule = rule;
	if (tree->root)
		prune(tree, &tree->root, new, &state);
	if (!tree->root) {
		tree->root = new;
		return 0;
	}
	if ((state & redundant) == redundant)
		return 0;
	return add_level(tree, &tree->root, new);
}

/* The paths through a tree, as rules. */
struct paths {
	struct oci_call *call;
	struct oci_rule at; /* the tests on the way */
	size_t *work;
};

static int list_paths(struct paths *paths, struct node *level);

static int follow(struct paths *paths, const struct node *node, const struct edge *edge,
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
	if (paths->at.n_conds == OCI_CONDS_MAX || ++*paths->work > WORK_MAX)
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

static int list_paths(struct paths *paths, struct node *level)
{
	int err = 0;

	for (struct node *node = start_of(level); node && !err; node = node->next) {
		err = follow(paths, node, &node->yes, true);
		if (!err)
			err = follow(paths, node, &node->no, false);
	}
	return err;
}

/* Rules of one action hold in any order. */
static bool has_one_action(const struct oci_call *call)
{
	for (size_t i = 1; i < call->n; i++)
		if (!is_same_action(&call->v[i], &call->v[0]))
			return false;
	return true;
}

int oci_tree_order(struct oci_call *call, size_t *work, const struct oci_rule **ret_rule)
{
	bool is_64bit = call->arch != ARCH_X86 && call->arch != ARCH_X32;
	struct tree tree = { .work = work };
	struct oci_call ordered = *call;
	struct paths paths = { .call = &ordered, .work = work };
	int err = 0;

	if (has_one_action(call))
		return 0;
	ordered.v = NULL;
	ordered.n = ordered.cap = 0;
	for (size_t i = 0; i < call->n && !err; i++) {
		*ret_rule = &call->v[i];
		err = *work > WORK_MAX ? -E2BIG : add_rule(&tree, &call->v[i], is_64bit);
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
