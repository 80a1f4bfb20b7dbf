/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arguments of a process that still runs, as /proc has them; inside this room only. */
#ifndef PINFOLD_TRACE_CMDLINE_H
#define PINFOLD_TRACE_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* So many bytes of arguments are read of one process. */
enum { CMDLINE_MAX = 1 << 17 };

/* Returns whether the kernel's numbers of processes are those of /proc, as they are in the first
 * pid namespace only. */
bool cmdline_is_known(void);

/* Returns the arguments of the process PID, terminated strings one after the other, freed by the
 * caller, with their length in bytes, at most CMDLINE_MAX, in *ret_len; or NULL. */
char *cmdline_read(pid_t pid, size_t *ret_len);

#endif
