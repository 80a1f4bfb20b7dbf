/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks on request: of a call that the policy denies but that the filter's listener lets go on.
 * seccomp runs before sys_enter, so the request is there when the call arrives. Kernel side only.
 *
 * In a map of their own, because the reader has write access to its memory, which covers the
 * requests of other runs, too: all that they can do is to have a stack reported that nobody wants.
 */
#ifndef PINFOLD_BPF_REQUEST_H
#define PINFOLD_BPF_REQUEST_H

#include "bpf/process.h"
#include "bpf/stack_requests.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, RUNS);
	__type(key, __u32);
	__type(value, struct stack_requests);
} requests SEC(".maps");

/* Whether anybody's is pending. */
static bool has_requests(__u32 run)
{
	const volatile struct stack_requests *r = bpf_map_lookup_elem(&requests, &run);
	__u64 any = 0;

	if (!r)
		return false;
#pragma unroll
	for (int i = 0; i < STACK_REQUESTS; i++)
		any |= r->of[i];
	return any;
}

/* Returns the current thread's number where the pen's reader is: a level above the pen, unless the
 * pen has no pid namespace. */
static __u32 tid_outside(const struct run_state *r)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return (__u32)pid_in_pen(r->reader_level, (__u64)BPF_CORE_READ(task, thread_pid));
}

struct request_query {
	__u64 tid, number;
	__u32 run, zero;
};

static long look_at_request(__u64 i, struct request_query *query)
{
	struct stack_requests *requested = bpf_map_lookup_elem(&requests, &query->run);
	__u64 request;

	if (!requested || i >= STACK_REQUESTS)
		return 1;
	request = *(volatile __u64 *)&requested->of[i];
	if (request >> 32 != query->tid ||
	    __sync_val_compare_and_swap(&requested->of[i], request, 0) != request)
		return 0;
	query->number = (__u32)request;
	return 1;
}

/* Takes away the request for the current thread; returns its number, or 0 if there is none. */
ONCE int take_request(__u32 run)
{
	struct request_query query = { .run = run };
	struct run_state *r = get_run(run);

	if (!r)
		return 0;
	query.tid = tid_outside(r);
	if (query.tid)
		bpf_loop(STACK_REQUESTS, look_at_request, &query, 0);
	return (int)query.number;
}

#endif
