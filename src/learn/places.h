/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories that a run used, as few as describe it; internal to this room. */
#ifndef PINFOLD_LEARN_PLACES_H
#define PINFOLD_LEARN_PLACES_H

#include "policy/settings.h"
#include "record/record.h"

enum place_origin {
	ORIGIN_BIND,	/* a statement of the run */
	ORIGIN_PRIVATE, /* a private directory of the pen */
	ORIGIN_SYSTEM,	/* a directory that every pen has, read-only */
	ORIGIN_OTHER,
};

/* A directory to bind. */
struct place_use {
	char *path;			 /* in the pen */
	const struct bind_setting *bind; /* the bind it is in; NULL: none */
	bool is_written;
	size_t above; /* while listing: 1 + the index of the nearest one above; 0: none */
};

struct place_uses {
	struct place_use *v;
	size_t n, cap;
};

/* Returns where PATH comes from in a pen of SETTINGS, and for ORIGIN_BIND the bind. */
enum place_origin place_find(const struct settings *settings, const char *path,
			     const struct bind_setting **ret_bind);

/*
 * Lists the directories that RECORD used and that a pen of SETTINGS would not have without a bind;
 * for a run outside any pen (HAS_PEN false), all that no pen has. The caller frees them with
 * place_finish_uses().
 */
void place_list_uses(const struct record *record, const struct settings *settings, bool has_pen,
		     struct place_uses *ret_uses);

void place_finish_uses(struct place_uses *uses);

#endif
