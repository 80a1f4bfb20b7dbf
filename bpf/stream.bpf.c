// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls reported as they happen, for the requested numbers. In a separate object, which shares the
 * maps of trace.bpf.c and is attached before it: at the end of a call its state still says whether
 * the call was entered.
 */
#define ONE_RUN
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/sample.h"

char LICENSE[] SEC("license") = "GPL";

static void stream(const struct call_key *key, __u32 kind, bool has_memory)
{
	__u32 slot = slot_of(key->abi, key->nr);
	struct call_table *t = get_table();
	struct run_state *r = get_run(0);
	struct event_draft *d;

	if (!r || !t || slot >= SLOTS || !t->streamed[slot])
		return;
	d = begin_sample(0, key);
	if (d)
		stream_call(d, r, kind, has_memory);
}

SEC("raw_tp/sys_enter")
int on_enter_streamed(struct bpf_raw_tracepoint_args *ctx)
{
	struct call_key key = { .nr = (__u32)ctx->args[1] };

	if (!find_current(ctx->args[0]))
		return 0;
	key.abi = (__u8)current_abi(key.nr);
	stream(&key, EVENT_ENTERED, true);
	return 0;
}

SEC("raw_tp/sys_exit")
int on_exit_streamed(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state = find_current(ctx->args[0]);
	struct call_key key = { .data = (long)ctx->args[1] };

	if (!state || !state->is_open)
		return 0;
	key.nr = state->nr;
	key.abi = state->abi;
	stream(&key, EVENT_RETURNED, false);
	return 0;
}
