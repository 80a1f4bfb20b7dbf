// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks that already run: from a process that is marked as a target to all of its threads. The
 * programs walk over all tasks when they are read, write what they found, and change no tasks
 * except the target's.
 */
#define ONE_RUN
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/listener.h"
#include "bpf/process.h"
#include "bpf/task.h"

char LICENSE[] SEC("license") = "GPL";

/* What the kernel passes to a program that walks over tasks (kernel/bpf/task_iter.c). */
struct bpf_iter_meta {
	struct seq_file *seq;
} CORE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} CORE;

#define ENOSYS 38

/* What a task may wait for (linux/sched.h), without what ends a wait. */
#define TASK_INTERRUPTIBLE   0x1
#define TASK_UNINTERRUPTIBLE 0x2
#define TASK_STOPPED	     0x4
#define TASK_TRACED	     0x8
#define TASK_FROZEN	     0x8000	 /* by the freezer of version 1, since Linux 6.1 */
#define JOBCTL_TRAP_FREEZE   (1UL << 23) /* linux/sched/jobctl.h: by that of version 2 */

/* A call gets its result before it passes sys_exit; until then its slot holds what the entry stored
 * there (arch/x86/entry/entry_64.S), which is a result as well. */
static bool has_result(const struct pt_regs *regs)
{
	return (int)regs->ax != -ENOSYS;
}

/* Whether the freezer took a task while it slept: since Linux 6.6 it saves the state. */
static bool is_frozen_asleep(struct task_struct *task)
{
	return bpf_core_field_exists(task->saved_state) && BPF_CORE_READ(task, saved_state);
}

/* For a task that waits and whose last entry into the kernel was a call: the result is read before
 * the state. */
static __u8 first_exit_of_waiting(struct task_struct *task, unsigned int waits, bool has_ended)
{
	bool is_trapped = BPF_CORE_READ(task, jobctl) & JOBCTL_TRAP_FREEZE;

	/* A stop by a signal comes after sys_exit, and so do the freezers; but that of version 1
	 * also takes a task that sleeps in a call. */
	if (waits & TASK_STOPPED)
		return FIRST_EXIT_DENIED;
	if (has_ended && (waits & TASK_FROZEN || (waits & TASK_INTERRUPTIBLE && is_trapped)))
		return FIRST_EXIT_DENIED;
	if (!has_ended && waits & TASK_FROZEN && is_frozen_asleep(task))
		return FIRST_EXIT_IGNORED;
	if (!has_ended && !is_trapped && waits & (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE))
		return has_listener(task) ? FIRST_EXIT_UNSURE : FIRST_EXIT_IGNORED;
	return FIRST_EXIT_UNSURE;
}

/*
 * What the first sys_exit of an adopted task means, if no sys_enter comes before it. A task is
 * outside a call if its last entry into the kernel was not a call, and inside one if it sleeps
 * there, possibly prolonged by the freezer of version 1. For a task that runs, or could run, the
 * registers may be those of a call that has ended; when stopped by a tracer it may be before, in or
 * after one; and one that waits for a listener's answer has not entered its call.
 */
static __u8 first_exit(struct task_struct *task)
{
	struct pt_regs *regs = regs_of(task);
	bool has_ended = has_result(regs);
	unsigned int waits;

	barrier();
	waits = BPF_CORE_READ(task, __state);
	if ((long)regs->orig_ax == -1)
		return FIRST_EXIT_OUTSIDE;
	if (BPF_CORE_READ(task, on_cpu))
		return FIRST_EXIT_UNSURE;
	return first_exit_of_waiting(task, waits, has_ended);
}

