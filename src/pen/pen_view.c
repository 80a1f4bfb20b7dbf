// SPDX-License-Identifier: GPL-2.0-or-later
#include "pen/pen_view.h"

#include <stdlib.h>

#include "base/pathname.h"

const struct pen_part *pen_view_find(const struct pen_view *view, const char *path)
{
	const struct pen_part *found = NULL;

	for (size_t i = 0; i < view->n; i++)
		if (path_is_below(path, view->v[i].target))
			found = &view->v[i];
	return found;
}

void pen_view_finish(struct pen_view *view)
{
	free(view->v);
	view->v = NULL;
	view->n = view->cap = 0;
}
