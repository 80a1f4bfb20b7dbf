/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the tracer's keys into the failing calls of a record; internal to this room. */
#ifndef PINFOLD_TRACE_COLLECT_FAILURE_H
#define PINFOLD_TRACE_COLLECT_FAILURE_H

#include "bpf/failure.h"
#include "ebpf/ebpf.h"
#include "record/record.h"
#include "trace/sample.h"

/* Reads what failing calls named into record->failures, with the stacks that SAMPLES have. Times
 * are still by the kernel's clock, and programs not named yet. Returns 0 or -errno. */
int failure_collect(const struct ebpf *ebpf, const struct sample_table *samples,
		    struct record *record);

/* Returns whether an address is an internet address other than this machine's. */
bool failure_is_remote(const char *bytes, size_t len);

#endif
