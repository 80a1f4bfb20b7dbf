/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls that a listener let continue, of a filter that asks it about every call: counted as the
 * tracer in the kernel counts them, by number and by the arguments that tell calls apart. Internal
 * to this room.
 */
#ifndef PINFOLD_NOTIFY_CENSUS_H
#define PINFOLD_NOTIFY_CENSUS_H

#include <linux/seccomp.h>

#include "ebpf/keys.h"
#include "filter/filter.h"
#include "record/record.h"

struct census; /* opaque */

/* Creates the counts for FILTER, compiled from POLICY; KEPT are the arguments that tell calls
 * apart. All must outlive it. */
struct census *census_create(const struct policy *policy, const struct filter *filter,
			     const struct kept_args *kept);

/* Returns the verdict on a call that waits. */
struct verdict census_decide(struct census *census, const struct seccomp_data *data);

/* Takes note of what the call that waits, which will continue, may change for the listener. */
void census_heed(struct census *census, const struct seccomp_notif *request);

/* Counts a call that went on, by VERDICT; NULL: the policy denies it. */
void census_count(struct census *census, const struct seccomp_data *data,
		  const struct verdict *verdict);

/* Returns how many calls were counted. */
uint64_t census_sum(const struct census *census);

/* Returns whether a signal may make a call return EINTR that waits for the listener, because some
 * handler does not let calls restart. */
bool census_has_breaking(const struct census *census);

/* Adds the counts to *record, which has room for the hits of all rules. */
void census_finish(const struct census *census, struct record *record);

/* NULL is allowed. */
void census_destroy(struct census *census);

#endif
