/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts calls that did not run. Kernel side only. */
#ifndef PINFOLD_BPF_STOPPED_H
#define PINFOLD_BPF_STOPPED_H

#include "bpf/call.h"

/* These read the current task: each tracer defines them with the means it has. */
static __u8 denial_flags(const struct task_state *state);
static void fill_caller(struct run_state *r, struct denial_value *first);

/* Counts that a call did not run; returns whether its number did not fit. */
ONCE int count_denied(__u32 run, __u32 abi, __u32 nr)
{
	struct call_counts *c = get_counts(run, abi, nr);

	if (!c)
		return count_odd(run, abi, nr, COUNTER_DENIED);
	atomic_increment(&c->denied);
	return false;
}

/* Starts the draft of a call of the current task that did not run. Returns whether its number did
 * not fit. */
static bool begin_denial(struct task_state *state, struct call_draft *d, __u32 abi, __u32 nr)
{
	/* First, because it may need the draft. */
	bool is_lost = count_denied(state->run, abi, nr);

	state->denied++;
	state->calls++;
	state->nr = nr;
	state->abi = (__u8)abi;
	begin_key(d, KEY_DENIAL, abi, nr);
	d->key.flags = denial_flags(state);
	return is_lost;
}

static void fill_denial(struct run_state *r, struct denial_value *first)
{
	first->count = 0;
	first->zero = 0;
	first->at_ns = bpf_ktime_get_ns();
	bpf_get_current_comm(first->comm, sizeof(first->comm));
	fill_caller(r, first);
}

/* Counts the call in the draft, whose arguments have yet to be read. IS_LOST: its number did not
 * fit. Returns whether it is the first of its key. */
ONCE int count_denial(__u32 run, __u32 is_lost)
{
	struct run_state *r = get_run(run);
	struct call_draft *d = get_draft();
	int found;

	if (!r || !d)
		return false;
	take_args(d->key.abi, (__u32)denied_args(run, d->key.abi, d->key.nr));
	found = count_key(run, 0, 0);
	if (found == KEY_MISSING) {
		fill_denial(r, &d->value.denial);
		found = count_key(run, 0, DENIAL_KEYS);
	}
	/* Once for each call, whatever of it was lost. */
	if (is_lost || found == KEY_LOST)
		atomic_increment(&r->lost_keys);
	return found == KEY_ADDED;
}

#endif
