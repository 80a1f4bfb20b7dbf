/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters of shipped policies, compiled and proved at build time by make_built_filters. */
#ifndef PINFOLD_CONFINE_BUILT_FILTER_H
#define PINFOLD_CONFINE_BUILT_FILTER_H

#include "filter/filter.h"

/* What the leak checker of a build with sanitizers needs at exit: it traces its own process. */
#define LEAK_CHECKER_RULES                                                                \
	{ "allow", "getdents prctl ptrace" },                                             \
	{                                                                                 \
		"allow", "clone if flags == CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_UNTRACED" \
	}

struct built_verdict {
	uint8_t by;    /* enum verdict_by */
	uint16_t rule; /* its index, for VERDICT_RULE */
	struct action action;
};

/* What decides at a return instruction: struct filter_outcome. */
struct built_return {
	uint16_t insn;
	bool is_by_number;
	struct built_verdict verdict;
};

/* The numbers from FIRST on: struct filter_number. */
struct built_number {
	uint32_t first;
	uint8_t arch; /* whose numbers in the filter these are */
	struct built_verdict verdict;
};

struct built_filter {
	const char *name; /* of the shipped policy; NULL ends the list */
	const struct sock_filter *prog;
	size_t len; /* instructions */
	unsigned int flags;
	struct filter_cookie cookies[FILTER_LAUNCH_CALLS];
	/* What the filter means: the policy without the places and texts of its rules. */
	const struct place *rules;
	size_t n_rules;
	const struct built_return *returns;
	size_t n_returns;
	const struct built_number *numbers;
	size_t n_numbers;
	uint16_t kernel;
	uint32_t arches;
	struct action default_action, unknown_action;
};

extern const struct built_filter built_filters[];

/* Returns the filter of the shipped policy NAME that is made with FLAGS, or NULL. */
const struct built_filter *built_filter_find(const char *name, unsigned int flags);

/*
 * Returns a copy of the filter of the shipped policy NAME, freed by filter_destroy(), if it is what
 * POLICY compiles to with FLAGS: exactly the same rules from the same lines, and all else alike;
 * otherwise NULL. As long as POLICY's rules have not been read, the copy does not know which rule
 * decides: never pass it to filter_decide() before built_filter_name_rules().
 */
struct filter *built_filter_take(const char *name, const struct policy *policy, unsigned int flags);

/* Adds to FILTER, taken for POLICY, what decides at each of its returns and numbers, as if it had
 * been compiled here. POLICY's rules have been read, and it must outlive the filter. */
void built_filter_name_rules(const char *name, const struct policy *policy, struct filter *filter);

#endif
