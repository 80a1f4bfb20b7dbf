// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stacks of allowed calls: one for the first call of each number. In a separate object, which
 * shares the maps of trace.bpf.c: runs that do not request them do not load it, and the path of
 * every call stays as short as it was.
 */
#define ONE_RUN
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/sample.h"

#define EEXIST 17

char LICENSE[] SEC("license") = "GPL";

/* The allowed calls for which a stack was requested. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, CALL_SAMPLES);
	__type(key, struct call_id);
	__type(value, __u32);
} sampled_calls SEC(".maps");

SEC("raw_tp/sys_enter")
int on_first_call(struct bpf_raw_tracepoint_args *ctx)
{
	struct run_state *r = get_run(0);
	struct call_id call = { .nr = (__u32)ctx->args[1] };
	struct call_key key = { .nr = call.nr };
	struct event_draft *d;
	__u32 one = 1;
	long err;

	if (!r || !find_current(ctx->args[0]))
		return 0;
	call.abi = current_abi(call.nr);
	key.abi = (__u8)call.abi;
	if (bpf_map_lookup_elem(&sampled_calls, &call))
		return 0;
	err = bpf_map_update_elem(&sampled_calls, &call, &one, BPF_NOEXIST);
	d = err ? 0 : begin_sample(0, &key);
	if (d)
		send_sample(0, EVENT_CALL);
	else if (err != -EEXIST)
		atomic_increment(&r->lost_stacks);
	return 0;
}
