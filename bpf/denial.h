/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that did not run: what stopped them, and what is kept of them. Kernel side only. */
#ifndef PINFOLD_BPF_DENIAL_H
#define PINFOLD_BPF_DENIAL_H

#include "bpf/process.h"
#include "bpf/sample.h"

#define SECCOMP_MODE_DEAD 3 /* kernel/seccomp.c: a filter has killed the task */

static __u8 denial_flags(const struct task_state *state)
{
	struct task_struct *task = bpf_get_current_task_btf();
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

/* Whether a call that ended with RET can be one that was stopped. */
static bool may_be_denied(struct task_struct *task, long ret)
{
	return ret < 0 && ret >= -MAX_ERRNO && (task->seccomp.mode || task->ptrace);
}

static void fill_caller(struct run_state *r, struct pt_regs *regs, struct denial_value *first)
{
	struct task_struct *task = bpf_get_current_task_btf();

	first->ip = BPF_CORE_READ(regs, ip);
	first->host_pid = task->tgid;
	first->pid = pid_of(r, task);
	first->tid = tid_of(r, task);
}

#include "bpf/stopped.h"

/* A sys_exit without its sys_enter: what stopped the call shows in what the task got for it. */
static void stopped_call(void *ctx, struct run_state *r, struct task_state *state,
			 struct pt_regs *regs, long ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct denial_draft *d = get_draft();

	if (!d)
		return;
	d->key.nr = (__u32)regs->orig_ax;
	d->key.abi = current_abi(task, d->key.nr);
	if (task->seccomp.mode == SECCOMP_MODE_DEAD) {
		d->key.how = DENIAL_KILLED;
		d->key.data = state->sigsys_errno;
		state->is_dead = 1;
	} else if (state->is_sigsys) {
		d->key.how = DENIAL_TRAPPED;
		d->key.data = state->sigsys_errno;
	} else {
		d->key.how = DENIAL_RETURNED;
		d->key.data = -ret;
	}
	state->is_trapped = state->is_sigsys;
	state->is_sigsys = 0;
	if (count_denial(r, state, regs, d))
		sample_denied(ctx, r, regs, &d->key);
	if (options.wants_stream)
		stream_call(r, regs, &d->key, EVENT_DENIED, true);
}

/* A thread that a filter killed while others live on passed no sys_exit and got no signal.
 * Its memory may be gone by now, and its stack with it. */
static void killed_thread(struct run_state *r, struct task_struct *task, struct task_state *state)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct denial_draft *d = get_draft();

	if (!d)
		return;
	d->key.nr = (__u32)BPF_CORE_READ(regs, orig_ax);
	d->key.abi = current_abi(task, d->key.nr);
	d->key.how = DENIAL_KILLED;
	d->key.data = 0;
	state->is_dead = 1;
	count_denial(r, state, regs, d);
	if (options.wants_stream)
		stream_call(r, regs, &d->key, EVENT_DENIED, false);
}

#endif
