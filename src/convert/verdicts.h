/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For one call, when a policy takes which action; internal to this room. */
#ifndef PINFOLD_CONVERT_VERDICTS_H
#define PINFOLD_CONVERT_VERDICTS_H

#include "convert/cube.h"
#include "convert/loss.h"
#include "filter/meaning.h"

/* When a call gets an action. */
struct outcome {
	struct action action;
	struct cubes cubes;
};

struct outcomes {
	struct outcome *v;
	size_t n, cap;
};

/* Returns all outcomes of number NR under ARCH except those with action BUT, in no particular order
 * and without overlap. WORK counts the cost for a whole policy: when it is too much, the only
 * outcome is killing the process, with too many cubes. */
struct outcomes outcomes_of(const struct numbers *numbers, enum arch arch, uint32_t nr,
			    const struct action *but, uint64_t *work);

void outcomes_finish(struct outcomes *outcomes);

bool outcomes_are_same(const struct outcomes *a, const struct outcomes *b);

#endif
