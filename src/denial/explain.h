/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who stopped a call: the policy, or something else; inside this room only. */
#ifndef PINFOLD_DENIAL_EXPLAIN_H
#define PINFOLD_DENIAL_EXPLAIN_H

#include "bpf/event.h"
#include "filter/filter.h"
#include "record/record.h"

/* Returns what FILTER says of a call with these arguments. */
struct verdict explain_decide(const struct filter *filter, enum arch arch, uint32_t nr,
			      const uint64_t args[SYS_ARGS_MAX]);

/* Says in *denial that the policy decided, by VERDICT. */
void explain_by_policy(const struct policy *policy, const struct verdict *verdict,
		       struct record_denial *denial);

/*
 * Whether a signal took the call from a listener before that decided on it: so it looked, and the
 * policy, whose word is stronger than any listener's, lets it pass. ARGS are all that is known.
 */
bool explain_is_undecided(const struct filter *filter, const struct call_key *key,
			  const uint64_t args[SYS_ARGS_MAX]);

/* Takes over into *denial what KEY and VALUE hold of the first call. */
void explain_first(const struct call_key *key, const struct denial_value *value,
		   struct record_denial *denial);

/*
 * Fills *ret_denial from a call that did not run: by the policy when the simulated filter gives
 * exactly what the kernel did, or denies what another filter stopped; else by what the flags tell.
 * Times stay as they are in VALUE.
 */
void explain_denial(const struct policy *policy, const struct filter *filter,
		    const struct call_key *key, const struct denial_value *value,
		    struct record_denial *ret_denial);

#endif
