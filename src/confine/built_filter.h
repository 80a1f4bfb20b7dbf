/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters of shipped policies, compiled and proved at build time by make_built_filters. */
#ifndef PINFOLD_CONFINE_BUILT_FILTER_H
#define PINFOLD_CONFINE_BUILT_FILTER_H

#include "filter/filter.h"

struct built_filter {
	const char *name; /* of the shipped policy; NULL ends the list */
	const struct sock_filter *prog;
	size_t len; /* instructions */
	unsigned int flags;
	struct filter_cookie cookies[FILTER_LAUNCH_CALLS];
	/* What the filter means: the policy without the places and texts of its rules. */
	const struct place *rules;
	size_t n_rules;
	uint16_t kernel;
	uint32_t arches;
	struct action default_action, unknown_action;
};

extern const struct built_filter built_filters[];

/* Returns the filter of the shipped policy NAME, or NULL. */
const struct built_filter *built_filter_find(const char *name);

/*
 * Returns a copy of the filter of the shipped policy NAME, freed by filter_destroy(), if it is what
 * POLICY compiles to with FLAGS: exactly the same rules from the same lines, and all else alike;
 * otherwise NULL. The copy does not know which rule decides: never pass it to filter_decide().
 */
struct filter *built_filter_take(const char *name, const struct policy *policy, unsigned int flags);

#endif
