/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maps of a run in a tracer that other runs share; internal to this room. */
#ifndef PINFOLD_EBPF_SEAT_H
#define PINFOLD_EBPF_SEAT_H

#include <pthread.h>

#include "ebpf/ebpf.h"

/* One map on its way into the tracer's table. */
struct seat_insertion {
	pthread_t thread;
	bool is_running;
	_Atomic bool has_failed;
	int table, map;
	uint32_t run;
	uint64_t rights; /* capabilities that it takes, 1 << CAP_* */
};

struct seat {
	struct seat_insertion insertions[RUN_MAPS];
};

/* Returns whether tasks are left of an earlier run with the number RUN, or that cannot be known. */
bool seat_has_tasks(const int parts[EBPF_PARTS], uint32_t run);

/*
 * Fills in the maps of RUN in the tracer PARTS: those that an earlier run left there, or new ones.
 * The caller owns them, except for run 0, whose maps belong to the tracer. Returns false, with
 * nothing to close, if they cannot be had. seat_finish() must be called.
 */
bool seat_take(struct seat *seat, const int parts[EBPF_PARTS], uint32_t run,
	       int ret_maps[RUN_MAPS]);

/* Waits for what the kernel has yet to do. */
void seat_finish(struct seat *seat);

#endif
