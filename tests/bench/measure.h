/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs subjects in turn, again and again, so that whatever else the machine does falls on all of
 * them, and keeps what each run took.
 */
#ifndef PINFOLD_BENCH_MEASURE_H
#define PINFOLD_BENCH_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

enum { ROUNDS_MAX = 200, WORDS_MAX = 48, REASON_MAX = 160 };

enum figure {
	FIGURE_WALL,   /* milliseconds from start to end */
	FIGURE_OUTPUT, /* the number on the first line of its output */
	FIGURE_CPU,    /* milliseconds, of the process and the children that it waited for */
	FIGURE_MEMORY, /* most KiB resident of the process alone, only where it is watched */
	FIGURES
};

struct subject {
	const char *name;
	const char *words[WORDS_MAX]; /* NULL at the end */
	const char *needs;	      /* programs that must be there, by blanks; NULL: none */
	double size;		      /* units of work in one run; 0: not told by unit */
	size_t rounds;		      /* at most so many; 0: all of the table's */
	char why_not[REASON_MAX];     /* where it cannot be run, or its first run failed */
	double figures[FIGURES][ROUNDS_MAX];
	size_t n;
};

enum measure_flags {
	MEASURE_PINNED = 1,  /* all on one CPU */
	MEASURE_WATCHED = 2, /* stop each process at its end to read its own peak of memory */
};

/* Runs the N SUBJECTS for ROUNDS rounds, one after the other in each, with enum measure_flags.
 * Those that cannot be run are left out, with the reason. */
void measure(struct subject *subjects, size_t n, size_t rounds, unsigned int flags);

/* Returns the figure of SUBJECT at PART (0 to 1) of its runs in order: 0.5 is the median. */
double measure_quantile(const struct subject *subject, enum figure figure, double part);

#endif
