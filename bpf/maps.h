/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The maps of the tracer, and the state of a run in them. Kernel side only. Which types of the
 * kernel there are is up to who includes this: core_types.h, or raw_types.h.
 */
#ifndef PINFOLD_BPF_MAPS_H
#define PINFOLD_BPF_MAPS_H

#include <linux/types.h>

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "bpf/event.h"

const volatile struct run_options options = { 0 };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct run_state);
} run SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct run_config);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, struct call_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ODD_CALLS);
	__type(key, struct call_id);
	__type(value, struct call_counts);
} odd_calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ERROR_KEYS);
	__type(key, struct error_key);
	__type(value, __u64);
} errors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, VALUE_KEYS);
	__type(key, struct value_key);
	__type(value, __u64);
} values SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DENIAL_KEYS);
	__type(key, struct denial_key);
	__type(value, struct denial_value);
} denials SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} ring SEC(".maps");

/* Where a denial is put together: on the stack every way to it would be verified by itself.
 * Programs run with preemption off and do not nest, so that one for each CPU is enough. */
struct denial_draft {
	struct denial_key key;
	struct denial_value first;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct denial_draft);
} draft SEC(".maps");

static struct denial_draft *get_draft(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&draft, &zero);
}

static struct run_state *get_run(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&run, &zero);
}

static void count_lost(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

#endif
