/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process of ours that is about to read what a hostile program made. */
#ifndef PINFOLD_TRACE_CONFINE_H
#define PINFOLD_TRACE_CONFINE_H

#include <stdint.h>

#include "filter/filter.h"

/* Gives 0 with the filter of the shipped policy NAME, compiled and proved, freed by the caller; its
 * policy is gone, and with it what its verdicts lead to. Gives -errno where that fails. */
int confine_prepare(const char *name, struct filter **ret_filter);

/*
 * Takes from the calling process, which watches a pen, for good: its capabilities but for those in
 * KEPT (bit 1 << CAP_*), the right to gain any, and every system call that FILTER does not allow.
 * It keeps its ids, and with them its rights over the pen's user namespace, which it made. Gives 0
 * or -errno: then it must not go on.
 */
int confine_supervisor(const struct filter *filter, uint64_t kept);

/*
 * Takes from the calling process, for good, its ids (as root), capabilities, the right to gain
 * any, and every system call that the shipped policy NAME ("<symbols>") does not allow. Seconds of
 * CPU time and bytes of memory are bounded too. Gives 0 or -errno: then it must not go on.
 */
int confine_self(const char *name);

#endif
