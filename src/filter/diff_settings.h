/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What two policies say differently about the pen; for diff.c. */
#ifndef PINFOLD_FILTER_DIFF_SETTINGS_H
#define PINFOLD_FILTER_DIFF_SETTINGS_H

#include "filter/diff.h"

/* Adds each statement that only one of the policies has, in canonical form, to DIFF. */
void diff_settings(const struct policy *before, const struct policy *after,
		   struct policy_diff *diff);

#endif
