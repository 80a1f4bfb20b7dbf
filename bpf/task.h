/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A task and its state, which is kept in the kernel's own storage. Kernel side only. */
#ifndef PINFOLD_BPF_TASK_H
#define PINFOLD_BPF_TASK_H

#include "bpf/core_types.h"

#include "bpf/call.h"

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} tasks SEC(".maps");

/* A task of the pen that is counted, or NULL. */
static struct task_state *get_traced(struct task_struct *task)
{
	struct task_state *state = bpf_task_storage_get(&tasks, task, 0, 0);

	return state && state->role == ROLE_TRACED ? state : 0;
}

static __u32 current_abi(struct task_struct *task, __u32 nr)
{
	return abi_of(task->thread_info.status, nr);
}

#endif
