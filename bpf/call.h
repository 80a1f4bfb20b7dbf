/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that were entered: their ABI, arguments, counts, values and errors. Kernel side only. */
#ifndef PINFOLD_BPF_CALL_H
#define PINFOLD_BPF_CALL_H

#include "bpf/failure.h"
#include "bpf/fixed_types.h"
#include "bpf/key.h"

/* Kernel constants that no UAPI header has. */
#define TS_COMPAT      0x2	   /* arch/x86/include/asm/thread_info.h: entered as i386 */
#define X32_BIT	       0x40000000U /* asm/unistd.h */
#define MAX_ERRNO      4095
#define EPERM	       1
#define ESRCH	       3
#define EAGAIN	       11
#define EBUSY	       16
#define EINPROGRESS    115
#define EACCES	       13
#define ERESTARTSYS    512
#define ERESTART_FIRST 512 /* linux/errno.h: ERESTARTSYS to ERESTART_RESTARTBLOCK */
#define ERESTART_LAST  516

enum { NR_RT_SIGRETURN = 15, NR_X86_SIGRETURN = 119, NR_X86_RT_SIGRETURN = 173 };
enum { NR_X32_RT_SIGRETURN = 513 };

/* The registers of the current call: each tracer defines this with the means it has. */
static struct pt_regs *current_regs(void);

/* Decided by the status of the thread that makes the call. Without branches, because what follows
 * would be verified once for each ABI: -1 has the x32 bit too, and is an ordinary number that does
 * not exist. */
static __u32 abi_of(__u32 status, __u32 nr)
{
	__u32 is_x86 = (status & TS_COMPAT) / TS_COMPAT, next = nr + 1;
	__u32 is_x32 = nr >> 30 & (next | -next) >> 31 & 1;

	return is_x86 * EVENT_ABI_X86 + (is_x32 & ~is_x86) * EVENT_ABI_X32;
}

/* Returns where a call is counted, or SLOTS for a number past the slots. */
static __u32 slot_of(__u32 abi, __u32 nr)
{
	nr -= (abi >> 1) * X32_BIT;
	if (nr >= SLOTS_PER_ABI || abi >= SLOT_ABIS)
		return SLOTS;
	return abi * SLOTS_PER_ABI + nr;
}

static void begin_key(struct call_draft *d, __u32 kind, __u32 abi, __u32 nr)
{
	__builtin_memset(&d->key, 0, sizeof(d->key));
	d->key.kind = (__u8)kind;
	d->key.abi = (__u8)abi;
	d->key.nr = nr;
}

static struct call_group *get_group(__u32 run, __u32 slot)
{
	__u32 group = slot / GROUP;

#ifndef ONE_RUN
	/* Two look-ups, each in one kind of map, so that both are inlined. */
	if (run) {
		void *map = bpf_map_lookup_elem(&counts_of, &run);

		return map ? bpf_map_lookup_elem(map, &group) : 0;
	}
#endif
	return bpf_map_lookup_elem(&counts, &group);
}

/* Returns the counters of a call on this CPU; NULL for a number past the slots. */
static struct call_counts *get_counts(__u32 run, __u32 abi, __u32 nr)
{
	__u32 slot = slot_of(abi, nr);
	struct call_group *g = slot < SLOTS ? get_group(run, slot) : 0;

	return g ? &g->calls[slot % GROUP] : 0;
}

static void note_first(__u32 run, struct call_counts *c)
{
	struct run_state *r = get_run(run);
	__u64 us;

	if (!r)
		return;
	us = (bpf_ktime_get_ns() - r->start_ns) / 1000;
	c->first = us << FIRST_PID_BITS | bpf_get_current_pid_tgid() >> 32;
}

/* For the number in the draft's key, which was just added. */
static void note_first_odd(__u32 run, struct call_draft *d)
{
	void *map = MAP_OF(keys, run);
	union call_value *value = map ? bpf_map_lookup_elem(map, &d->key) : 0;

	if (value)
		note_first(run, &value->odd);
}

