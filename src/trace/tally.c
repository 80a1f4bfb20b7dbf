// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sums over a run's counters, without what makes a record: which rule, which arguments. It is
 * called many times while the run goes, so it reads only what it must. A count may be a few calls
 * behind another one that was read after it, but none ever goes back.
 */
#include "trace/tally.h"

#include "base/cleanup.h"
#include "base/mem.h"

static void add(struct trace_counts *counts, const struct call_counts *call)
{
	counts->calls += call->allowed + call->denied;
	counts->denied += call->denied;
}

static int add_slots(const struct ebpf *ebpf, struct trace_counts *counts)
{
	auto_free void *keys = NULL, *values = NULL;
	const struct call_group *groups;
	size_t n;
	int err = ebpf_read_map(ebpf_map_fd(ebpf, RUN_COUNTS), &keys, &values, &n);

	if (err)
		return err;
	groups = values;
	for (size_t i = 0; i < n * ebpf_cpus(); i++)
		for (size_t k = 0; k < GROUP; k++)
			add(counts, &groups[i].calls[k]);
	return 0;
}

/* Numbers past the slots are rare, and among all other keys. */
static int add_odd_calls(const struct ebpf *ebpf, struct trace_counts *counts)
{
	auto_free void *keys = NULL, *values = NULL;
	size_t n;
	int err = ebpf_read_map(ebpf_map_fd(ebpf, RUN_KEYS), &keys, &values, &n);

	for (size_t i = 0; !err && i < n; i++)
		if (((const struct call_key *)keys)[i].kind == KEY_ODD)
			add(counts, &((const union call_value *)values)[i].odd);
	return err;
}

int tally_read(const struct ebpf *ebpf, size_t living, struct trace_counts *ret_counts)
{
	struct trace_counts counts = { .processes = living };
	struct run_state run;
	int err = ebpf_read_run(ebpf, &run);

	if (!err)
		err = add_slots(ebpf, &counts);
	if (!err && run.keys[KEY_ODD])
		err = add_odd_calls(ebpf, &counts);
	if (err)
		return err;
	add(&counts, &run.rest);
	if (run.lost_events || run.lost_tasks)
		counts.processes = UINT64_MAX;
	*ret_counts = counts;
	return 0;
}
