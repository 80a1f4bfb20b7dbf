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
	GROUPS_WITH_OWN, /* all of the caller's, mapped, including its own group */
};

struct identity {
	bool is_privileged;   /* root with rights over ids: all are mapped, the child moves */
	struct subids mapped; /* unprivileged: the mapped ids, the caller's own first */
	bool is_transient;    /* an id used by nobody else, for this run only */
	uid_t uid;	      /* as seen in the caller's user namespace */
	gid_t gid;
	/* The same as seen in the pen: a transient id appears as a small one, all others as they
	 * are. */
	uid_t inner_uid;
	gid_t inner_gid;
	/* Of pid 1, which the command must not reach; the command's own if there are no others. */
	uid_t init_uid;
	gid_t init_gid;
	struct {
		enum groups_way way;
		gid_t *v; /* the caller's supplementary groups, if needed */
		size_t n;
	} groups;
};

void identity_finish(struct identity *who);

#endif
