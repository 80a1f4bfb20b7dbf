/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan of a pen: the ordered list of set-up steps, made from the settings. Internal to pen/. */
#ifndef PINFOLD_PEN_PLAN_H
#define PINFOLD_PEN_PLAN_H

#include <stdio.h>

#include "pen/step.h"

/* Makes the plan for REQUEST, which must outlive it, in *ret_plan, freed by plan_finish(). Reads
 * the host's root directory, changes nothing. Returns 0, or -errno with an error in DIAGS. */
int plan_make(const struct pen_request *request, struct plan *ret_plan, struct diags *diags);

void plan_finish(struct plan *plan);

/* Writes the numbered steps. */
void plan_print(const struct plan *plan, FILE *to);

/* Makes the cgroup, and then the processes that steps prepare: a process that existed earlier would
 * keep the caller's v2 cgroup from delegating controllers. Returns 0, or -errno with an error in
 * DIAGS. */
int plan_make_cgroup(struct plan *plan, struct setup *setup, struct diags *diags);

/* Runs everything else that the supervisor does before the clone. Returns 0, or -errno with an
 * error in DIAGS. */
int plan_prepare(struct plan *plan, struct setup *setup, struct diags *diags);

/* Runs the steps of ACTOR in order until one fails, which is then recorded in the status page.
 * Returns 0 or -errno. */
int plan_run(struct setup *setup, enum step_actor actor);

#endif
