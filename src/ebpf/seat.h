/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maps of a run in a tracer that other runs share; inside this room only. */
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

/* Returns whether tasks of a run RUN live, which had this number before. */
bool seat_has_tasks(const int parts[EBPF_PARTS], uint32_t run);

/*
 * Returns the maps of RUN in the tracer PARTS, owned by the caller, but of run 0, whose are the
 * tracer's: those that a run before it has left there, or new ones. Returns false, with nothing to
 * close, if they cannot be had. seat_finish() must be called.
 */
bool seat_take(struct seat *seat, const int parts[EBPF_PARTS], uint32_t run,
	       int ret_maps[RUN_MAPS]);

/* Waits for what the kernel has still to do. */
void seat_finish(struct seat *seat);

#endif
