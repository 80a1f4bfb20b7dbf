/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a filter of a task consults a listener, whose answer a call may wait for. Kernel side
 * only. */
#ifndef PINFOLD_BPF_LISTENER_H
#define PINFOLD_BPF_LISTENER_H

#include "bpf/core_types.h"

#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

enum { MOST_FILTERS = 128 }; /* examined at most: with more, one may have a listener */

struct listener_query {
	struct seccomp_filter *filter;
	__u64 is_found;
};

static long look_at_filter(__u64 i, struct listener_query *query)
{
	struct seccomp_filter *filter = query->filter;

	if (!filter)
		return 1;
	if (BPF_CORE_READ(filter, notif)) {
		query->is_found = 1;
		return 1;
	}
	query->filter = BPF_CORE_READ(filter, prev);
	return 0;
}

static bool has_listener(struct task_struct *task)
{
	struct listener_query query = { .filter = BPF_CORE_READ(task, seccomp.filter) };

	return bpf_loop(MOST_FILTERS, look_at_filter, &query, 0) == MOST_FILTERS || query.is_found;
}

#endif
