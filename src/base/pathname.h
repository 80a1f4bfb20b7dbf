/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Absolute paths as text: nothing here calls into the kernel. */
#ifndef PINFOLD_BASE_PATHNAME_H
#define PINFOLD_BASE_PATHNAME_H

#include <stdbool.h>

/* Returns PATH without doubled and trailing slashes and "." parts, freed by the caller, or NULL
 * when it is not absolute or has a ".." part. */
char *path_normalize(const char *path);

/* Returns whether PATH is FOLDER or below it; both normalized. */
bool path_is_below(const char *path, const char *folder);

#endif
