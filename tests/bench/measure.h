/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs subjects in turn, again and again, so that whatever else the machine does falls on all of
 * them, and keeps what each run took.
 */
#ifndef PINFOLD_BENCH_MEASURE_H
#define PINFOLD_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

enum { ROUNDS_MAX = 1000, WORDS_MAX = 48 };

struct subject {
	const char *name;
	const char *words[WORDS_MAX]; /* NULL at the end */
	const char *needs;	      /* a program that must be there; NULL: none */
	const char *why_not;	      /* set where it is not, or its first run failed */
	double value[ROUNDS_MAX];     /* milliseconds, or the number that it printed */
	double cpu_ms[ROUNDS_MAX];    /* of the process and its children that it waited for */
	double memory_kib[ROUNDS_MAX];
	size_t n;
};

/* Whether a run's value is its wall time, or the number on the first line of its output. */
enum measure_what { MEASURE_WALL, MEASURE_OUTPUT };

/* Runs the N SUBJECTS for ROUNDS rounds, one after the other in each. With IS_PINNED all on one
 * CPU. Those that cannot be run are left out, with the reason. */
void measure(struct subject *subjects, size_t n, size_t rounds, enum measure_what what,
	     bool is_pinned);

/* Gives the value at PART (0 to 1) of the N VALUES in order: 0.5 is the median. */
double measure_quantile(const double *values, size_t n, double part);

#endif
