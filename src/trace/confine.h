/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process of ours that is about to read what a hostile program made. */
#ifndef PINFOLD_TRACE_CONFINE_H
#define PINFOLD_TRACE_CONFINE_H

#include <stdint.h>

/*
 * Takes from the calling process, which watches a pen, for good: its capabilities but for those in
 * KEPT (bit 1 << CAP_*), the right to gain any, and every system call that the shipped policy
 * <supervisor> does not allow. It keeps its ids, and with them its rights over the pen's user
 * namespace, which it made. Gives 0 or -errno: then it must not go on.
 */
int confine_supervisor(uint64_t kept);

/*
 * Takes from the calling process, for good, its ids (as root), capabilities, the right to gain
 * any, and every system call that the shipped policy <symbols> does not allow. Seconds of CPU time
 * and bytes of memory are bounded too. Gives 0 or -errno: then it must not go on.
 */
int confine_reader(void);

#endif
