/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a name stands in the indexes that tools/sys/name_index.py writes: hash tables with open
 * addressing. They are made at build, since to make one at each start costs a tenth of a
 * millisecond, and to search a table of long rows by halves touches a cold page at each step.
 */
#ifndef PINFOLD_SYS_NAME_HASH_H
#define PINFOLD_SYS_NAME_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Returns the place of NAME among PLACES, or where the search for it begins: FNV-1a, folded. */
static inline size_t name_hash(const char *name, size_t places)
{
	uint32_t hash = 0x811c9dc5;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x01000193;
	return (hash ^ hash >> 16) % places;
}

#endif
