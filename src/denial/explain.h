/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who stopped a call: the policy, or something else. */
#ifndef PINFOLD_DENIAL_EXPLAIN_H
#define PINFOLD_DENIAL_EXPLAIN_H

#include "bpf/event.h"
#include "filter/filter.h"
#include "record/record.h"

/* Returns the verdict of FILTER on a call with these arguments. */
struct verdict explain_decide(const struct filter *filter, enum arch arch, uint32_t nr,
			      const uint64_t args[SYS_ARGS_MAX]);

/* Records in *denial that the policy decided, by VERDICT. */
void explain_by_policy(const struct policy *policy, const struct verdict *verdict,
		       struct record_denial *denial);

/*
 * Returns whether a signal took the call from a listener before that decided: it looked
 * interrupted, and the policy, which outranks any listener, lets it pass. Only ARGS are known of
 * the call.
 */
bool explain_is_undecided(const struct filter *filter, const struct call_key *key,
			  const uint64_t args[SYS_ARGS_MAX]);

/* Copies into *denial what KEY and VALUE hold about the first call. */
void explain_first(const struct call_key *key, const struct denial_value *value,
		   struct record_denial *denial);

/*
 * Fills *ret_denial from a call that did not run: by the policy if the simulated filter returns
 * exactly what the kernel did, or denies what another filter stopped; otherwise by what the flags
 * say. Times are copied from VALUE unchanged.
 */
void explain_denial(const struct policy *policy, const struct filter *filter,
		    const struct call_key *key, const struct denial_value *value,
		    struct record_denial *ret_denial);

#endif
