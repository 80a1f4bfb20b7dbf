/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maps of the tracer, and how those of a run are found. Kernel side only. The including file
 * chooses the kernel types: core_types.h, or only fixed_types.h.
 *
 * A tracer serves many runs. The first run's maps are its own; the others' are found by run number.
 * A program that traces a single run defines ONE_RUN and avoids the look-up.
 */
#ifndef PINFOLD_BPF_MAPS_H
#define PINFOLD_BPF_MAPS_H

#include <linux/types.h>

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/event.h"

/* A function that the verifier checks once, no matter how often it is called: it takes only
 * numbers. There are none before Linux 5.6. */
#ifdef ONE_RUN
#define ONCE static
#else
#define ONCE __attribute__((noinline))
#endif

const volatile struct run_options options = { 0 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RUNS);
	__type(key, __u32);
	__type(value, struct run_state);
} runs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct call_table);
} table SEC(".maps");

struct counts {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, GROUPS);
	__type(key, __u32);
	__type(value, struct call_group);
} counts SEC(".maps");

/* Not preallocated, which would cost more than everything else at the start of a run. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, KEYS);
	__type(key, struct call_key);
	__type(value, union call_value);
} keys SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} ring SEC(".maps");

#ifdef ONE_RUN
#define MAP_OF(map, run) ((void)(run), (void *)&(map))
#else
/* A template for the maps below, except for their size: the kernel creates one and drops it. */
struct any_keys {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct call_key);
	__type(value, union call_value);
};

struct any_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES_LEAST);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, RUNS);
	__type(key, __u32);
	__array(values, struct counts);
} counts_of SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, RUNS);
	__type(key, __u32);
	__array(values, struct any_keys);
} keys_of SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, RUNS);
	__type(key, __u32);
	__array(values, struct any_ring);
} ring_of SEC(".maps");

/* NULL: no such run. */
#define MAP_OF(map, run) ((run) ? bpf_map_lookup_elem(&map##_of, &(run)) : (void *)&(map))
#endif

/* Where what is kept about a call is assembled: on the stack, every path to it would be verified
 * separately. Programs run with preemption off and do not nest, so one for each CPU is enough. */
struct call_draft {
	struct call_key key;
	union call_value value;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct call_draft);
} draft SEC(".maps");

static struct call_draft *get_draft(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&draft, &zero);
}

static struct run_state *get_run(__u32 run)
{
	return bpf_map_lookup_elem(&runs, &run);
}

static struct call_table *get_table(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&table, &zero);
}

/* For what more than one CPU counts. */
static void atomic_increment(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

#endif
