// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/guard_change.h"

#include <stdlib.h>

const char *guard_change_name(enum guard_change_kind kind)
{
	static const char *const names[] = {
		[GUARD_MADE] = "made",
		[GUARD_CHANGED] = "changed",
		[GUARD_GONE] = "gone",
		[GUARD_SET_ID] = "set-id",
	};

	return names[kind];
}

void guard_changes_finish(struct guard_changes *changes)
{
	for (size_t i = 0; i < changes->n; i++)
		free(changes->v[i].path);
	free(changes->v);
	*changes = (struct guard_changes){ 0 };
}
