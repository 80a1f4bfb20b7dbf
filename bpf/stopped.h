/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts calls that did not run. Kernel side only. Who includes this has denial_flags() and
 * fill_caller(), which read a task by the means that there are.
 */
#ifndef PINFOLD_BPF_STOPPED_H
#define PINFOLD_BPF_STOPPED_H

#include "bpf/call.h"

/* Counts the call whose number, ABI, how and data are in the draft's key. Gives whether it is the
 * first of its key. */
static bool count_denial(struct run_state *r, struct task_state *state, struct pt_regs *regs,
			 struct denial_draft *d)
{
	struct call_counts *c = get_counts(d->key.abi, d->key.nr);
	struct denial_value *value;
	bool is_lost = !c, is_first = false;

	state->denied++;
	state->calls++;
	state->nr = d->key.nr;
	state->abi = d->key.abi;
	if (!c)
		c = &r->rest;
	__sync_fetch_and_add(&c->denied, 1);
	read_args(regs, d->key.abi, d->first.args);
	keep_args(d->key.args, d->first.args, key_args(d->key.abi, d->key.nr));
	d->key.flags = denial_flags(state);
	d->key.zero = 0;
	value = bpf_map_lookup_elem(&denials, &d->key);
	if (!value) {
		d->first.count = 0;
		d->first.zero = 0;
		d->first.at_ns = bpf_ktime_get_ns();
		bpf_get_current_comm(d->first.comm, sizeof(d->first.comm));
		fill_caller(r, regs, &d->first);
		is_first = !bpf_map_update_elem(&denials, &d->key, &d->first, BPF_NOEXIST);
		value = bpf_map_lookup_elem(&denials, &d->key);
	}
	if (value) {
		__sync_fetch_and_add(&value->count, 1);
		value->last_ns = bpf_ktime_get_ns();
	}
	/* Once a call, whatever of it was lost. */
	if (is_lost || !value)
		count_lost(&r->lost_keys);
	return is_first;
}

#endif
