/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of reading the maps of a run; internal to this room. */
#ifndef PINFOLD_TRACE_COLLECTOR_H
#define PINFOLD_TRACE_COLLECTOR_H

#include <stddef.h>

#include "trace/collect.h"

struct collector {
	const struct ebpf *ebpf;
	const struct call_key *keys;
	const union call_value *values; /* of the keys */
	size_t n_keys;
	const struct policy *policy;
	const struct filter *filter;
	enum keep keep;
	const struct sample_table *samples;
	struct record *record;
};

/* Adds the denials among the collector's keys to its record, unsorted. */
void collect_denials(const struct collector *c);

#endif
