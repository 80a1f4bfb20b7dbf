// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/names.h"

#include "base/mem.h"
#include "base/str.h"
#include "relay/peer.h"

/* FNV-1a */
static uint32_t hash(const char *name)
{
	uint32_t value = 2166136261U;

	for (; *name; name++)
		value = (value ^ (uint8_t)*name) * 16777619U;
	return value;
}

size_t names_find(const struct names *names, const char *name)
{
	uint32_t own = hash(name);
	size_t i = 0;

	while (i < names->n && (names->hashes[i] != own || !str_eq(names->v[i]->name, name)))
		i++;
	return i;
}

struct peer *names_add(struct names *names, const char *name)
{
	struct peer *host;

	if (names->n == NAMES_MOST)
		return NULL;
	host = mem_alloc(sizeof(*host));
	host->name = mem_strdup(name);
	host->statement = SIZE_MAX;
	names->hashes[names->n] = hash(name);
	names->v[names->n++] = host;
	return host;
}
