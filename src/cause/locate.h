/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which path on the host is behind one in the pen: from what the pen shows, without asking anyone;
 * internal to this room. */
#ifndef PINFOLD_CAUSE_LOCATE_H
#define PINFOLD_CAUSE_LOCATE_H

#include "pen/pen_view.h"

/* Returns PATH with links in the pen's root ("/bin" to "usr/bin") resolved, freed by the caller. */
char *locate_resolve(const struct pen_view *view, const char *path);

/* Returns whether PART, which may be NULL, shows something of the host. */
bool locate_is_host(const struct pen_part *part);

/* Returns the host's path for PATH, which is in PART: the same, if the part is the pen's own. Freed
 * by the caller. */
char *locate_on_host(const struct pen_part *part, const char *path);

/* Returns the directory of PATH, freed by the caller. */
char *locate_directory(const char *path);

/* Returns whether the pen shows the host's PATH under its own name. */
bool locate_is_shown(const struct pen_view *view, const char *path);

#endif
