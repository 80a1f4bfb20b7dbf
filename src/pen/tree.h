/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trees: mounts that are restricted before they are attached, so that they are never visible
 * without their restrictions. Internal to pen/, for pid 1. */
#ifndef PINFOLD_PEN_TREE_H
#define PINFOLD_PEN_TREE_H

#include "base/proc.h"
#include "pen/step.h"

struct tree_option {
	const char *name, *value; /* name NULL: the end of the list */
};

/* Returns whether this kernel lacks one of the calls for detached mounts (it has all from Linux
 * 5.12 on), or a filter around us hides one: then everything here is done by mount(2). */
bool tree_is_old(void);

/* Makes a detached file system of TYPE, in *ret_fd. Returns 0 or -errno. */
int tree_make(const struct setup *setup, const char *type, const struct tree_option *options,
	      uint64_t attributes, int *ret_fd);

/* Makes a tmpfs of SIZE bytes, as tree_make() does; SIZE 0: the kernel's default. */
int tree_make_tmpfs(const struct setup *setup, uint64_t size, mode_t mode, uint64_t attributes,
		    int *ret_fd);

/*
 * Makes a detached bind of PATH below DIR, in *ret_fd: with AT_RECURSIVE in FLAGS including all
 * mounts below it, with AT_SYMLINK_NOFOLLOW without following a link as the last component. Returns
 * 0 or -errno.
 */
int tree_clone(const struct setup *setup, int dir, const char *path, unsigned int flags,
	       int *ret_fd);

/* Adds MOUNT_ATTR_* to the mount TREE, with AT_RECURSIVE in FLAGS to all mounts below it as well.
 * Returns 0, or -errno if one of them cannot be restricted. */
int tree_restrict(const struct setup *setup, int tree, uint64_t attributes, unsigned int flags);

/* Stores a path to FD in NAME, for calls that take only paths. Returns 0, or -errno if the host's
 * /proc is not there. */
int tree_name(int fd, char name[PROC_FD_ROOM]);

/* Opens the file that TREE refers to with FLAGS, in *ret_fd; needs the host's /proc. Returns 0 or
 * -errno. */
int tree_open(int tree, int flags, int *ret_fd);

/* Attach TREE on TARGET, an open descriptor, or on the directory NAME below DIR. Return 0 or
 * -errno. */
int tree_attach(const struct setup *setup, int tree, int target);
int tree_attach_below(const struct setup *setup, int tree, int dir, const char *name);

#endif
