/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long the set-up of a pen may take. Internal to pen/. */
#ifndef PINFOLD_PEN_DEADLINE_H
#define PINFOLD_PEN_DEADLINE_H

#include <stdbool.h>

#include "pen/state.h"

/* Starts the clock of the set-up of PEN, which is made for REQUEST. Until deadline_leave() the
 * request's on_late is called when the time is over, where there is something that may hang. */
void deadline_enter(struct pen *pen, const struct pen_request *request);

/* What the supervisor opens is opened. */
void deadline_leave(struct pen *pen);

/* Returns the milliseconds that are left, for poll(2). */
int deadline_left_ms(const struct pen *pen);

/* Returns whether the deadline is that of limit time. */
bool deadline_is_limit(const struct pen *pen);

/* Words into DIAGS that STEP took too long; NULL: none that is known. */
void deadline_explain(const struct pen *pen, const struct step *step, struct diags *diags);

#endif
