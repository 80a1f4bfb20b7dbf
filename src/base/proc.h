/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /proc tells of a process. */
#ifndef PINFOLD_BASE_PROC_H
#define PINFOLD_BASE_PROC_H

#include <stdint.h>
#include <sys/types.h>

/* Of /proc/PID/stat, as proc_pid_stat(5) has it. */
struct proc_stat {
	char state;
	pid_t parent;
	uint64_t start;		     /* ticks since boot */
	uint64_t arg_start, env_end; /* addresses; 0: the reader may not know them */
};

/* Reads the file "stat" below DIR, a folder of /proc, into *RET. Returns 0 or -errno. */
int proc_read_stat(int dir, struct proc_stat *ret);

/* Reads what /proc says of the process PID into *RET. Returns 0 or -errno; -ENOENT: there is none.
 */
int proc_find_stat(pid_t pid, struct proc_stat *ret);

/* Returns what /proc says of this process, all zeros where /proc is not there. It is read once,
 * since the kernel takes a while to write it: of STATE this holds what it was. */
const struct proc_stat *proc_own_stat(void);

#endif