/* Counts a call with a number past the slots; returns whether it did not fit. */
ONCE int count_odd(__u32 run, __u32 abi, __u32 nr, __u32 counter)
{
	struct run_state *r = get_run(run);
	struct call_draft *d = get_draft();
	int found;

	if (!r || !d)
		return true;
	begin_key(d, KEY_ODD, abi, nr);
	found = count_key(run, counter, ODD_CALLS);
	if (found == KEY_LOST)
		atomic_increment((__u64 *)&r->rest + (counter & COUNTER_MASK));
	if (options.wants_firsts && found == KEY_ADDED)
		note_first_odd(run, d);
	return found == KEY_LOST;
}

/* Returns which arguments of a call that did not run are kept: bit 1 << argument. */
ONCE int denied_args(__u32 run, __u32 abi, __u32 nr)
{
	__u32 slot = slot_of(abi, nr);
	struct call_group *g;
	struct run_state *r;

	if (slot >= SLOTS) {
		r = get_run(run);
		return r ? r->odd_key_args : 0;
	}
	g = get_group(run, slot);
	return g ? g->denied_args[slot % GROUP] : 0;
}

/* The registers that seccomp shows to a filter (syscall_get_arguments). */
static void read_args(__u32 abi, __u64 args[EVENT_ARGS])
{
	struct pt_regs *regs = current_regs();

	if (!regs)
		return;
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

/* Reads the arguments of the current call into the draft: all of them into its value, and those of
 * MASK into its key. */
ONCE int take_args(__u32 abi, __u32 mask)
{
	struct call_draft *d = get_draft();

	if (!d)
		return 0;
	read_args(abi, d->value.denial.args);
	keep_args(d->key.args, d->value.denial.args, mask);
	return 0;
}

/* Counts the arguments of a call that is entered. */
ONCE int count_value(__u32 run, __u32 abi, __u32 nr, __u32 mask)
{
	struct call_draft *d = get_draft();
	struct call_counts *c;

	if (!d)
		return 0;
	begin_key(d, KEY_VALUE, abi, nr);
	take_args(abi, mask);
	if (count_key(run, 0, VALUE_KEYS) != KEY_LOST)
		return 0;
	c = get_counts(run, abi, nr);
	if (c)
		atomic_increment(&c->other);
	return 0;
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

static bool is_restarted(__u32 number)
{
	return number >= ERESTART_FIRST && number <= ERESTART_LAST;
}

/* Counts the error next to its call; returns whether that was all. The counters belong to this CPU,
 * and no other program changes them. */
static bool count_error_at(struct call_group *g, __u32 slot, __u32 number)
{
	slot %= GROUP;
	if (is_restarted(number)) {
		g->calls[slot].restarted++;
		return true;
	}
	g->calls[slot].failed++;
	if (!g->error[slot])
		g->error[slot] = (__u16)number;
	if (g->error[slot] != (__u16)number)
		return false;
	g->errors[slot]++;
	return true;
}

/* Counts the error in the draft's key. */
static void count_error_key(__u32 run, __u32 abi, __u32 nr, __u32 number)
{
	struct call_draft *d = get_draft();
	struct run_state *r = get_run(run);

	if (!d || !r)
		return;
	begin_key(d, KEY_ERROR, abi, nr);
	d->key.data = number;
	if (count_key(run, 0, ERROR_KEYS) == KEY_LOST)
		atomic_increment(&r->lost_errors);
}

/* Counts an error that is not the usual one. */
ONCE int count_other_error(__u32 run, __u32 abi, __u32 nr, __u32 number)
{
	enum call_counter counter = is_restarted(number) ? COUNTER_RESTARTED : COUNTER_FAILED;

	if (slot_of(abi, nr) >= SLOTS && count_odd(run, abi, nr, counter))
		return 0;
	if (!is_restarted(number))
		count_error_key(run, abi, nr, number);
	return 0;
}

/* Counts a call that ends with the error NUMBER, or with a restart code; returns whether that is
 * left to count_other_error(). */
ONCE int count_error(__u32 run, __u32 abi, __u32 nr, __u32 number)
{
	__u32 slot = slot_of(abi, nr);
	struct call_group *g;

	if (is_sigreturn(abi, nr))
		return false;
	g = slot < SLOTS ? get_group(run, slot) : 0;
	return !g || !count_error_at(g, slot, number);
}

/* No kernel has numbers past the slots: their time is not reported. */
static void add_time(struct task_state *state)
{
	__u64 ns = bpf_ktime_get_ns() - state->entered_ns;
	struct call_counts *c = get_counts(state->run, state->abi, state->nr);

	if (!c)
		return;
	c->time_ns += ns;
	if (ns > c->max_ns)
		c->max_ns = ns;
}

static void miss_exit(__u32 run)
{
	struct run_state *r = get_run(run);

	if (r)
		atomic_increment(&r->missed_exits);
}

/* The end of a call that may have been stopped and was not examined. */
static void lose_exit(__u32 run)
{
	struct run_state *r = get_run(run);

	if (r)
		atomic_increment(&r->lost_keys);
}

/* For a number past the slots. */
ONCE int begin_odd(__u32 run, __u32 abi, __u32 nr)
{
	struct run_state *r = get_run(run);

	if (!r)
		return 0;
	if (count_odd(run, abi, nr, COUNTER_ALLOWED))
		atomic_increment(&r->lost_keys);
	if (r->odd_key_args)
		count_value(run, abi, nr, r->odd_key_args);
	return 0;
}

/* Completes what begin_call() left: counts the arguments that are kept, or a number past the slots.
 * Returns whether the call's stack may have been requested. */
ONCE int begin_rare(__u32 run, __u32 abi, __u32 nr)
{
	__u32 slot = slot_of(abi, nr), kept;
	struct call_group *g;

	if (slot >= SLOTS) {
		begin_odd(run, abi, nr);
		return true;
	}
	g = get_group(run, slot);
	kept = g ? g->key_args[slot % GROUP] : 0;
	if (kept & KEY_ARGS)
		count_value(run, abi, nr, kept);
	return kept & KEY_REQUESTED;
}

/* Counts a call that is entered; its state says which. Every call takes this path. The counter
 * belongs to this CPU, and no other program changes it. Returns whether the rest is left to
 * begin_rare(). */
static bool begin_call(struct task_state *state)
{
	/* Read again: from here on the verifier sees one value instead of several. */
	__u32 abi = *(volatile __u8 *)&state->abi;
	__u32 run = state->run, nr = state->nr, slot = slot_of(abi, nr);
	struct call_group *g;
	struct call_counts *c;

	if (state->is_open)
		miss_exit(run);
	state->is_open = 1;
	state->last_stop = STOP_OTHER;
	state->refused = 0;
	state->calls++;
	if (options.wants_times)
		state->entered_ns = bpf_ktime_get_ns();
	if (slot >= SLOTS)
		return true;
	g = get_group(run, slot);
	if (!g)
		return false;
	slot %= GROUP;
	c = &g->calls[slot];
	if (options.wants_firsts && !c->allowed)
		note_first(run, c);
	c->allowed++;
	return g->key_args[slot];
}

enum call_end { END_COUNTED, END_FAILED, END_LEFT };

/* Returns whether the call failed, or is restarted, and whether that is left to
 * count_other_error(). */
static enum call_end end_call(struct task_state *state, long ret)
{
	state->is_open = 0;
	if (options.wants_times)
		add_time(state);
	if (ret >= 0 || ret < -MAX_ERRNO)
		return END_COUNTED;
	return count_error(state->run, state->abi, state->nr, (__u32)-ret) ? END_LEFT : END_FAILED;
}

/* Whether what a call that ended with RET named is kept. */
ONCE int is_failure(__u32 abi, __u32 nr, long ret)
{
	__u64 number = (__u64)-ret;
	__u32 slot = slot_of(abi, nr), flag;
	struct call_table *t;

	if (number >= 128)
		return false;
	if ((number < 64 ? FAILURE_ERRORS_LOW : FAILURE_ERRORS_HIGH) >> (number & 63) & 1)
		return true;
	flag = number == EAGAIN	       ? FAILING_AGAIN
	       : number == ESRCH       ? FAILING_SEARCH
	       : number == EBUSY       ? FAILING_BUSY
	       : number == EINPROGRESS ? FAILING_BEGUN
				       : 0;
	if (!flag)
		return false;
	t = get_table();
	return t && slot < SLOTS && t->failing[slot] & flag;
}

/* Whether a call that was refused a capability may have failed though its result is no error. */
ONCE int may_reply(__u32 abi, __u32 nr)
{
	__u32 slot = slot_of(abi, nr);
	struct call_table *t = get_table();

	return t && slot < SLOTS && t->failing[slot] & FAILING_REPLY;
}

#endif
