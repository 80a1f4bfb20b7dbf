/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pen's own files in its /etc, and how they get there. Internal to pen/. */
#ifndef PINFOLD_PEN_ETC_H
#define PINFOLD_PEN_ETC_H

#include <stddef.h>

struct plan;
struct setup;
struct step;

/* Reads the host's files and makes the pen's from them; with another root, adds the step that does
 * this later. Call it before the settings add their steps. */
void etc_plan(struct plan *plan);

/* Makes the last bind of the host's /etc among the steps from FIRST on, if any, show the pen's
 * files. */
void etc_mark(struct plan *plan, size_t first);

/* In pid 1: binds the files over those that exist in /etc. Returns 0 or -errno. */
int etc_cover(struct setup *setup);

/* A step: shows the files in the /etc of a root that is not the host's, if it has one. */
extern const struct step_kind etc_step_show;

#endif
