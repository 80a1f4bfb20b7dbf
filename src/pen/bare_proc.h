/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Internal to pen/. */
#ifndef PINFOLD_PEN_BARE_PROC_H
#define PINFOLD_PEN_BARE_PROC_H

#include "pen/step.h"

/* Adds the step that makes a /proc without processes, where pen_lacks_proc(), and lists what is
 * missing. */
void bare_proc_plan(struct plan *plan);

/* Returns whether a filter around this container keeps a pen from having a name of its own; it has
 * the container's then. */
bool bare_proc_lacks_name(void);

extern const struct step_kind bare_proc_step;

#endif
