/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Takes samples of a run while it goes, if somebody will read them. */
#ifndef PINFOLD_CMD_SAMPLER_H
#define PINFOLD_CMD_SAMPLER_H

#include "notify/notify.h"
#include "pen/pen.h"
#include "record/record.h"
#include "trace/trace.h"

struct sampler {
	/* Where the numbers come from; NULL: not there. */
	struct trace *trace;
	const struct notify *notify;
	const struct pen *pen;

	uint64_t start_ns; /* by CLOCK_MONOTONIC, if there is no pen, which knows that itself */
	uint64_t interval_ns, cost_ns;
	int timer; /* -1: nobody wants samples */
	struct record_samples samples;
};

#define SAMPLER_NONE        \
	{                   \
		.timer = -1 \
	}

/* Starts to take samples of what SAMPLER names. Returns 0, or -errno with an error in DIAGS. */
int sampler_begin(struct sampler *sampler, struct diags *diags);

/* Takes a sample; fits struct pen_watch, with sampler->timer. */
void sampler_take(void *sampler, int timer);

/* Moves the samples to RECORD, which is complete otherwise. The last one has its totals, the
 * ELAPSED_NS of the run, and the CPU time of RESOURCES (NULL: not known). */
void sampler_end(struct sampler *sampler, uint64_t elapsed_ns, const struct resources *resources,
		 struct record *record);

void sampler_finish(struct sampler *sampler);

#endif
