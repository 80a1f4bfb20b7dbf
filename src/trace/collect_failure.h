/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the tracer's keys to the failing calls of a record; inside this room only. */
#ifndef PINFOLD_TRACE_COLLECT_FAILURE_H
#define PINFOLD_TRACE_COLLECT_FAILURE_H

#include "bpf/failure.h"
#include "ebpf/ebpf.h"
#include "record/record.h"
#include "trace/sample.h"

/* Reads what failing calls named into record->failures, with the stacks that SAMPLES have. Times
 * are those of the kernel's clock, and programs are not named yet. Returns 0 or -errno. */
int failure_collect(const struct ebpf *ebpf, const struct sample_table *samples,
		    struct record *record);

/* Returns whether an address is of the internet, and not of this machine. */
bool failure_is_remote(const char *bytes, size_t len);

#endif
