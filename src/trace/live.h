/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the tracer's events into those of an observer; internal to this room. */
#ifndef PINFOLD_TRACE_LIVE_H
#define PINFOLD_TRACE_LIVE_H

#include <stddef.h>

#include "bpf/event.h"
#include "filter/filter.h"
#include "record/event.h"

struct live {
	const struct policy *policy;
	const struct filter *filter;
	struct trace_observer observer;
	uint64_t start_ns; /* CLOCK_MONOTONIC at the start of the command */
};

/* Reports a process that was already running. */
void live_tell_found(const struct live *live, const struct record_process *process);

/* Reports an event of LEN bytes, if it is of a kind that is reported live. PROCESS is the one that
 * it starts, changes or ends, or NULL. */
void live_tell(const struct live *live, const void *event, size_t len,
	       const struct record_process *process);

#endif
