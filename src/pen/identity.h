/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who the child is, outside and inside. Internal to pen/. */
#ifndef PINFOLD_PEN_IDENTITY_H
#define PINFOLD_PEN_IDENTITY_H

#include <stdbool.h>
#include <sys/types.h>

#include "pen/subid.h"

enum groups_way {
	GROUPS_STAY,	 /* the caller's, and nobody in the pen can leave one */
	GROUPS_NONE,	 /* none */
	GROUPS_WITH_OWN, /* the caller's, all of them mapped, and its own group */
};

struct identity {
	bool is_privileged;   /* the caller is root with rights over ids: all are mapped, the child
				 moves to its own */
	struct subids mapped; /* not privileged: what is, the caller's own ids first */
	bool is_transient;    /* an id that nobody else has, for this run only */
	uid_t uid;	      /* as the caller's user namespace has it */
	gid_t gid;
	/* The same as the pen has it: a transient id is shown as one that is small, and no other.
	 */
	uid_t inner_uid;
	gid_t inner_gid;
	/* Of pid 1, which the command must not reach; the command's own where there are no others.
	 */
	uid_t init_uid;
	gid_t init_gid;
	struct {
		enum groups_way way;
		gid_t *v; /* the caller's supplementary groups, where they were looked at */
		size_t n;
	} groups;
};

void identity_finish(struct identity *who);

#endif
