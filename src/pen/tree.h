/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trees: mounts that get their restrictions before they are attached, so that they are never seen
 * without them. Internal to pen/, for pid 1.
 */
#ifndef PINFOLD_PEN_TREE_H
#define PINFOLD_PEN_TREE_H

#include "pen/step.h"

struct tree_option {
	const char *name, *value; /* name NULL: the end of the list */
};

/* Returns whether this kernel lacks one of the calls for detached mounts (all are there from Linux
 * 5.12 on), or a filter around us hides it: then everything here is done by mount(2). */
bool tree_is_old(void);

/* Makes a file system of TYPE that is not attached yet, in *ret_fd. Returns 0 or -errno. */
int tree_make(const struct setup *setup, const char *type, const struct tree_option *options,
	      uint64_t attributes, int *ret_fd);

/* Makes a tmpfs of SIZE bytes, as tree_make(); SIZE 0: the kernel's default. */
int tree_make_tmpfs(const struct setup *setup, uint64_t size, mode_t mode, uint64_t attributes,
		    int *ret_fd);

/*
 * Binds PATH below DIR to no place yet, in *ret_fd: with AT_RECURSIVE in FLAGS all mounts below it
 * too, with AT_SYMLINK_NOFOLLOW the last part is no link. Returns 0 or -errno.
 */
int tree_clone(const struct setup *setup, int dir, const char *path, unsigned int flags,
	       int *ret_fd);

/* Adds MOUNT_ATTR_* to the mount TREE, with AT_RECURSIVE in FLAGS to all mounts below it as well.
 * Returns 0, or -errno when one of them cannot have them. */
int tree_restrict(const struct setup *setup, int tree, uint64_t attributes, unsigned int flags);

enum { TREE_NAME_ROOM = 40 };

/* Names FD in NAME for calls that take paths alone. Returns 0, or -errno when the host's /proc is
 * not there. */
int tree_name(int fd, char name[TREE_NAME_ROOM]);

/* Opens the file that TREE is with FLAGS, in *ret_fd. The host's /proc must be there. Returns 0 or
 * -errno. */
int tree_open(int tree, int flags, int *ret_fd);

/* Attaches TREE on the opened place TARGET, or on the folder NAME below DIR. Returns 0 or -errno.
 */
int tree_attach(const struct setup *setup, int tree, int target);
int tree_attach_below(const struct setup *setup, int tree, int dir, const char *name);

#endif
