/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run keeps of calls, apart from their counts; internal to this room. */
#ifndef PINFOLD_TRACE_KEPT_H
#define PINFOLD_TRACE_KEPT_H

#include <stdbool.h>

#include "ebpf/keys.h"
#include "filter/filter.h"
#include "trace/trace.h"

/* Returns how much is kept of calls that run. */
enum keep kept_choose(const struct trace_options *options, const struct policy *policy,
		      const struct filter *filter);

/*
 * Returns whether the stacks of calls that the policy denies, but that the filter's listener lets
 * go on, can be taken. The tracer cannot tell these calls from others at their entry, and the
 * listener cannot see a stack: so it requests it (struct stack_requests in bpf/stack_requests.h).
 */
bool kept_has_requests(const struct trace_options *options, const struct filter *filter);

/* Marks in *KEPT the calls about which FILTER, compiled from POLICY, may consult its listener: only
 * at their entry does the tracer look for requests. */
void kept_mark_requested(const struct policy *policy, const struct filter *filter,
			 struct kept_args *kept);

#endif
