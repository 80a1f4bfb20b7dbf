/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pen without namespaces: when there is one, what it refuses, and what it lacks. Internal to
 * pen/. */
#ifndef PINFOLD_PEN_LANDLOCK_H
#define PINFOLD_PEN_LANDLOCK_H

#include "pen/step.h"

/* Decides what the pen of PLAN is made of. Returns 0, or -errno with an error in DIAGS: for a
 * statement that it could not enforce, and for a kernel that lacks something. */
int landlock_choose(struct plan *plan, struct diags *diags);

/* Adjusts who the command is: there are no ids but the caller's own. */
int landlock_choose_user(struct plan *plan, struct diags *diags);

/* Adds the steps of the supervisor, of pid 1, and of the command that take the place of mounts.
 * Return 0, or -errno with an error in DIAGS. */
int landlock_plan_supervisor(struct plan *plan, struct diags *diags);
void landlock_plan_init(struct plan *plan);
int landlock_plan_view(struct plan *plan, struct diags *diags);

/* Adds what pid 1 does last. */
void landlock_plan_end(struct plan *plan);

/* Fills in what the pen does not keep from the command, once it is known whether there is a
 * cgroup. */
void landlock_list_missing(struct plan *plan, bool has_process_limit);

#endif
