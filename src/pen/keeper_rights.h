/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the keeper may do, and what it does inside of the pen. Internal to pen/. */
#ifndef PINFOLD_PEN_KEEPER_RIGHTS_H
#define PINFOLD_PEN_KEEPER_RIGHTS_H

#include "pen/keeper.h"

/* Takes from the calling process all that the keeper of PEN does not need. Returns 0 or -errno:
 * then it must not go on. */
int keeper_confine(const struct kept_pen *pen);

/* Kills all processes of the pen but its pid 1, and returns within a fraction of a second. */
void keeper_kill_inside(const struct kept_pen *pen);

#endif
