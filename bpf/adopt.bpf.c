// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks that run already: from a process that is marked as a target to all of its threads. The
 * programs walk over all tasks when they are read, write what they found, and change no task but
 * the target's.
 */
#define ONE_RUN
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/process.h"
#include "bpf/task.h"

char LICENSE[] SEC("license") = "GPL";

/* What the kernel gives to a program that walks over tasks (kernel/bpf/task_iter.c). */
struct bpf_iter_meta {
	struct seq_file *seq;
} CORE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} CORE;

/*
 * What the first sys_exit of an adopted task means, if no sys_enter comes before it. A task that
 * does not run is in a call exactly if its last entry into the kernel was one; for one that runs,
 * those registers may be those of a call that has ended.
 */
static __u8 first_exit(struct task_struct *task)
{
	if ((long)regs_of(task)->orig_ax == -1)
		return FIRST_EXIT_DENIED;
	if (BPF_CORE_READ(task, on_cpu))
		return FIRST_EXIT_UNSURE;
	return FIRST_EXIT_IGNORED;
}

/* Gives whether TASK is traced from now on. */
static bool adopt(struct task_struct *task)
{
	struct task_state init = { .role = ROLE_TARGET };
	struct task_state *state = find_state(task, stack_of(task));
	struct task_state *leader;

	if (!state) {
		leader = find_state(task->group_leader, stack_of(task->group_leader));
		if (!leader || (leader->role != ROLE_TARGET && leader->role != ROLE_TRACED))
			return false;
		init.generation = leader->generation;
		state = bpf_task_storage_get(&tasks, task, &init, BPF_LOCAL_STORAGE_GET_F_CREATE);
	}
	if (!state || state->role != ROLE_TARGET)
		return false;
	/* Once the role is set the task's own programs read the rest. */
	state->is_new = FIRST_EXIT_UNSURE;
	note_stored(stack_of(task));
	barrier();
	state->role = ROLE_TRACED;
	barrier();
	if (state->is_new)
		state->is_new = first_exit(task);
	return true;
}

static bool is_counted(struct task_struct *task)
{
	struct task_state *state = find_state(task, stack_of(task));

	return state && state->role == ROLE_TRACED;
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

	if (!task || task->flags & PF_EXITING || !is_counted(task))
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
		/* A cgroup begins with its own state (cgroup_parent()). */
		cgroup = (struct cgroup *)BPF_CORE_READ(cgroup, self.parent);
	}
	return false;
}

/* TASK is traced when the reader of this event has adopted it. */
static void make_target(struct task_struct *task)
{
	struct task_state init = { .role = ROLE_TARGET };
	struct run_state *r = get_run(0);
	struct event_draft *d = get_event_draft();

	if (!r || !d || find_state(task, stack_of(task)))
		return;
	init.generation = r->generation;
	if (!bpf_task_storage_get(&tasks, task, &init, BPF_LOCAL_STORAGE_GET_F_CREATE)) {
		count_lost(&r->lost_tasks);
		return;
	}
	fill_event(&d->any, r, task, EVENT_TARGET);
	send_event(0, r, sizeof(d->any));
}

/* A process is moved; it is told by its leader. */
SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(on_enter_cgroup, struct cgroup *to, const char *path, struct task_struct *task,
	     bool is_process)
{
	if (is_below_target(to))
		make_target(task);
	return 0;
}

/* A process is made there by one outside (CLONE_INTO_CGROUP, version 2). */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork_into_cgroup, struct task_struct *parent, struct task_struct *child)
{
	/* What one of ours makes is traced already, and from its first call on. */
	if (options.hierarchy || find_state(parent, stack_of(parent)))
		return 0;
	if (is_below_target(BPF_CORE_READ(child, cgroups, dfl_cgrp)))
		make_target(child);
	return 0;
}
