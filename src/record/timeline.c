// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/timeline.h"

#include "base/mem.h"

/* Keeps every second sample, the last one included: they stay evenly spaced. */
static void thin(struct record_samples *samples)
{
	size_t n = 0;

	for (size_t i = 1; i < samples->n; i += 2)
		samples->v[n++] = samples->v[i];
	samples->n = n;
}

bool record_add_sample(struct record_samples *samples, const struct record_sample *sample)
{
	*array_append(samples) = *sample;
	if (samples->n < RECORD_SAMPLES_MAX)
		return false;
	thin(samples);
	return true;
}

static void cap(uint64_t *value, uint64_t most)
{
	if (*value != UINT64_MAX && *value > most)
		*value = most;
}

void record_end_samples(struct record_samples *samples, const struct record_sample *last)
{
	for (size_t i = 0; i < samples->n; i++) {
		struct record_sample *sample = &samples->v[i];

		cap(&sample->at_ns, last->at_ns);
		cap(&sample->calls, last->calls);
		cap(&sample->denied, last->denied);
		cap(&sample->cpu_ns, last->cpu_ns);
	}
	*array_append(samples) = *last;
}
