/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes: their ids in the pen, and the events of their lives. Kernel side only.
 *
 * Pointers are followed with BPF_CORE_READ() even where a plain load would do: for each plain load
 * the verifier searches the kernel's types by name (btf_nested_type_is_trusted(), Linux 6.2), which
 * takes 0.3 ms.
 */
#ifndef PINFOLD_BPF_PROCESS_H
#define PINFOLD_BPF_PROCESS_H

#include "bpf/ring.h"
#include "bpf/task.h"

#define SIGNAL_GROUP_EXIT 0x4 /* linux/sched/signal.h */

/* Returns the number of the struct pid at ADDRESS in a pid namespace of level LEVEL, which is the
 * pen's; 0 if it has none there. */
ONCE int pid_in_pen(__u32 level, __u64 address)
{
	struct pid *pid = (void *)address;
	struct upid *at;
	int nr = 0;

	if (!pid || level > BPF_CORE_READ(pid, level))
		return 0;
	at = (void *)pid + bpf_core_field_offset(struct pid, numbers);
	bpf_probe_read_kernel(&nr, sizeof(nr), &at[level].nr);
	return nr;
}

static __u32 tid_of(struct run_state *r, struct task_struct *task)
{
	return (__u32)pid_in_pen(r->pid_level, (__u64)BPF_CORE_READ(task, thread_pid));
}

static __u32 pid_of(struct run_state *r, struct task_struct *task)
{
	return (__u32)pid_in_pen(r->pid_level,
				 (__u64)BPF_CORE_READ(task, group_leader, thread_pid));
}

/* Where TASK is: just a number, to the verifier too. */
static __u64 address_of(struct task_struct *task)
{
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &task);
	return address;
}

/* Starts the draft's event, of KIND and about the task at ADDRESS. */
ONCE int fill_event(__u32 run, __u64 address, __u32 kind)
{
	struct task_struct *task = (void *)address;
	struct event_draft *d = get_event_draft();
	struct run_state *r = get_run(run);

	if (!d || !r)
		return 0;
	d->any.kind = kind;
	d->any.host_pid = (__u32)BPF_CORE_READ(task, tgid);
	d->any.host_tid = (__u32)BPF_CORE_READ(task, pid);
	d->any.pid = pid_of(r, task);
	d->any.tid = tid_of(r, task);
	d->any.zero = 0;
	d->any.at_ns = bpf_ktime_get_ns();
	return 0;
}

static void send_fork(__u32 run, struct run_state *r, struct task_struct *maker,
		      struct task_struct *child)
{
	struct event_draft *d = get_event_draft();

	if (!d)
		return;
	fill_event(run, address_of(child), EVENT_FORK);
	d->fork.maker_host_pid = (__u32)maker->tgid;
	d->fork.parent_pid = pid_of(r, BPF_CORE_READ(child, real_parent));
	send_event(run, r, sizeof(d->fork));
}

/* For the current task. */
static void send_exec(__u32 run, struct run_state *r, struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct event_draft *d = get_event_draft();
	unsigned long start = BPF_CORE_READ(task, mm, arg_start);
	unsigned long len = BPF_CORE_READ(task, mm, arg_end) - start;
	long path_len;

	if (!d)
		return;
	fill_event(run, bpf_get_current_task(), EVENT_EXEC);
	d->exec.argv_all = len > (__u32)-1 ? (__u32)-1 : (__u32)len;
	path_len = bpf_probe_read_kernel_str(d->exec.path, sizeof(d->exec.path),
					     BPF_CORE_READ(bprm, filename));
	if (path_len <= 0) {
		d->exec.path[0] = '\0';
		path_len = 1;
	}
	if (len > EVENT_ARGV)
		len = EVENT_ARGV;
	d->exec.argv_len = (__u32)len;
	if (bpf_probe_read_user(d->exec.argv, (__u32)len, (void *)start) < 0)
		d->exec.argv_len = 0;
	/* The rest of long arguments is read from the process itself, while it still runs. */
	if (send_draft(run, d->exec.argv_all > EVENT_ARGV ? PART_URGENT : PART_EVENT,
		       (__u32)(offsetof(struct event_exec, path) + path_len)))
		atomic_increment(&r->lost_events);
}

/* Whether the current task, which is ending, never returned to its program from a call that a
 * filter stopped with a signal. A task that handles that signal continues elsewhere, and may die of
 * another's. */
static bool is_end_by_filter(const struct task_state *state)
{
	struct pt_regs *regs = current_regs();

	return state->last_stop == STOP_DEAD ||
	       (state->last_stop == STOP_TRAPPED && regs->ip == state->trapped_ip &&
		(__u32)regs->orig_ax == state->nr);
}

/* For the current task. */
static void send_exit(struct run_state *r, struct task_state *state)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct event_draft *d = get_event_draft();
	struct event_exit *event;
	__u32 run;

	if (!d)
		return;
	event = &d->exit;
	/* What comes from the state goes first: the verifier then sees one path, wherever that is
	 * kept. */
	event->is_filtered = is_end_by_filter(state);
	event->nr = state->nr;
	event->abi = state->abi;
	event->calls = state->calls;
	event->denied = state->denied;
	run = state->run;
	fill_event(run, bpf_get_current_task(), EVENT_EXIT);
	event->is_group_exit = !!(BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT);
	event->exit_code = event->is_group_exit ? BPF_CORE_READ(task, signal, group_exit_code)
						: task->exit_code;
	event->is_last = !BPF_CORE_READ(task, signal, live.counter);
	event->zero = 0;
	send_event(run, r, sizeof(*event));
}

#endif
