/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes: their numbers in the pen, and the events of their lives. Kernel side only. */
#ifndef PINFOLD_BPF_PROCESS_H
#define PINFOLD_BPF_PROCESS_H

#include "bpf/task.h"

#define SIGNAL_GROUP_EXIT 0x4 /* linux/sched/signal.h */

/* Wakes the reader only when the ring fills up: a short run wakes it never. Who waits for
 * events is woken by each that it does not read already. */
#define RING_WAKE_BYTES (RING_BYTES / 4)

/* The number of PID in the pid namespace of the pen; 0 when it has none there. */
static __u32 pid_in_pen(struct run_state *r, struct pid *pid)
{
	__u32 level = r->pid_level;
	struct upid *at;
	int nr = 0;

	if (!pid || level > BPF_CORE_READ(pid, level))
		return 0;
	at = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
	     level * bpf_core_type_size(struct upid);
	bpf_core_read(&nr, sizeof(nr), &at->nr);
	return (__u32)nr;
}

static __u32 tid_of(struct run_state *r, struct task_struct *task)
{
	return pid_in_pen(r, BPF_CORE_READ(task, thread_pid));
}

static __u32 pid_of(struct run_state *r, struct task_struct *task)
{
	return pid_in_pen(r, BPF_CORE_READ(task, group_leader, thread_pid));
}

static void fill_event(struct event *event, struct run_state *r, struct task_struct *task,
		       __u32 kind)
{
	event->kind = kind;
	event->host_pid = BPF_CORE_READ(task, tgid);
	event->host_tid = BPF_CORE_READ(task, pid);
	event->pid = pid_of(r, task);
	event->tid = tid_of(r, task);
	event->zero = 0;
	event->at_ns = bpf_ktime_get_ns();
}

static __u64 wake_flags(void)
{
	if (options.wants_wakes)
		return 0;
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= RING_WAKE_BYTES ? BPF_RB_FORCE_WAKEUP
									      : BPF_RB_NO_WAKEUP;
}

static void send_fork(struct run_state *r, struct task_struct *parent, struct task_struct *child)
{
	struct event_fork *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);

	if (!event) {
		count_lost(&r->lost_events);
		return;
	}
	fill_event(&event->event, r, child, EVENT_FORK);
	event->parent_host_pid = BPF_CORE_READ(parent, tgid);
	event->parent_pid = pid_of(r, parent);
	bpf_ringbuf_submit(event, wake_flags());
}

static void send_exec(struct run_state *r, struct task_struct *task, struct linux_binprm *bprm)
{
	struct event_exec *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	unsigned long start = BPF_CORE_READ(task, mm, arg_start);
	unsigned long len = BPF_CORE_READ(task, mm, arg_end) - start;

	if (!event) {
		count_lost(&r->lost_events);
		return;
	}
	fill_event(&event->event, r, task, EVENT_EXEC);
	event->zero = 0;
	if (bpf_probe_read_kernel_str(event->path, sizeof(event->path),
				      BPF_CORE_READ(bprm, filename)) < 0)
		event->path[0] = '\0';
	if (len > EVENT_ARGV)
		len = EVENT_ARGV;
	event->argv_len = (__u32)len;
	if (bpf_probe_read_user(event->argv, (__u32)len, (void *)start) < 0)
		event->argv_len = 0;
	bpf_ringbuf_submit(event, wake_flags());
}

#endif