/* Returns whether TASK is traced from now on. */
static bool adopt(struct task_struct *task)
{
	struct task_state init = { .role = ROLE_TARGET };
	struct task_state *state = find_state(task, stack_of(task));
	struct task_state *leader;

	if (!state) {
		leader = find_state(task->group_leader, stack_of(task->group_leader));
		if (!leader || (leader->role != ROLE_TARGET && leader->role != ROLE_TRACED &&
				leader->role != ROLE_WAITING))
			return false;
		init.generation = leader->generation;
		if (leader->role == ROLE_WAITING)
			init.role = ROLE_WAITING;
		state = bpf_task_storage_get(&tasks, task, &init, BPF_LOCAL_STORAGE_GET_F_CREATE);
	}
	if (!state || state->role != ROLE_TARGET)
		return false;
	/* Once the role is set, the task's own programs read the rest, and write all but this. */
	state->first_exit = FIRST_EXIT_UNSURE;
	state->is_new = true;
	note_stored(stack_of(task));
	barrier();
	state->role = ROLE_TRACED;
	barrier();
	state->first_exit = first_exit(task);
	return true;
}

/* Whether the trace must go on for TASK. */
static bool is_awaited(struct task_struct *task)
{
	struct task_state *state = find_state(task, stack_of(task));

	return state && (state->role == ROLE_TRACED || state->role == ROLE_WAITING);
}

static int write_task(struct bpf_iter__task *ctx, struct task_struct *task)
{
	struct found_task found = { .host_pid = task->tgid, .host_tid = task->pid };

	bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
	return 0;
}

SEC("iter/task")
int adopt_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (!task || task->flags & PF_EXITING || !adopt(task))
		return 0;
	return write_task(ctx, task);
}

SEC("iter/task")
int list_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (!task || task->flags & PF_EXITING || !is_awaited(task))
		return 0;
	return write_task(ctx, task);
}

/* Bounds the walk to the root of a hierarchy. */
enum { DEEPEST_CGROUP = 64 };

static bool is_below_target(struct cgroup *cgroup)
{
	if (!options.cgroup_id ||
	    (__u32)BPF_CORE_READ(cgroup, root, hierarchy_id) != options.hierarchy)
		return false;
	for (int i = 0; i < DEEPEST_CGROUP && cgroup; i++) {
		if (BPF_CORE_READ(cgroup, kn, id) == options.cgroup_id)
			return true;
		/* A cgroup starts with its own state (cgroup_parent()). */
		cgroup = (struct cgroup *)BPF_CORE_READ(cgroup, self.parent);
	}
	return false;
}

/* TASK is traced once the reader of this event has adopted it, or, without the reader, once it has
 * executed its program. */
static void make_target(struct task_struct *task)
{
	struct task_state init = { .role = options.mount_ns ? ROLE_WAITING : ROLE_TARGET };
	struct run_state *r = get_run(0);
	struct event_draft *d = get_event_draft();

	if (!r || !d || find_state(task, stack_of(task)))
		return;
	init.generation = r->generation;
	if (!bpf_task_storage_get(&tasks, task, &init, BPF_LOCAL_STORAGE_GET_F_CREATE)) {
		atomic_increment(&r->lost_tasks);
		return;
	}
	if (options.mount_ns)
		return;
	fill_event(0, address_of(task), EVENT_TARGET);
	send_event(0, r, sizeof(d->any));
}

/* A process was moved here; it is reported by its leader. */
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_enter_cgroup, struct cgroup *to, const char *path, struct task_struct *task,
	     bool is_process)
{
	if (is_below_target(to))
		make_target(task);
	return 0;
}

/* A process was created here from outside (CLONE_INTO_CGROUP, version 2). */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork_into_cgroup, struct task_struct *parent, struct task_struct *child)
{
	/* What one of our tasks creates is traced already, from its first call on. */
	if (options.hierarchy || find_state(parent, stack_of(parent)))
		return 0;
	if (is_below_target(BPF_CORE_READ(child, cgroups, dfl_cgrp)))
		make_target(child);
	return 0;
}

/*
 * What a container's runtime does before the command's exec is not the command's. A runtime may
 * also execute itself once more, but not in the container's mount namespace (runc, which copies
 * itself first: CVE-2019-5736). Attached before on_exec, which then starts to count.
 */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec_waiting, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct task_state *state;

	if (!options.mount_ns)
		return 0;
	state = find_state(task, stack_of(task));
	if (state && state->role == ROLE_WAITING &&
	    BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum) == options.mount_ns)
		state->role = ROLE_LAUNCHING;
	return 0;
}
