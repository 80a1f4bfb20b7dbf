/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes that were running before the trace began; internal to this room. */
#ifndef PINFOLD_TRACE_ADOPT_H
#define PINFOLD_TRACE_ADOPT_H

#include "ebpf/ebpf_extra.h"
#include "trace/live.h"
#include "trace/process.h"

/* Starts to trace all threads of the processes marked as targets, adds those processes to TABLE and
 * reports them through LIVE. Returns 0 or -errno. */
int adopt_targets(const struct ebpf_extra *extra, struct process_table *table,
		  const struct live *live);

#endif
