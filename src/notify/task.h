/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be read about a task that waits for us; internal to this room. */
#ifndef PINFOLD_NOTIFY_TASK_H
#define PINFOLD_NOTIFY_TASK_H

#include <stdint.h>
#include <sys/types.h>

#include "bpf/event.h"

/* 0 and empty where /proc does not say. */
struct task_names {
	pid_t host_pid; /* of its process */
	pid_t pid, tid; /* as in its own pid namespace */
	char comm[EVENT_COMM];
};

void task_read_names(pid_t host_tid, struct task_names *ret_names);

/* Which arguments of a call point to something that can be shown: bit 1 << argument. */
struct task_pointers {
	uint8_t strings, addresses; /* an address is followed by its size */
};

/* Stores in SEEN, as text that is safe to print and is freed by the caller, what the arguments
 * point to; what cannot be read stays as it was. */
void task_read_pointers(pid_t host_tid, const struct task_pointers *pointers,
			const uint64_t args[EVENT_ARGS], char *seen[EVENT_ARGS]);

#endif
