// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stacks of allowed calls, of the first one of each number. In an object of its own, which
 * shares the maps of trace.bpf.c: who does not wish for them does not load them, and the way of
 * every call stays as short as it was.
 */
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/call.h"
#include "bpf/sample.h"

#define EEXIST 17

char LICENSE[] SEC("license") = "GPL";

/* The allowed calls of which a stack was asked for. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, CALL_SAMPLES);
	__type(key, struct call_id);
	__type(value, __u32);
} sampled_calls SEC(".maps");

SEC("tp_btf/sys_enter")
int BPF_PROG(on_first_call, struct pt_regs *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct run_state *r = get_run();
	struct call_id call = { .nr = (__u32)id, .abi = current_abi(task, (__u32)id) };
	struct denial_key key = { .nr = call.nr, .abi = (__u8)call.abi };
	__u32 one = 1;
	long err;

	if (!r || !get_traced(task) || bpf_map_lookup_elem(&sampled_calls, &call))
		return 0;
	err = bpf_map_update_elem(&sampled_calls, &call, &one, BPF_NOEXIST);
	if (!err)
		send_sample(ctx, r, regs, &key, EVENT_CALL);
	else if (err != -EEXIST)
		count_lost(&r->lost_stacks);
	return 0;
}
