/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The arguments of a running process, from /proc; internal to this room. */
#ifndef PINFOLD_TRACE_CMDLINE_H
#define PINFOLD_TRACE_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How many bytes of arguments are read from one process. */
enum { CMDLINE_MAX = 1 << 17 };

/* Returns whether the pids in the kernel are those in /proc, which is so in the initial pid
 * namespace only. */
bool cmdline_is_known(void);

/* Returns the arguments of the process PID as consecutive terminated strings, freed by the caller,
 * with their length in bytes (at most CMDLINE_MAX) in *ret_len; or NULL. */
char *cmdline_read(pid_t pid, size_t *ret_len);

#endif
