/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that did not run: what stopped them, and what is kept of them. Kernel side only. */
#ifndef PINFOLD_BPF_DENIAL_H
#define PINFOLD_BPF_DENIAL_H

#include "bpf/call.h"
#include "bpf/process.h"

#define SECCOMP_MODE_DEAD 3 /* kernel/seccomp.c: a filter has killed the task */

static __u8 denial_flags(struct task_struct *task, struct task_state *state)
{
	unsigned int emulated = bpf_core_enum_value(enum syscall_work_bit,
						    SYSCALL_WORK_BIT_SYSCALL_EMU);
	__u8 flags = 0;

	if ((__u32)task->seccomp.filter_count.counter > state->filters)
		flags |= DENIAL_OWN_FILTER;
	if (task->ptrace)
		flags |= DENIAL_PTRACED;
	if (task->thread_info.syscall_work >> emulated & 1)
		flags |= DENIAL_EMULATED;
	return flags;
}

static void sample_denial(struct run_state *r, struct task_struct *task, struct pt_regs *regs,
			  const __u64 args[EVENT_ARGS], struct denial_value *value)
{
	value->at_ns = bpf_ktime_get_ns();
	value->ip = BPF_CORE_READ(regs, ip);
	value->host_pid = task->tgid;
	value->pid = pid_of(r, task);
	value->tid = tid_of(r, task);
	__builtin_memcpy(value->args, args, sizeof(value->args));
	bpf_get_current_comm(value->comm, sizeof(value->comm));
}

static void count_denial(struct run_state *r, struct task_struct *task, struct task_state *state,
			 struct pt_regs *regs, struct denial_key *key)
{
	struct denial_value *value, first = { 0 };
	__u64 args[EVENT_ARGS];
	struct call_counts *c;
	bool is_lost;

	state->denied++;
	state->calls++;
	state->nr = key->nr;
	state->abi = key->abi;
	c = get_counts(key->abi, key->nr);
	is_lost = !c;
	if (!c)
		c = &r->rest;
	__sync_fetch_and_add(&c->denied, 1);
	read_args(regs, key->abi, args);
	keep_args(key->args, args, key_args(key->abi, key->nr));
	key->flags = denial_flags(task, state);
	value = bpf_map_lookup_elem(&denials, key);
	if (!value) {
		sample_denial(r, task, regs, args, &first);
		bpf_map_update_elem(&denials, key, &first, BPF_NOEXIST);
		value = bpf_map_lookup_elem(&denials, key);
	}
	if (value)
		__sync_fetch_and_add(&value->count, 1);
	/* Once a call, whatever of it was lost. */
	if (is_lost || !value)
		count_lost(&r->lost_keys);
}

/* A sys_exit without its sys_enter: what stopped the call shows in what the task got for it. */
static void stopped_call(struct run_state *r, struct task_struct *task, struct task_state *state,
			 struct pt_regs *regs, long ret)
{
	struct denial_key key = { 0 };

	key.nr = (__u32)regs->orig_ax;
	key.abi = current_abi(task, key.nr);
	if (task->seccomp.mode == SECCOMP_MODE_DEAD) {
		key.how = DENIAL_KILLED;
		key.data = state->sigsys_errno;
		state->is_dead = 1;
	} else if (state->is_sigsys) {
		key.how = DENIAL_TRAPPED;
		key.data = state->sigsys_errno;
	} else {
		key.how = DENIAL_RETURNED;
		key.data = -ret;
	}
	state->is_trapped = state->is_sigsys;
	state->is_sigsys = 0;
	count_denial(r, task, state, regs, &key);
}

/* A thread that a filter killed while others live on passed no sys_exit and got no signal. */
static void killed_thread(struct run_state *r, struct task_struct *task, struct task_state *state)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct denial_key key = { .how = DENIAL_KILLED };

	key.nr = (__u32)BPF_CORE_READ(regs, orig_ax);
	key.abi = current_abi(task, key.nr);
	state->is_dead = 1;
	count_denial(r, task, state, regs, &key);
}

#endif
