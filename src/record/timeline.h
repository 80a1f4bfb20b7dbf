/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run over time, as samples of its counters: bounded, however long the run is. */
#ifndef PINFOLD_RECORD_TIMELINE_H
#define PINFOLD_RECORD_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECORD_SAMPLES_MAX = 600 };

/* The run at one moment. UINT64_MAX: not known. */
struct record_sample {
	uint64_t at_ns;			/* since the start of the command */
	uint64_t calls, denied, cpu_ns; /* so far; would-be denials count as denied */
	uint64_t processes, memory;	/* at that moment: how many, and bytes */
};

struct record_samples {
	struct record_sample *v;
	size_t n, cap;
};

/* Adds a sample. Returns whether there was no room for more, so that every second one was dropped:
 * sums stay exact, because they are cumulative, and the caller should take half as many from now
 * on. */
bool record_add_sample(struct record_samples *samples, const struct record_sample *sample);

/* Adds the last one, which no earlier one may exceed in what only grows. */
void record_end_samples(struct record_samples *samples, const struct record_sample *last);

#endif
