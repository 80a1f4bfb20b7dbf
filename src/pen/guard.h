/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command must not change in a folder that it may write: files there that something outside
 * of the pen runs or obeys, such as the hooks of a repository. Internal to pen/.
 */
#ifndef PINFOLD_PEN_GUARD_H
#define PINFOLD_PEN_GUARD_H

#include "pen/plan.h"

enum guard_kind {
	GUARD_NONE = 0,
	GUARD_HOLD = 1,	 /* read-only in the pen, where it is there */
	GUARD_PIN = 2,	 /* a mount of its own, so that it is not renamed or removed */
	GUARD_TELL = 4,	 /* no mount would do: a change is told after the run */
	GUARD_FOLDER = 8 /* with what is in it */
};

/* Names of a writable folder, relative to it. */
struct guard_name {
	char *name;
	unsigned int kind; /* GUARD_* */
};
struct guard_names {
	struct guard_name *v;
	size_t n, cap;
};

/* The folders of the writable binds that SETTINGS have, for guard_list(). */
struct guard_place {
	const char *target; /* in the pen, normalized */
	int fd;		    /* the folder */
	const char *path;   /* on the host, without links */
};

/* Lists in *ret_names, for guard_finish(), what is guarded in PLACE, whether it is there or not:
 * all but what a writable bind of REQUEST's settings names. */
void guard_list(const struct pen_request *request, const struct guard_place *place,
		struct guard_names *ret_names);

void guard_finish(struct guard_names *names);

/* Adds the steps that keep read-only what is there of the guarded in the writable bind of SOURCE
 * on TARGET. */
void guard_plan(struct plan *plan, const char *source, const char *target);

#endif
