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
	bool is_early; /* the run is still going: stacks are not known yet */
};

/* Adds the denials among the collector's keys to its record, unsorted. */
void collect_denials(const struct collector *c);

/* Adds, while the run goes, those of the MOST keys whose last call was latest; the collector has
 * no keys yet. Returns 0 or -errno. */
int collect_latest(const struct collector *c, size_t most);

#endif
