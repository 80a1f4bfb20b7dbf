/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock by which everything of a run is timed. */
#ifndef PINFOLD_BASE_CLOCK_H
#define PINFOLD_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Returns the time by CLOCK_MONOTONIC, in nanoseconds. */
static inline uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* Returns the CPU time that this thread has used, in nanoseconds. */
static inline uint64_t clock_thread_ns(void)
{
	struct timespec used;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * 1000000000U + (uint64_t)used.tv_nsec;
}

#endif
