/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a name is found in the indexes that tools/sys/name_index.py generates: hash tables with
 * open addressing. They are generated at build time: building one at each start costs a tenth of a
 * millisecond, and a binary search in a table of long rows touches a cold page at each step.
 */
#ifndef PINFOLD_SYS_NAME_HASH_H
#define PINFOLD_SYS_NAME_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Returns the slot of NAME among PLACES slots, or where its search begins: FNV-1a, folded. */
static inline size_t name_hash(const char *name, size_t places)
{
	uint32_t hash = 0x811c9dc5;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x01000193;
	return (hash ^ hash >> 16) % places;
}

#endif
