/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a pen shows of the host, as data: for working out what the pen keeps away. */
#ifndef PINFOLD_PEN_PEN_VIEW_H
#define PINFOLD_PEN_PEN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pen/pen.h"

enum pen_shown {
	PEN_SHOWS_OWN,	  /* something empty or made for the pen: its root, /run, /dev, /proc */
	PEN_SHOWS_HOST,	  /* a file or directory on the host */
	PEN_SHOWS_MEMORY, /* a private directory in memory */
	PEN_SHOWS_LINK,	  /* a link to SOURCE */
	PEN_HIDES,
	PEN_KEEPS,   /* it is in a writable directory but cannot be changed */
	PEN_FORBIDS, /* the host's, which has the same name in the pen, but may not be opened */
};

struct pen_part {
	enum pen_shown shown;
	const char *target; /* normalized */
	const char *source; /* on the host; NULL: nothing of the host's */
	bool is_writable;
	uint64_t size;	    /* PEN_SHOWS_MEMORY: bytes */
	struct place place; /* of the statement; {0}: none requests it */
};

/* The pen owns the strings. */
struct pen_view {
	struct pen_part *v; /* a part below another one comes after it */
	size_t n, cap;
	uid_t uid;			  /* of the command, on the host */
	bool is_privileged, is_transient; /* struct identity */
	const char *directory;		  /* the caller's; NULL: not known */
	bool is_elsewhere;		  /* the command did not start there */
	const char *home;		  /* that the command has; NULL: none */
};

/* view_parts.c: fills *ret_view, freed by pen_view_finish(), from a pen that was created. */
void pen_get_view(const struct pen *pen, struct pen_view *ret_view);

/* net_user.c: returns what 'net user' needs and this machine does not have, in words, or NULL. */
const char *pen_lacks_for_net_user(void);

/* Returns the last part that contains PATH, which must be normalized. */
const struct pen_part *pen_view_find(const struct pen_view *view, const char *path);

void pen_view_finish(struct pen_view *view);

#endif
