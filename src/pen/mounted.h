/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mounts below a mount, from /proc/self/mountinfo. Internal to pen/, for pid 1. */
#ifndef PINFOLD_PEN_MOUNTED_H
#define PINFOLD_PEN_MOUNTED_H

#include <stdbool.h>

/* One line of mountinfo. */
struct mounted {
	unsigned long long id, parent;
	char *path;
	bool is_member; /* of the tree */
};

/*
 * Calls EACH for all mounts below the attached mount TREE, or if IS_DIRECT only for its direct
 * children, with their paths relative to it, until a call returns nonzero. Returns that value, or
 * -errno.
 */
int mounted_each_below(int tree, bool is_direct,
		       int (*each)(void *data, int tree, const struct mounted *below,
				   const char *path),
		       void *data);

/* Opens PATH below TREE, following no link, in *ret_fd. Returns 0 or -errno. */
int mounted_open(int tree, const char *path, int *ret_fd);

#endif
