/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long the set-up of a pen may take. Internal to pen/. */
#ifndef PINFOLD_PEN_DEADLINE_H
#define PINFOLD_PEN_DEADLINE_H

#include <stdbool.h>

#include "pen/state.h"

/* Starts the clock for the set-up of PEN, which is made for REQUEST. Until deadline_leave(), if
 * anything may hang, the request's on_late is called once the time is up. */
void deadline_enter(struct pen *pen, const struct pen_request *request);

/* Call it when the supervisor has opened everything. */
void deadline_leave(struct pen *pen);

/* Returns the milliseconds left, for poll(2). */
int deadline_left_ms(const struct pen *pen);

/* Returns whether the deadline comes from limit time. */
bool deadline_is_limit(const struct pen *pen);

/* Adds to DIAGS the error that STEP (NULL: not known) took too long. */
void deadline_explain(const struct pen *pen, const struct step *step, struct diags *diags);

#endif
