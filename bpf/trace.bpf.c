// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The in-kernel half of the tracer. It marks the tasks of the pen, counts their calls exactly, and
 * keeps what did not run.
 *
 * At a system call the kernel asks seccomp first and only then passes sys_enter; sys_exit is
 * passed in either case (kernel/entry/common.c). So a sys_exit of a task that entered no call is
 * a call that was stopped. One way of dying passes neither: a thread that a filter kills while
 * others live on; it is found when the task exits.
 *
 * Counting must never depend on the ring buffer: it carries the events of processes and samples of
 * denials, and what finds no room in it, or in a map, is counted.
 */
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/call.h"
#include "bpf/denial.h"
#include "bpf/process.h"

#define SYS_SECCOMP   1 /* asm-generic/siginfo.h */
#define SIGSYS	      31
#define VSYSCALL_PAGE 0xffffffffff600000UL /* asm/vsyscall.h: VSYSCALL_ADDR */

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state = get_traced(task);
	struct run_state *r;

	if (!state)
		return 0;
	r = get_run();
	if (!r)
		return 0;
	state->nr = (__u32)id;
	state->abi = current_abi(task, (__u32)id);
	state->is_new = FIRST_EXIT_DENIED;
	begin_call(r, state, regs);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state = get_traced(task);
	struct run_state *r = get_run();

	if (!state || !r)
		return 0;
	if (state->is_open) {
		end_call(r, state, ret);
	} else if (state->is_new && !state->is_sigsys) {
		if (state->is_new == FIRST_EXIT_UNSURE && may_be_denied(task, ret))
			count_lost(&r->lost_starts);
		state->is_new = FIRST_EXIT_DENIED;
	} else if (ret <= -ERESTART_FIRST && ret >= -ERESTART_LAST) {
		/* A notification to a listener of the child's own, interrupted: it is repeated. */
	} else {
		stopped_call(ctx, r, state, regs, ret);
	}
	return 0;
}

/*
 * SIGSYS for a call that a filter stopped: sent by the task to itself (force_sig_seccomp), with
 * code SYS_SECCOMP and no call entered. A forged one is sent from within a call.
 */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int sig, struct kernel_siginfo *info, struct task_struct *target)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state;
	struct pt_regs *regs;
	int number = 0, code = 0;

	if (sig != SIGSYS || target != task)
		return 0;
	state = get_traced(task);
	/* 0, 1 and 2 stand for kinds of senders, not for a siginfo (linux/sched/signal.h). */
	if (!state || state->is_open || (unsigned long)info <= 2)
		return 0;
	bpf_core_read(&code, sizeof(code), &info->si_code);
	bpf_core_read(&number, sizeof(number), &info->si_errno);
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	/* A call through the vsyscall page passes no sys_exit, which this would speak of. */
	if (code != SYS_SECCOMP || (BPF_CORE_READ(regs, ip) & ~0xfffUL) == VSYSCALL_PAGE)
		return 0;
	state->is_sigsys = 1;
	state->sigsys_errno = (__u16)number;
	return 0;
}

/* A new task gets the state of its maker before it runs. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	struct task_state *state = bpf_task_storage_get(&tasks, parent, 0, 0);
	struct task_state init = { 0 };
	struct run_state *r = get_run();

	if (!state || !r)
		return 0;
	if (state->role == ROLE_INIT && !r->has_level) {
		r->pid_level = BPF_CORE_READ(parent, thread_pid, level);
		r->has_level = 1;
	}
	init.role = state->role == ROLE_INIT ? ROLE_LAUNCHING : state->role;
	init.filters = state->filters;
	init.is_new = FIRST_EXIT_IGNORED;
	if (!bpf_task_storage_get(&tasks, child, &init, BPF_LOCAL_STORAGE_GET_F_CREATE)) {
		count_lost(&r->lost_tasks);
		return 0;
	}
	if (init.role == ROLE_TRACED && child->pid == child->tgid)
		send_fork(r, parent, child);
	return 0;
}

/* The command's own exec starts the counting; the call that did it ends after this. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct task_state *state = bpf_task_storage_get(&tasks, task, 0, 0);
	struct run_state *r = get_run();

	if (!state || !r || state->role == ROLE_INIT || state->role == ROLE_TARGET)
		return 0;
	if (state->role == ROLE_LAUNCHING) {
		state->role = ROLE_TRACED;
		state->is_new = FIRST_EXIT_IGNORED;
		state->filters = task->seccomp.filter_count.counter;
		r->start_ns = bpf_ktime_get_ns();
	}
	send_exec(r, task, bprm);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct task_state *state = get_traced(task);
	struct run_state *r = get_run();
	struct event_exit *event;

	if (!state || !r)
		return 0;
	if (task->seccomp.mode == SECCOMP_MODE_DEAD && !state->is_dead && !state->is_open)
		killed_thread(r, task, state);
	event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	if (!event) {
		count_lost(&r->lost_events);
		return 0;
	}
	fill_event(&event->event, r, task, EVENT_EXIT);
	event->is_group_exit = !!(BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT);
	event->exit_code = event->is_group_exit ? BPF_CORE_READ(task, signal, group_exit_code)
						: task->exit_code;
	event->is_filtered = state->is_dead || state->is_trapped;
	event->is_last = !BPF_CORE_READ(task, signal, live.counter);
	event->zero = 0;
	event->nr = state->nr;
	event->abi = state->abi;
	event->calls = state->calls;
	event->denied = state->denied;
	bpf_ringbuf_submit(event, wake_flags());
	return 0;
}
