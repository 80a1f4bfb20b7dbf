/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that ran before the trace began, as they are found; inside this room only. */
#ifndef PINFOLD_TRACE_ADOPT_H
#define PINFOLD_TRACE_ADOPT_H

#include "ebpf/ebpf_extra.h"
#include "trace/live.h"
#include "trace/process.h"

/*
 * Lets all threads of the processes that are marked as targets be traced, and adds those processes
 * to TABLE, of which LIVE tells. Returns 0 or -errno.
 */
int adopt_targets(const struct ebpf_extra *extra, struct process_table *table,
		  const struct live *live);

#endif
