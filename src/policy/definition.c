// SPDX-License-Identifier: GPL-2.0-or-later
/* Constants and sets of a policy by name: every use is a lookup, and there may be thousands. */
#include <stdlib.h>

#include "base/str.h"
#include "policy/parser.h"

static size_t hash(const char *name)
{
	uint32_t sum = 2166136261U; /* FNV-1a */

	for (; *name; name++)
		sum = (sum ^ (unsigned char)*name) * 16777619U;
	return sum;
}

/* Returns the slot of NAME: it holds 1 + its number, or 0. */
static size_t *find_slot(const struct definitions *all, const char *name)
{
	size_t i = hash(name) & (all->n_slots - 1);

	while (all->slots[i] && !str_eq(all->v[all->slots[i] - 1].name, name))
		i = (i + 1) & (all->n_slots - 1);
	return &all->slots[i];
}

static void make_room(struct definitions *all)
{
	if (all->n * 2 < all->n_slots)
		return;
	all->n_slots = all->n_slots ? all->n_slots * 2 : 32;
	free(all->slots);
	all->slots = mem_alloc(all->n_slots * sizeof(*all->slots));
	for (size_t i = all->n; i-- > 0;)
		*find_slot(all, all->v[i].name) = i + 1;
}

struct definition *definition_find(const struct definitions *all, const char *name, size_t order)
{
	size_t at = all->n_slots ? *find_slot(all, name) : 0;

	return at && all->v[at - 1].statement.order < order ? &all->v[at - 1] : NULL;
}

struct definition *definition_add(struct definitions *all, const struct statement *statement)
{
	const struct token *name = &statement->tokens[1];
	struct definition *added;
	size_t *slot;

	make_room(all);
	slot = find_slot(all, name->text);
	added = array_append(all);
	*added = (struct definition){ .statement = *statement,
				      .name = name->text,
				      .place = name->place,
				      .tokens = name + 2 };
	if (!*slot)
		*slot = all->n;
	return added;
}

void definitions_finish(struct definitions *all)
{
	free(all->v);
	free(all->slots);
}
