/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Landlock in a pen: a second wall where there are namespaces, the first where there are none.
 * Internal to pen/. */
#ifndef PINFOLD_PEN_WALL_H
#define PINFOLD_PEN_WALL_H

#include "pen/step.h"

/* With namespaces: adds the step in pid 1, after the last mount and while it still has its rights,
 * that turns the mounts into rules, if the kernel has them and the policy permits it. */
void wall_plan_mounts(struct plan *plan);

/* Without namespaces: adds the steps of the command that collect rules; wall_add_allow() adds to
 * them. */
void wall_plan_rules(struct plan *plan);

/* Adds the step that lets the command use PATH and what is below it, and returns it as plan_add()
 * does: to read and execute, or IS_WRITABLE. */
struct step *wall_add_allow(struct plan *plan, const char *path, bool is_writable);

/* Adds those for what every command gets: some of /proc and /dev, and its descriptors. */
void wall_plan_common(struct plan *plan);

/* Adds the step in pid 1 that keeps its signals, and those of all its processes, among them. */
void wall_plan_scope(struct plan *plan);

/* Adds the step in which the command enters the rules, if there are any. */
void wall_plan_enter(struct plan *plan);

/* A step's prepare: finds what is allowed, and refuses what would be more than it says. */
int wall_prepare_allow(struct setup *setup, struct step *step, struct diags *diags);

extern const struct step_kind wall_step_allow;

/* Adds to DIAGS that the command may not use what STEP allows, with what would help. */
void wall_explain(const struct plan *plan, const struct step *step, int err, struct diags *diags);

#endif
