/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders that a run used, as few as tell it; inside this room only. */
#ifndef PINFOLD_LEARN_PLACES_H
#define PINFOLD_LEARN_PLACES_H

#include "policy/settings.h"
#include "record/record.h"

enum place_origin {
	ORIGIN_BIND,	/* a statement of the run */
	ORIGIN_PRIVATE, /* a folder of the pen's own */
	ORIGIN_SYSTEM,	/* a folder that every pen has, not to be written */
	ORIGIN_OTHER,
};

/* A folder that is to be bound. */
struct place_use {
	char *path;			 /* in the pen */
	const struct bind_setting *bind; /* that it is in; NULL: none */
	bool is_written;
	size_t above; /* while they are listed: 1 + the place of the nearest one above; 0: none */
};

struct place_uses {
	struct place_use *v;
	size_t n, cap;
};

/* Returns where PATH comes from in a pen of SETTINGS, and the bind of ORIGIN_BIND. */
enum place_origin place_find(const struct settings *settings, const char *path,
			     const struct bind_setting **ret_bind);

/*
 * Lists the folders that RECORD used and a pen of SETTINGS would not have without a bind; of what
 * ran outside of any (HAS_PEN false) all that no pen has. To be emptied by place_finish_uses().
 */
void place_list_uses(const struct record *record, const struct settings *settings, bool has_pen,
		     struct place_uses *ret_uses);

void place_finish_uses(struct place_uses *uses);

#endif
