/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From one event of the tracer to what an observer hears of it; inside this room only. */
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

/* Tells of a process that ran before. */
void live_tell_found(const struct live *live, const struct record_process *process);

/* Tells of an event of LEN bytes, if it is one to be told as it happens. PROCESS is the one that it
 * begins, changes or ends, or NULL. */
void live_tell(const struct live *live, const void *event, size_t len,
	       const struct record_process *process);

#endif
