/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths into directories that others may write to. A command that once ran in such a directory may
 * have left a symbolic link there, to lead the next user, perhaps root, to a place of its choice.
 * So no link is followed, except in a directory at depth 0 or 1 ("/", "/var", not "/var/lib") that
 * belongs to root and that nobody else may write to: those links are the system's own (/bin,
 * /var/run, a relocated /home). Who owns a link or its directory further down proves nothing: what
 * is created through an id-mapped mount belongs to root.
 */
#ifndef PINFOLD_BASE_WALK_H
#define PINFOLD_BASE_WALK_H

#include "base/diag.h"

enum { WALK_ROOM = 4096 };

/* How far a walk got. */
struct walk {
	/* The absolute path of what was opened, without links and ".."; after an error, that of the
	 * part that could not be passed. Empty when not even that is known. */
	char path[WALK_ROOM];
};

/*
 * Opens PATH with O_PATH | O_CLOEXEC. Returns the descriptor, owned by the caller, or -errno:
 * -ELOOP when the path contains a link that is not followed, or too many links that are. Does not
 * allocate.
 */
int walk_open(const char *path, struct walk *ret_walk);

/*
 * Opens the directory of PATH's last part, as walk_open() does, for a file that may be missing or a
 * link and that is then opened below the descriptor with O_NOFOLLOW. *ret_name points to the last
 * part within PATH. Returns -EISDIR when that is empty, "." or "..".
 */
int walk_open_parent(const char *path, const char **ret_name, struct walk *ret_walk);

/*
 * Opens what walk_open() found, by the path that it returned, where mounts or permissions are those
 * of another process; follows no links at all, no matter who created them since. Returns an O_PATH
 * descriptor or -errno. Needs openat2 (Linux 5.6).
 */
int walk_open_again(const char *path);

/* Adds a hint to the last of DIAGS, an error about PATH with -ELOOP: which link is in the way and
 * what to write instead. */
void walk_hint(const char *path, struct diags *diags);

#endif
