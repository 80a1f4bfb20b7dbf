/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a policy by number: what has to be tested, in which order, for each call of one
 * arch. */
#ifndef PINFOLD_FILTER_SITES_H
#define PINFOLD_FILTER_SITES_H

#include "policy/policy.h"

/* One rule at one number, or a known number without a rule. */
struct site {
	uint32_t nr;
	size_t order;
	const struct rule *rule; /* NULL: no rule; the number is known */
	const struct sys_call *call;
	const struct multiplex
		*multiplex; /* not NULL: decides whether it applies, not the rule's expr */
};

struct sites {
	struct site *v;
	size_t n, cap;
};

/* Fills SITES for ARCH, sorted by number, then by rule order. */
void sites_init(struct sites *sites, const struct policy *policy, enum arch arch);

void sites_finish(struct sites *sites);

#endif
