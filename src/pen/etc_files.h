/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of the pen's own in its /etc: who the command is, what the pen is called. Internal to
 * pen/. */
#ifndef PINFOLD_PEN_ETC_FILES_H
#define PINFOLD_PEN_ETC_FILES_H

#include <stdbool.h>
#include <stddef.h>

enum { ETC_FILES = 5 };

struct etc {
	struct {
		const char *name;
		char *text;
	} v[ETC_FILES];
	size_t n;
	bool has_forward; /* names are asked for at NET_USER_RESOLVER */
};

void etc_finish(struct etc *etc);

/* Returns how many bytes the files take. */
size_t etc_size(const struct etc *etc);

/* Returns whether NAME is one of the files. */
bool etc_has(const struct etc *etc, const char *name);

/* Makes the file NAME in FOLDER. Returns 0, -EFBIG where the caller may write no such file, and
 * none is left, or -errno. */
int etc_write_file(int folder, const char *name, const char *text);

/* In pid 1: makes the files in the folder FOLDER. Returns 0 or -errno. */
int etc_write(const struct etc *etc, int folder);

#endif
