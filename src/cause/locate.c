// SPDX-License-Identifier: GPL-2.0-or-later
#include "cause/locate.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"

enum { LINKS_MAX = 8 }; /* in the pen's root, leading to directories in it */

char *locate_resolve(const struct pen_view *view, const char *path)
{
	char *current = mem_strdup(path);

	for (int i = 0; i < LINKS_MAX; i++) {
		const struct pen_part *part = pen_view_find(view, current);
		char *joined, *next;

		if (!part || part->shown != PEN_SHOWS_LINK || !part->source)
			return current;
		joined = mem_printf("%s%s%s", *part->source == '/' ? "" : "/", part->source,
				    current + strlen(part->target));
		next = path_normalize(joined);
		free(joined);
		if (!next)
			return current;
		free(current);
		current = next;
	}
	return current;
}

bool locate_is_host(const struct pen_part *part)
{
	return part && part->source && (part->shown == PEN_SHOWS_HOST || part->shown == PEN_KEEPS);
}

char *locate_on_host(const struct pen_part *part, const char *path)
{
	const char *rest = path;

	if (!locate_is_host(part))
		return mem_strdup(path);
	if (!str_eq(part->target, "/"))
		rest += strlen(part->target);
	if (str_eq(part->source, "/"))
		return mem_strdup(*rest ? rest : "/");
	return mem_printf("%s%s", part->source, str_eq(rest, "/") ? "" : rest);
}

char *locate_directory(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash > path ? strndup(path, (size_t)(slash - path)) : mem_strdup("/");
}

bool locate_is_shown(const struct pen_view *view, const char *path)
{
	const struct pen_part *part = pen_view_find(view, path);
	auto_free char *host = locate_is_host(part) ? locate_on_host(part, path) : NULL;

	return host && str_eq(host, path);
}
