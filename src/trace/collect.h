/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the tracer's maps to the counts and denials of a record; internal to this room. */
#ifndef PINFOLD_TRACE_COLLECT_H
#define PINFOLD_TRACE_COLLECT_H

#include "ebpf/ebpf.h"
#include "ebpf/keys.h"
#include "filter/filter.h"
#include "record/record.h"
#include "trace/process.h"
#include "trace/sample.h"

/* Reads every map into *record, which has none of their contents yet, and adds what SAMPLES have on
 * the first call of each denial. KEEP is what was kept of calls that ran. Returns 0 or -errno. */
int collect_maps(const struct ebpf *ebpf, const struct policy *policy, const struct filter *filter,
		 enum keep keep, const struct sample_table *samples, struct record *record);

/* Adds the state of the whole RUN and the PROCESSES to *record, which has the maps already; times
 * are converted to count from the start of the command. */
void collect_run(const struct run_state *run, struct process_table *processes,
		 struct record *record);

/* Returns the pid in the initial pid namespace of the process that had PID in the pen at a time
 * since the start of the command; 0: not known. */
pid_t collect_host_pid(const struct record_processes *processes, pid_t pid, uint64_t at_ns);

#endif
