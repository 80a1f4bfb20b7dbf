/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of the pen's own in its /etc: who the command is, what the pen is called. Internal to
 * pen/. */
#ifndef PINFOLD_PEN_ETC_H
#define PINFOLD_PEN_ETC_H

#include <stdbool.h>
#include <stddef.h>

struct plan;
struct setup;
struct step;

enum { ETC_FILES = 5 };

struct etc {
	struct {
		const char *name;
		char *text;
	} v[ETC_FILES];
	size_t n;
	bool has_forward; /* names are asked for at NET_USER_RESOLVER */
};

/* Reads the host's files and makes the pen's of them; in another root, adds the step that does this
 * later. To be called before the settings add their steps. */
void etc_plan(struct plan *plan);

/* Has the pen's files shown by the bind of the host's /etc that stands last among the steps from
 * FIRST on, if there is one. */
void etc_mark(struct plan *plan, size_t first);

void etc_finish(struct etc *etc);

/* Returns how many bytes the files take. */
size_t etc_size(const struct etc *etc);

/* Returns whether NAME is one of the files. */
bool etc_has(const struct etc *etc, const char *name);

/* In pid 1: makes the files in the folder FOLDER. Returns 0 or -errno. */
int etc_write(const struct etc *etc, int folder);

/* In pid 1: binds the files over those in /etc that are there. Returns 0 or -errno. */
int etc_cover(struct setup *setup);

/* A step: shows the files in the /etc of a root that is not the host's, if it has one. */
extern const struct step_kind etc_step_show;

#endif
