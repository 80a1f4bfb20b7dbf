// SPDX-License-Identifier: GPL-2.0-or-later
/* The newest denials of a run that is still going. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "trace/collector.h"

/* A key with its value. */
struct counted_key {
	const struct call_key *key;
	const union call_value *value;
};

static int compare_times(const void *a, const void *b)
{
	const struct counted_key *x = a, *y = b;
	uint64_t x_ns = x->value->denial.last_ns, y_ns = y->value->denial.last_ns;

	return (x_ns < y_ns) - (x_ns > y_ns);
}

int collect_latest(const struct collector *of, size_t most)
{
	auto_free void *keys = NULL, *values = NULL;
	auto_free struct counted_key *found = NULL;
	auto_free struct call_key *newest = mem_alloc(most * sizeof(*newest));
	auto_free union call_value *counts = mem_alloc(most * sizeof(*counts));
	struct collector c = *of;
	size_t all, n = 0;
	int err = ebpf_read_map(ebpf_map_fd(c.ebpf, RUN_KEYS), &keys, &values, &all);

	if (err)
		return err;
	found = mem_alloc(all * sizeof(*found) + sizeof(*found));
	for (size_t i = 0; i < all; i++)
		if (((const struct call_key *)keys)[i].kind == KEY_DENIAL)
			found[n++] = (struct counted_key){ (const struct call_key *)keys + i,
							   (const union call_value *)values + i };
	qsort(found, n, sizeof(*found), compare_times);
	for (; c.n_keys < n && c.n_keys < most; c.n_keys++) {
		newest[c.n_keys] = *found[c.n_keys].key;
		counts[c.n_keys] = *found[c.n_keys].value;
	}
	c.is_early = true;
	c.keys = newest;
	c.values = counts;
	if (!c.record->rule_hits)
		c.record->rule_hits =
			mem_alloc(c.policy->n_rules * sizeof(uint64_t) + sizeof(uint64_t));
	collect_denials(&c);
	return 0;
}
