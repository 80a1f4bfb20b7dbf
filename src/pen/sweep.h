/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The private directory of a pen that has no /tmp of its own, and the process that makes it and
 * removes it with all that the command leaves there. Internal to pen/. */
#ifndef PINFOLD_PEN_SWEEP_H
#define PINFOLD_PEN_SWEEP_H

#include "base/diag.h"
#include "pen/sweeper.h"

struct plan;

/* Chooses the name of the directory, tells the command by TMPDIR and HOME, and adds the step that
 * makes it. Returns 0, or -errno with an error in DIAGS. */
int sweep_plan(struct plan *plan, struct diags *diags);

/* Once there is a pen, whose first process INIT is a pidfd of: nothing is removed before it ends.
 */
int sweep_await(const struct sweeper *sweeper, int init);

/* When the pen is empty: waits until everything is removed. Returns 0, or -errno if something is
 * left. */
int sweep_finish(struct sweeper *sweeper);

/* Adds to DIAGS that something is left, and where. */
void sweep_explain(const struct plan *plan, struct diags *diags);

#endif
