/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the counters of a run while it goes; internal to this room. */
#ifndef PINFOLD_TRACE_TALLY_H
#define PINFOLD_TRACE_TALLY_H

#include <stddef.h>

#include "ebpf/ebpf.h"
#include "trace/trace.h"

/* As trace_count(). LIVING: how many processes there are, as far as events say. */
int tally_read(const struct ebpf *ebpf, size_t living, struct trace_counts *ret_counts,
	       struct trace_numbers *ret_numbers);

#endif
