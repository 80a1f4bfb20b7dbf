/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that were entered: their ABI, arguments, counts, values and errors. Kernel side only. */
#ifndef PINFOLD_BPF_CALL_H
#define PINFOLD_BPF_CALL_H

#include "bpf/maps.h"

/* Kernel constants that no UAPI header has. */
#define TS_COMPAT      0x2	   /* arch/x86/include/asm/thread_info.h: entered as i386 */
#define X32_BIT	       0x40000000U /* asm/unistd.h */
#define MAX_ERRNO      4095
#define ERESTART_FIRST 512 /* linux/errno.h: ERESTARTSYS to ERESTART_RESTARTBLOCK */
#define ERESTART_LAST  516

enum { NR_RT_SIGRETURN = 15, NR_X86_SIGRETURN = 119, NR_X86_RT_SIGRETURN = 173 };
enum { NR_X32_RT_SIGRETURN = 513 };

/* By the status of the thread that makes the call. */
static __u32 abi_of(__u32 status, __u32 nr)
{
	if (status & TS_COMPAT)
		return EVENT_ABI_X86;
	/* -1 has the x32 bit too, and is an ordinary number that does not exist. */
	if ((nr & X32_BIT) && nr != (__u32)-1)
		return EVENT_ABI_X32;
	return EVENT_ABI_X86_64;
}

/* Where a call is counted, or SLOTS for a number past the slots. */
static __u32 slot_of(__u32 abi, __u32 nr)
{
	if (abi == EVENT_ABI_X32)
		nr &= ~X32_BIT;
	if (nr >= SLOTS_PER_ABI || abi >= SLOT_ABIS)
		return SLOTS;
	return abi * SLOTS_PER_ABI + nr;
}

static struct call_counts *odd_counts(__u32 abi, __u32 nr)
{
	struct call_id id = { .nr = nr, .abi = abi };
	struct call_counts none = { 0 }, *counts_ = bpf_map_lookup_elem(&odd_calls, &id);

	if (!counts_) {
		bpf_map_update_elem(&odd_calls, &id, &none, BPF_NOEXIST);
		counts_ = bpf_map_lookup_elem(&odd_calls, &id);
	}
	return counts_;
}

/* The counters of a call: this CPU's own, or shared ones for a number past the slots; NULL when
 * that finds no room. */
static struct call_counts *get_counts(__u32 abi, __u32 nr)
{
	__u32 slot = slot_of(abi, nr);

	if (slot < SLOTS)
		return bpf_map_lookup_elem(&counts, &slot);
	return odd_counts(abi, nr);
}

static __u8 key_args(__u32 abi, __u32 nr)
{
	__u32 zero = 0, slot = slot_of(abi, nr);
	struct run_config *c = bpf_map_lookup_elem(&config, &zero);

	if (!c)
		return 0;
	return slot < SLOTS ? c->key_args[slot] : c->odd_key_args;
}

/* The registers that seccomp shows to a filter (syscall_get_arguments). */
static void read_args(struct pt_regs *regs, __u32 abi, __u64 args[EVENT_ARGS])
{
	if (abi == EVENT_ABI_X86) {
		args[0] = (__u32)regs->bx;
		args[1] = (__u32)regs->cx;
		args[2] = (__u32)regs->dx;
		args[3] = (__u32)regs->si;
		args[4] = (__u32)regs->di;
		args[5] = (__u32)regs->bp;
	} else {
		args[0] = regs->di;
		args[1] = regs->si;
		args[2] = regs->dx;
		args[3] = regs->r10;
		args[4] = regs->r8;
		args[5] = regs->r9;
	}
}

/* Without branches, each of which would double the verifier's work. */
static void keep_args(__u64 key[EVENT_ARGS], const __u64 args[EVENT_ARGS], __u64 mask)
{
	key[0] = args[0] & -(mask & 1);
	key[1] = args[1] & -(mask >> 1 & 1);
	key[2] = args[2] & -(mask >> 2 & 1);
	key[3] = args[3] & -(mask >> 3 & 1);
	key[4] = args[4] & -(mask >> 4 & 1);
	key[5] = args[5] & -(mask >> 5 & 1);
}

