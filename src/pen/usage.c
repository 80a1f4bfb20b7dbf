// SPDX-License-Identifier: GPL-2.0-or-later
/* What a run has used, by the best that counted it. */
#include <stdint.h>

#include "cgroup/cgroup.h"
#include "pen/state.h"

/* Takes what the cgroup COUNTED, if it did, else what *VALUE is by *SOURCE. */
static void take_counted(uint64_t counted, uint64_t *value, const char **source)
{
	if (counted == UINT64_MAX)
		return;
	*value = counted;
	*source = "cgroup";
}

void pen_fill_resources(const struct pen *pen, struct pen_resources *ret)
{
	const struct rusage *usage = &pen->usage;
	const struct cgroup_usage counted = cgroup_read_usage(pen->cgroup);
	uint64_t us = (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000U +
		      (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);

	*ret = (struct pen_resources){
		.cpu_ns = us * 1000,
		.memory_peak = (uint64_t)usage->ru_maxrss * 1024,
		.pids_peak = UINT64_MAX,
		.oom_kills = UINT64_MAX,
		.sources = { .cpu_ns = "rusage", .memory_peak = "rusage" },
	};
	take_counted(counted.cpu_ns, &ret->cpu_ns, &ret->sources.cpu_ns);
	take_counted(counted.memory_peak, &ret->memory_peak, &ret->sources.memory_peak);
	take_counted(counted.pids_peak, &ret->pids_peak, &ret->sources.pids_peak);
	take_counted(counted.oom_kills, &ret->oom_kills, &ret->sources.oom_kills);
	ret->source = ret->sources.memory_peak;
}
