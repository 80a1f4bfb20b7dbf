/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is taken from a process or thread of ours before it reads what a hostile program made, or
 * lives beside one that does. */
#ifndef PINFOLD_CONFINE_CONFINE_H
#define PINFOLD_CONFINE_CONFINE_H

#include <stdint.h>

/*
 * Takes from the calling process, which watches a pen, for good: its capabilities but for those in
 * KEPT (bit 1 << CAP_*), the right to gain any, and every system call that the shipped policy
 * <supervisor> does not allow. It keeps its ids, and with them its rights over the pen's user
 * namespace, which it made. Of capabilities, which are a thread's, other threads must have given up
 * theirs before (confine_waiter()). Returns 0 or -errno: then it must not go on.
 */
int confine_supervisor(uint64_t kept);

/*
 * Takes from the calling thread its capabilities but for those in KEPT, and the right to gain any:
 * one that waits for the kernel while the process is confined. Returns 0 or -errno: then it must
 * not go on.
 */
int confine_waiter(uint64_t kept);

/*
 * Takes from the calling process, which is to open files and then to read them, the capabilities
 * that it does not need for that, the right to gain any, and by Landlock every right over files but
 * to read them: it may be root still. Returns 0 or -errno: then it must not go on.
 */
int confine_opener(void);

/*
 * Takes from the calling process, for good, its ids (as root), capabilities, the right to gain
 * any, and every system call that the shipped policy <symbols> does not allow. Seconds of CPU time
 * and bytes of memory are bounded too. Returns 0 or -errno: then it must not go on.
 */
int confine_reader(void);

#endif
