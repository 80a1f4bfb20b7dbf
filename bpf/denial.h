/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that did not run: what stopped them, and what is kept of them. Kernel side only. */
#ifndef PINFOLD_BPF_DENIAL_H
#define PINFOLD_BPF_DENIAL_H

#include "bpf/process.h"
#include "bpf/sample.h"
#include "bpf/stopped.h"

#define SECCOMP_MODE_DEAD 3 /* kernel/seccomp.c: a filter has killed the task */

/* Whether the whole process is ending, killed or because another of its threads calls execve. */
static bool is_ending(struct task_struct *task)
{
	return BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT ||
	       BPF_CORE_READ(task, signal, group_exec_task);
}

/* FILTERS, SIGSYS: from the task's state. */
ONCE int flags_of_denial(__u32 filters, __u32 sigsys)
{
	struct task_struct *task = bpf_get_current_task_btf();
	unsigned long work = task->thread_info.syscall_work;
	__u8 flags = 0;

	if ((__u32)task->seccomp.filter_count.counter > filters)
		flags |= DENIAL_OWN_FILTER;
	if (task->ptrace)
		flags |= DENIAL_PTRACED;
	if (work >> SYSCALL_EMU_BIT & 1)
		flags |= DENIAL_EMULATED;
	if (work >> SYSCALL_TRACE_BIT & 1)
		flags |= DENIAL_HELD;
	if (sigsys >= SIGSYS_FROM_DISPATCH && work >> SYSCALL_USER_DISPATCH_BIT & 1)
		flags |= DENIAL_DISPATCHED;
	if (is_ending(task))
		flags |= DENIAL_ENDING;
	return flags;
}

static __u8 denial_flags(const struct task_state *state)
{
	return (__u8)flags_of_denial(state->filters, state->sigsys);
}

/* Whether a call that ended with RET may have been stopped. */
static bool may_be_denied(struct task_struct *task, long ret)
{
	return ret < 0 && ret >= -MAX_ERRNO && (task->seccomp.mode || task->ptrace);
}

static void fill_caller(struct run_state *r, struct denial_value *first)
{
	struct task_struct *task = bpf_get_current_task_btf();

	first->ip = regs_of(task)->ip;
	first->host_pid = task->tgid;
	first->pid = pid_of(r, task);
	first->tid = tid_of(r, task);
}

/* What stopped the call can be told from what the task got for it. SIGSYS, NUMBER: from the task's
 * state. Returns enum last_stop. */
ONCE int tell_how(__u32 sigsys, __u32 number, long ret)
{
	struct call_draft *d = get_draft();

	if (!d)
		return STOP_OTHER;
	if (bpf_get_current_task_btf()->seccomp.mode == SECCOMP_MODE_DEAD) {
		d->key.how = DENIAL_KILLED;
		d->key.data = sigsys == SIGSYS_FROM_FILTER ? number : 0;
		return STOP_DEAD;
	}
	if (sigsys == SIGSYS_FROM_FILTER) {
		d->key.how = DENIAL_TRAPPED;
		d->key.data = number;
		return STOP_TRAPPED;
	}
	d->key.how = sigsys == SIGSYS_FROM_DISPATCH ? DENIAL_TRAPPED : DENIAL_RETURNED;
	d->key.data = sigsys == SIGSYS_FROM_DISPATCH ? 0 : -ret;
	return STOP_OTHER;
}

/* Reports the call in the draft: the first of its kind as a sample, and each one as it happens if
 * that was requested. */
ONCE int tell_denial(__u32 run, __u32 is_first, __u32 has_memory)
{
	struct call_draft *d = get_draft();
	struct event_draft *sample;
	struct run_state *r = get_run(run);

	if (!is_first && !options.wants_stream)
		return 0;
	sample = d && r ? begin_sample(run, &d->key) : 0;
	if (!sample)
		return 0;
	if (is_first && has_memory)
		sample_denied(run, r);
	if (options.wants_stream)
		stream_call(sample, r, EVENT_DENIED, has_memory);
	return 0;
}

/* Counts a call of the current task that did not run and ended with RET. IS_END: the task is a
 * thread that a filter killed while others live on: it passed no sys_exit and got no signal, and
 * its memory and stack may be gone by now. */
ONCE int stopped_call(long ret, __u32 is_end)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state = find_current(stack_of(task));
	struct call_draft *d = get_draft();
	__u32 nr = (__u32)regs_of(task)->orig_ax;
	bool is_lost, is_first;
	__u32 run;

	if (!state || !d)
		return 0;
	run = state->run;
	is_lost = begin_denial(state, d, current_abi(nr), nr);
	state->last_stop = (__u8)tell_how(state->sigsys, state->sigsys_errno, ret);
	state->trapped_ip = regs_of(task)->ip;
	state->sigsys = SIGSYS_FROM_NOTHING;
	is_first = count_denial(run, is_lost);
	tell_denial(run, is_first, !is_end);
	return 0;
}

/* Keeps a call that seems to have waited for a listener until a signal came. If so, nobody has
 * decided it yet, and it is restarted or fails; a call that the policy denies did not wait. */
ONCE int interrupted_call(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state = find_current(stack_of(task));
	struct call_draft *d = get_draft();
	__u32 nr = (__u32)regs_of(task)->orig_ax;
	__u32 run;

	if (!state || !d)
		return 0;
	run = state->run;
	begin_key(d, KEY_DENIAL, current_abi(nr), nr);
	d->key.flags = denial_flags(state) | DENIAL_INTERRUPTED;
	d->key.data = task->tgid;
	tell_denial(run, count_denial(run, false), true);
	return 0;
}

#endif
