// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls told as they happen, of the numbers that were asked for. In an object of its own, which
 * shares the maps of trace.bpf.c and is attached before it: at the end of a call its state still
 * says whether the call was entered.
 */
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/call.h"
#include "bpf/sample.h"

char LICENSE[] SEC("license") = "GPL";

static bool is_streamed(const struct denial_key *key)
{
	__u32 zero = 0, slot = slot_of(key->abi, key->nr);
	struct run_config *c = bpf_map_lookup_elem(&config, &zero);

	return c && slot < SLOTS && c->streamed[slot];
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_enter_streamed, struct pt_regs *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct run_state *r = get_run();
	struct denial_key key = { .nr = (__u32)id };

	if (!r || !get_traced(task))
		return 0;
	key.abi = (__u8)current_abi(task, key.nr);
	if (is_streamed(&key))
		stream_call(r, regs, &key, EVENT_ENTERED, true);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_exit_streamed, struct pt_regs *regs, long ret)
{
	struct task_state *state = get_traced(bpf_get_current_task_btf());
	struct run_state *r = get_run();
	struct denial_key key = { .data = ret };

	if (!r || !state || !state->is_open)
		return 0;
	key.nr = state->nr;
	key.abi = state->abi;
	if (is_streamed(&key))
		stream_call(r, regs, &key, EVENT_RETURNED, false);
	return 0;
}
