/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ends a pen without namespaces if its pid 1 is killed. Internal to pen/. */
#ifndef PINFOLD_PEN_HEIR_H
#define PINFOLD_PEN_HEIR_H

#include "pen/step.h"

/* Adds the step that forks, in pid 1, the process that kills all others of the pen if pid 1 ends
 * before them. It comes after the one that confines the signals of pid 1. */
void heir_plan(struct plan *plan);

#endif
