// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/pathname.h"

#include <string.h>

#include "base/str.h"

char *path_normalize(const char *path)
{
	struct strbuf out = { 0 };

	if (*path != '/')
		return NULL;
	while (*path) {
		size_t len;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (len == 2 && path[0] == '.' && path[1] == '.') {
			strbuf_finish(&out);
			return NULL;
		}
		if (len && !(len == 1 && path[0] == '.')) {
			strbuf_puts(&out, "/");
			strbuf_add(&out, path, len);
		}
		path += len;
	}
	if (!out.len)
		strbuf_puts(&out, "/");
	return out.text;
}

bool path_is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (len == 1)
		return true;
	return strncmp(path, folder, len) == 0 && (path[len] == '/' || !path[len]);
}
