// SPDX-License-Identifier: GPL-2.0-or-later
/* The built-in sets, on top of the table that tools/sys/make-sets.py generates. They are only
 * names: which of the calls an ABI has is up to the table of calls, and which a policy knows is up
 * to the policy. */
#include "sys/set.h"

#include "base/mem.h"
#include "base/str.h"

#define SET(name, about, ...) { name, about, (const char *const[]){ __VA_ARGS__, NULL } },

static const struct sys_set sets[] = {
#include "sys/set_table.inc"
};

const struct sys_set *sys_set_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		if (str_eq(sets[i].name, name))
			return &sets[i];
	}
	return NULL;
}

const struct sys_set *sys_set_row(size_t i)
{
	return i < ARRAY_SIZE(sets) ? &sets[i] : NULL;
}
