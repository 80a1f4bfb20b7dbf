// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a new rule makes redundant in libseccomp's tree: of two rules with the same action, one of
 * which makes all tests of the other and more, the longer one.
 */
#include "convert/oci_node.h"

/* How far the comparison of the tree with a new rule has got. */
enum {
	MATCHES = 1,  /* so far */
	MATCHED = 2,  /* it did, at some node above */
	OLD_ENDS = 4, /* at the matching node */
	NEW_ENDS = 8,
	OLD_IS_LONGER = 16, /* it has nodes before the matching one */
	NEW_IS_LONGER = 32,
};

struct oci_node *oci_node_start(const struct oci_tree *tree, struct oci_node *node)
{
	while (node && node->previous && ++*tree->work < OCI_WORK_MAX)
		node = node->previous;
	return node;
}

bool oci_node_is_end(const struct oci_node *node)
{
	return !node->yes.level && !node->no.level;
}

bool oci_rule_is_same(const struct oci_rule *a, const struct oci_rule *b)
{
	return a == b || (a && b && a->entry->action.act == b->entry->action.act &&
			  a->entry->action.error == b->entry->action.error);
}

static unsigned int word_of(const struct oci_node *node)
{
	return node->test.index * 2 + node->is_high;
}

bool oci_node_is_same(const struct oci_node *a, const struct oci_node *b)
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

/* Returns whether B is tested before A. */
bool oci_node_is_later(const struct oci_node *a, const struct oci_node *b)
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
bool oci_tree_has_one_action(struct oci_tree *tree, struct oci_node *node,
			     const struct oci_rule *rule)
{
	for (node = oci_node_start(tree, node); node && ++*tree->work < OCI_WORK_MAX;
	     node = node->next) {
		if ((node->yes.rule && !oci_rule_is_same(node->yes.rule, rule)) ||
		    (node->no.rule && !oci_rule_is_same(node->no.rule, rule)) ||
		    !oci_tree_has_one_action(tree, node->yes.level, rule) ||
		    !oci_tree_has_one_action(tree, node->no.level, rule))
			return false;
	}
	return true;
}

/* Removes NODE from the level at LEVEL or below, and whatever that leaves useless. Returns whether
 * anything was removed. */
static bool remove_node(struct oci_tree *tree, struct oci_node **level, struct oci_node *node)
{
	for (struct oci_node *at = oci_node_start(tree, *level); at && ++*tree->work < OCI_WORK_MAX;
	     at = at->next) {
		bool is_found = at == node;

		if (!is_found) {
			is_found = remove_node(tree, &at->yes.level, node);
			is_found |= remove_node(tree, &at->no.level, node);
			if (!oci_node_is_end(at) || at->yes.rule || at->no.rule) {
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

static void prune(struct oci_tree *tree, struct oci_node **level, struct oci_node *new,
		  unsigned int *state);

/* Compares NEW with the level at LEVEL, starting in the state BELOW. Adds to STATE what matches;
 * returns whether anything does. */
static bool prune_below(struct oci_tree *tree, struct oci_node **level, struct oci_node *new,
			unsigned int below, unsigned int *state)
{
	if (!*level || !new)
		return false;
	prune(tree, level, new, &below);
	if (below & MATCHES)
		*state |= below;
	return below & MATCHES;
}

/* OLD and NEW make the same test; ABOVE is the state before. Returns whether the level goes on. */
static bool prune_same(struct oci_tree *tree, struct oci_node *old, struct oci_node *new,
		       unsigned int above, unsigned int *state)
{
	above |= MATCHES | MATCHED;
	*state |= MATCHES | MATCHED | (oci_node_is_end(new) ? NEW_ENDS : 0) |
		  (oci_node_is_end(old) ? OLD_ENDS : 0);
	if (((old->yes.rule || old->yes.level) && !new->yes.rule && !new->yes.level) ||
	    ((old->no.rule || old->no.level) && !new->no.rule && !new->no.level))
		return false;
	if (*state & NEW_ENDS && *state & OLD_ENDS &&
	    (!oci_rule_is_same(old->yes.rule, new->yes.rule) ||
	     !oci_rule_is_same(old->no.rule, new->no.rule)))
		return false;
	prune_below(tree, &old->yes.level, new->yes.level, above, state);
	if (!old->is_removed)
		prune_below(tree, &old->no.level, new->no.level, above, state);
	if (old->is_removed || !oci_tree_has_one_action(tree, old, tree->rule))
		return true;
	if (*state & NEW_ENDS && *state & OLD_IS_LONGER) {
		remove_node(tree, &tree->root, old);
		return tree->root;
	}
	return !(*state & OLD_ENDS && *state & NEW_IS_LONGER);
}

/* Compares one node of a level with NEW. Returns whether the level goes on. */
static bool prune_node(struct oci_tree *tree, struct oci_node *old, struct oci_node *new,
		       unsigned int above, unsigned int *state)
{
	unsigned int below = above & ~(unsigned int)MATCHES;

	if (oci_node_is_same(old, new))
		return prune_same(tree, old, new, above, state);
	if (oci_node_is_later(old, new)) {
		below |= OLD_IS_LONGER;
		return !(above & NEW_IS_LONGER) &&
		       !prune_below(tree, &old->yes.level, new, below, state) &&
		       (old->is_removed || !prune_below(tree, &old->no.level, new, below, state));
	}
	below |= NEW_IS_LONGER;
	return !(above & OLD_IS_LONGER) && !prune_below(tree, &old, new->yes.level, below, state) &&
	       (old->is_removed || !prune_below(tree, &old, new->no.level, below, state));
}

/* Removes from the level at LEVEL and below what NEW, which is shorter, makes redundant. */
static void prune(struct oci_tree *tree, struct oci_node **level, struct oci_node *new,
		  unsigned int *state)
{
	unsigned int above = *state, found = *state;
	struct oci_node *old, *next;
	bool goes_on = (above & (MATCHES | MATCHED)) != MATCHED;

	for (old = oci_node_start(tree, *level); old && goes_on && ++*tree->work < OCI_WORK_MAX;
	     old = next) {
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

bool oci_tree_prune(struct oci_tree *tree, struct oci_node *new)
{
	const unsigned int needless = MATCHES | OLD_ENDS | NEW_IS_LONGER;
	unsigned int state = 0;

	prune(tree, &tree->root, new, &state);
	return tree->root && (state & needless) == needless;
}
