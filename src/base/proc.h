/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What /proc reports about a process. */
#ifndef PINFOLD_BASE_PROC_H
#define PINFOLD_BASE_PROC_H

#include <stdint.h>
#include <sys/types.h>

/* From /proc/PID/stat, see proc_pid_stat(5). */
struct proc_stat {
	char state;
	pid_t parent;
	uint64_t start;		     /* ticks since boot */
	uint64_t arg_start, env_end; /* addresses; 0: not visible to the reader */
};

/* Reads the file "stat" below DIR, a process's folder in /proc, into *RET. Returns 0 or -errno. */
int proc_read_stat(int dir, struct proc_stat *ret);

/* Reads the stat file of process PID into *RET. Returns 0 or -errno; -ENOENT: no such process. */
int proc_find_stat(pid_t pid, struct proc_stat *ret);

/* Returns the stat of this process, all zeros where /proc is not mounted. It is read only once,
 * because the kernel takes a while to produce it: STATE is as of that read. */
const struct proc_stat *proc_own_stat(void);

#endif
