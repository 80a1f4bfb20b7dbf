// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sums over a run's counters, without what makes a record: which rule, which arguments. It is
 * called many times while the run goes, so it reads only what it must. A count may be a few calls
 * behind another one that was read after it, but none ever goes back.
 */
#include "trace/tally.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"

static void add(struct trace_counts *counts, const struct call_counts *call)
{
	counts->calls += call->allowed + call->denied;
	counts->denied += call->denied;
}

/* Adds the calls of slot AT of a group, of which each CPU has its own part. */
static void add_slot(const struct call_group *cpus, size_t slot, struct trace_counts *counts,
		     struct trace_numbers *numbers)
{
	uint32_t abi = (uint32_t)(slot / SLOTS_PER_ABI), nr = slot % SLOTS_PER_ABI;
	struct trace_counts sum = { 0 };

	for (size_t i = 0; i < ebpf_cpus(); i++)
		add(&sum, &cpus[i].calls[slot % GROUP]);
	counts->calls += sum.calls;
	counts->denied += sum.denied;
	if (!numbers || !sum.calls)
		return;
	*array_append(numbers) = (struct trace_number){
		.arch = (enum arch)abi,
		.nr = abi == EVENT_ABI_X32 ? nr | SYS_X32_BIT : nr,
		.count = sum.calls,
	};
}

static int add_slots(const struct ebpf *ebpf, struct trace_counts *counts,
		     struct trace_numbers *numbers)
{
	auto_free struct call_group *group = ebpf_alloc_group();
	int err = 0;

	for (uint32_t i = 0; !err && i < GROUPS; i++) {
		err = ebpf_read_group(ebpf, i, group);
		for (size_t k = 0; !err && k < GROUP; k++)
			add_slot(group, (size_t)i * GROUP + k, counts, numbers);
	}
	return err;
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

int tally_read(const struct ebpf *ebpf, size_t living, struct trace_counts *ret_counts,
	       struct trace_numbers *ret_numbers)
{
	struct trace_numbers numbers = { 0 };
	struct trace_counts counts = { .processes = living };
	struct run_state run;
	int err = ebpf_read_run(ebpf, &run);

	if (!err)
		err = add_slots(ebpf, &counts, ret_numbers ? &numbers : NULL);
	if (!err && run.keys[KEY_ODD])
		err = add_odd_calls(ebpf, &counts);
	if (err) {
		free(numbers.v);
		return err;
	}
	add(&counts, &run.rest);
	if (run.lost_events || run.lost_tasks)
		counts.processes = UINT64_MAX;
	*ret_counts = counts;
	if (ret_numbers)
		*ret_numbers = numbers;
	return 0;
}