static void count_values(struct call_counts *counts_, struct pt_regs *regs, __u32 abi, __u32 nr)
{
	__u8 mask = key_args(abi, nr);
	struct value_key key = { .nr = nr, .abi = abi };
	__u64 args[EVENT_ARGS], zero = 0, *count;

	if (!mask)
		return;
	read_args(regs, abi, args);
	keep_args(key.args, args, mask);
	count = bpf_map_lookup_elem(&values, &key);
	if (!count) {
		bpf_map_update_elem(&values, &key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&values, &key);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		__sync_fetch_and_add(&counts_->other, 1);
}

static void count_error(struct run_state *r, __u32 abi, __u32 nr, __u32 number)
{
	struct error_key key = { .nr = nr, .abi = abi, .number = number };
	__u64 zero = 0, *count = bpf_map_lookup_elem(&errors, &key);

	if (!count) {
		bpf_map_update_elem(&errors, &key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&errors, &key);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		count_lost(&r->lost_errors);
}

/* What rt_sigreturn "returns" is the result of the call that the signal interrupted. */
static bool is_sigreturn(__u32 abi, __u32 nr)
{
	if (abi == EVENT_ABI_X86)
		return nr == NR_X86_RT_SIGRETURN || nr == NR_X86_SIGRETURN;
	if (abi == EVENT_ABI_X32)
		return nr == (NR_X32_RT_SIGRETURN | X32_BIT);
	return nr == NR_RT_SIGRETURN;
}

/* Numbers past the slots exist in no kernel: their time is not told. */
static void add_time(struct task_state *state)
{
	__u64 ns = bpf_ktime_get_ns() - state->entered_ns;
	__u32 slot = slot_of(state->abi, state->nr);
	struct call_counts *c = bpf_map_lookup_elem(&counts, &slot);

	if (!c)
		return;
	c->time_ns += ns;
	if (ns > c->max_ns)
		c->max_ns = ns;
}

static void note_first(const struct run_state *r, struct call_counts *c)
{
	__u64 us = (bpf_ktime_get_ns() - r->start_ns) / 1000;

	c->first = us << FIRST_PID_BITS | bpf_get_current_pid_tgid() >> 32;
}

/* Counts a call that is entered; its state says which. */
static void begin_call(struct run_state *r, struct task_state *state, struct pt_regs *regs)
{
	struct call_counts *c;

	if (state->is_open)
		count_lost(&r->missed_exits);
	state->is_open = 1;
	state->is_trapped = 0;
	state->calls++;
	c = get_counts(state->abi, state->nr);
	if (!c) {
		count_lost(&r->lost_keys);
		c = &r->rest;
	}
	if (options.wants_firsts && !c->allowed)
		note_first(r, c);
	__sync_fetch_and_add(&c->allowed, 1);
	count_values(c, regs, state->abi, state->nr);
	if (options.wants_times)
		state->entered_ns = bpf_ktime_get_ns();
}

static void end_call(struct run_state *r, struct task_state *state, long ret)
{
	struct call_counts *c;
	bool is_lost;

	state->is_open = 0;
	if (options.wants_times)
		add_time(state);
	if (ret >= 0 || ret < -MAX_ERRNO || is_sigreturn(state->abi, state->nr))
		return;
	c = get_counts(state->abi, state->nr);
	is_lost = !c;
	if (!c)
		c = &r->rest;
	if (ret <= -ERESTART_FIRST && ret >= -ERESTART_LAST) {
		__sync_fetch_and_add(&c->restarted, 1);
		return;
	}
	__sync_fetch_and_add(&c->failed, 1);
	if (!is_lost)
		count_error(r, state->abi, state->nr, (__u32)-ret);
}

#endif
