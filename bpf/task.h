/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A task and its state. Kernel side only.
 *
 * Every call of every task on the machine has to find out whether it is one of ours: so the state
 * of a task that is counted is in a table of slots, indexed by the address of its stack, which the
 * tracepoint provides, without a helper call. If the slot is taken, or the task is not counted, the
 * state is in the kernel's own task storage; a slot knows for how many tasks that is so.
 */
#ifndef PINFOLD_BPF_TASK_H
#define PINFOLD_BPF_TASK_H

#include "bpf/core_types.h"

#include "bpf/call.h"
#include "bpf/maps.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << TASK_SLOTS_BITS);
	__type(key, __u32);
	__type(value, struct task_slot);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} tasks SEC(".maps");

/* Until it is filled; not an address. */
#define SLOT_TAKEN 1UL

static struct pt_regs *regs_of(struct task_struct *task)
{
	return (struct pt_regs *)bpf_task_pt_regs(task);
}

static struct pt_regs *current_regs(void)
{
	return regs_of(bpf_get_current_task_btf());
}

/* Where the registers of its calls are: just a number, to the verifier too, once it is copied. */
static __u64 stack_of(struct task_struct *task)
{
	struct pt_regs *regs = regs_of(task);
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &regs);
	return address;
}

static struct task_slot *find_slot(__u64 stack)
{
	/* The smallest stack is a page (linux/thread_info.h: THREAD_SIZE); 2^32 / golden ratio. */
	__u32 at = (__u32)(stack >> 12) * 0x9e3779b1U >> (32 - TASK_SLOTS_BITS);

	return bpf_map_lookup_elem(&slots, &at);
}

/* The state of the current task if it is counted, or NULL. STACK: where its registers are. */
static struct task_state *find_current(__u64 stack)
{
	struct task_slot *slot = find_slot(stack);
	struct task_state *state;

	if (!slot)
		return 0;
	if (slot->owner == stack)
		return &slot->state;
	if (!slot->others)
		return 0;
	state = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, 0);
	return state && state->role == ROLE_TRACED ? state : 0;
}

/* The state of any task that has one, or NULL. */
static struct task_state *find_state(struct task_struct *task, __u64 stack)
{
	struct task_slot *slot = find_slot(stack);

	if (slot && slot->owner == stack)
		return &slot->state;
	return bpf_task_storage_get(&tasks, task, 0, 0);
}

/* Takes a free slot for a task that is counted from now on; returns whether there is one. */
static bool take_slot(__u64 stack, const struct task_state *state)
{
	struct task_slot *slot = find_slot(stack);

	if (!slot || __sync_val_compare_and_swap(&slot->owner, 0, SLOT_TAKEN))
		return false;
	slot->state = *state;
	barrier();
	slot->owner = stack;
	return true;
}

/* Notes in the slot that the state of a task that is counted from now on is in the storage. */
static void note_stored(__u64 stack)
{
	struct task_slot *slot = find_slot(stack);

	if (slot)
		__sync_fetch_and_add(&slot->others, 1);
}

/* For a task that ends; the storage goes with it. */
static void leave_slot(__u64 stack)
{
	struct task_slot *slot = find_slot(stack);

	if (!slot)
		return;
	if (slot->owner == stack)
		slot->owner = 0;
	else
		__sync_fetch_and_add(&slot->others, -1);
}

/* By the status of the thread, if it may make calls of more than one ABI. */
static __u32 current_abi(__u32 nr)
{
	return abi_of(bpf_get_current_task_btf()->thread_info.status, nr);
}

#endif
