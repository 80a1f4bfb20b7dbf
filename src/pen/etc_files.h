/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pen's own files in its /etc: who the command is, what the pen is called. Internal to pen/. */
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
	bool has_forward; /* names are resolved by NET_USER_RESOLVER */
};

void etc_finish(struct etc *etc);

/* Returns the size of all the files in bytes. */
size_t etc_size(const struct etc *etc);

/* Returns whether NAME is one of the files. */
bool etc_has(const struct etc *etc, const char *name);

/* Creates the file NAME in FOLDER. Returns 0, -EFBIG if the caller's limits do not allow one that
 * large (then none is left), or another -errno. */
int etc_write_file(int folder, const char *name, const char *text);

/* In pid 1: creates the files in the directory FOLDER. Returns 0 or -errno. */
int etc_write(const struct etc *etc, int folder);

#endif
