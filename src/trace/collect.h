/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the tracer's maps to the counts and denials of a record; inside this room only. */
#ifndef PINFOLD_TRACE_COLLECT_H
#define PINFOLD_TRACE_COLLECT_H

#include "filter/filter.h"
#include "trace/ebpf.h"
#include "trace/record.h"
#include "trace/sample.h"

/* Reads every map into *record, which holds nothing of them yet, and gives each denial what
 * SAMPLES tell of its first call. Gives 0 or -errno. */
int collect_maps(const struct ebpf *ebpf, const struct policy *policy, const struct filter *filter,
		 const struct sample_table *samples, struct record *record);

#endif
