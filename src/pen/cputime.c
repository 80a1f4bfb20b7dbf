// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * limit cputime: the CPU time of the whole pen. No kernel interface notifies when a cgroup has used
 * its share, so a timer checks: armed for the earliest moment at which all CPUs together could have
 * used what is left, it fires rarely at first, then more often as the end approaches. Must never
 * let the pen exceed the limit by more than the CPUs use in the shortest interval, and never tick
 * for a pen without such a limit.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/mem.h"
#include "cgroup/cgroup.h"
#include "pen/state.h"

static const uint64_t shortest_pause_ns = 1000000;

static const struct limit_setting *limit_of(const struct pen *pen)
{
	return &pen->plan.request->settings->limits[LIMIT_CPUTIME];
}

/* Returns an upper bound on the CPUs that can run the pen at once: the size of the kernel's CPU
 * mask, which is rounded up and needs no /sys. The CPUs set in the mask are no bound, because the
 * command may add others. */
static uint64_t cpus_of(const struct pen *pen)
{
	const struct limit_setting *cpu = &pen->plan.request->settings->limits[LIMIT_CPU];
	unsigned long
		mask[8192 / (8 * sizeof(unsigned long))]; /* the most that x86 can be built for */
	long bytes = syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask);
	uint64_t cpus = bytes > 0 ? (uint64_t)bytes * 8 : sizeof(mask) * 8;

	if (is_written(&cpu->place) && cpu->value < cpus * 100)
		cpus = (cpu->value + 99) / 100;
	return cpus;
}

static int arm(const struct pen *pen, uint64_t left_ns)
{
	uint64_t pause = left_ns / pen->cpus;
	struct itimerspec when = { 0 };

	if (pause < shortest_pause_ns)
		pause = shortest_pause_ns;
	when.it_value.tv_sec = (time_t)(pause / 1000000000U);
	when.it_value.tv_nsec = (long)(pause % 1000000000U);
	return timerfd_settime(pen->cpu_timer, 0, &when, NULL) < 0 ? -errno : 0;
}

int cputime_start(struct pen *pen)
{
	const struct limit_setting *limit = limit_of(pen);

	if (!is_written(&limit->place))
		return 0;
	pen->cpus = cpus_of(pen);
	pen->cpu_timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return pen->cpu_timer < 0 ? -errno : arm(pen, limit->value);
}

bool cputime_is_over(const struct pen *pen)
{
	const struct limit_setting *limit = limit_of(pen);
	uint64_t used;

	if (!is_written(&limit->place))
		return false;
	/* Time that can no longer be counted cannot be limited: that kills the pen, too. */
	return !cgroup_cpu_ns(pen->cgroup, &used) || used >= limit->value;
}

bool cputime_look(struct pen *pen)
{
	const struct limit_setting *limit = limit_of(pen);
	uint64_t used, count;

	if (read(pen->cpu_timer, &count, sizeof(count)) != (ssize_t)sizeof(count))
		return false;
	return !cgroup_cpu_ns(pen->cgroup, &used) || used >= limit->value ||
	       arm(pen, limit->value - used) < 0;
}
