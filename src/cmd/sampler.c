// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Samples come from counters that are kept anyway: no call of the command costs more for them. They
 * cost the supervisor one wake-up each, and must never cost it much: if reading takes long, on a
 * machine with many CPUs, they become fewer.
 */
#include "cmd/sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { FIRST_INTERVAL_MS = 100, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

/* All samples together may cost a hundredth of the run's time, and a little at its start. */
enum { COST_SHARE = 100, COST_FREE_NS = 10 * NS_PER_MS };

static int arm(const struct sampler *sampler)
{
	const struct timespec interval = {
		.tv_sec = (time_t)(sampler->interval_ns / NS_PER_S),
		.tv_nsec = (long)(sampler->interval_ns % NS_PER_S),
	};
	const struct itimerspec when = { interval, interval };

	return timerfd_settime(sampler->timer, 0, &when, NULL) < 0 ? -errno : 0;
}

int sampler_begin(struct sampler *sampler, struct diags *diags)
{
	int err;

	sampler->interval_ns = (uint64_t)FIRST_INTERVAL_MS * NS_PER_MS;
	sampler->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	err = sampler->timer < 0 ? -errno : arm(sampler);
	if (err)
		diags_fail(diags, err, "cannot start the timer for samples: %s", strerror(-err));
	return err;
}

static void read_counts(const struct sampler *sampler, struct record_sample *sample)
{
	struct notify_counts decided = { 0 };
	struct trace_counts counts;

	if (sampler->notify)
		decided = notify_get_counts(sampler->notify);
	if (sampler->trace && !trace_count(sampler->trace, &counts, NULL)) {
		sample->calls = counts.calls;
		sample->denied = counts.denied + decided.continued;
		sample->processes = counts.processes;
	} else if (!sampler->trace && sampler->notify) {
		sample->denied = decided.stopped + decided.continued;
		if (decided.passed != UINT64_MAX)
			sample->calls = decided.passed + decided.stopped;
	}
}

static struct record_sample read_sample(const struct sampler *sampler, uint64_t start_ns)
{
	struct record_sample sample = {
		.at_ns = clock_ns() - start_ns,
		.calls = UINT64_MAX,
		.denied = UINT64_MAX,
		.cpu_ns = UINT64_MAX,
		.processes = UINT64_MAX,
		.memory = UINT64_MAX,
	};

	read_counts(sampler, &sample);
	if (sampler->pen) {
		struct pen_state state = pen_read_state(sampler->pen, !sampler->trace);

		sample.cpu_ns = state.cpu_ns;
		sample.memory = state.memory;
		if (!sampler->trace)
			sample.processes = state.processes;
	}
	return sample;
}

/* The timer that cannot be set again goes on as it is. */
static void slow_down(struct sampler *sampler)
{
	sampler->interval_ns *= 2;
	arm(sampler);
}

static bool is_expensive(const struct sampler *sampler, uint64_t elapsed_ns)
{
	return sampler->cost_ns > COST_FREE_NS + elapsed_ns / COST_SHARE;
}

void sampler_take(void *data, int timer)
{
	struct sampler *sampler = data;
	uint64_t before = clock_thread_ns(), count;
	uint64_t start_ns = sampler->pen ? pen_start_ns(sampler->pen) : sampler->start_ns;
	bool is_tick = read(timer, &count, sizeof(count)) == (ssize_t)sizeof(count);
	struct record_sample sample;
	bool is_thinned;

	if (!start_ns)
		return;
	sample = read_sample(sampler, start_ns);
	is_thinned = record_add_sample(&sampler->samples, &sample);
	sampler->cost_ns += clock_thread_ns() - before;
	if (is_tick && (is_thinned || is_expensive(sampler, sample.at_ns)))
		slow_down(sampler);
}

static void take_totals(const struct record *record, struct record_sample *last)
{
	struct record_totals totals = record_sum(record);
	uint64_t stopped = totals.denied + totals.expected;

	last->calls = record_knows_calls(record) ? totals.allowed + stopped : UINT64_MAX;
	last->denied = record->source == TRACE_NONE ? UINT64_MAX : stopped + totals.would_deny;
}

void sampler_end(struct sampler *sampler, uint64_t elapsed_ns, const struct resources *resources,
		 struct record *record)
{
	struct record_samples *samples = &sampler->samples;
	struct record_sample last;

	if (!samples->n)
		return;
	last = samples->v[--samples->n];
	last.at_ns = elapsed_ns;
	take_totals(record, &last);
	if (resources)
		last.cpu_ns = resources->cpu_ns;
	record_end_samples(samples, &last);
	record->samples = *samples;
	*samples = (struct record_samples){ 0 };
}

void sampler_finish(struct sampler *sampler)
{
	if (sampler->timer >= 0)
		close(sampler->timer);
	sampler->timer = -1;
	free(sampler->samples.v);
	sampler->samples = (struct record_samples){ 0 };
}
