/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is measured beside what, as rows of data. */
#ifndef PINFOLD_BENCH_TABLES_H
#define PINFOLD_BENCH_TABLES_H

#include "tests/bench/measure.h"

enum { SUBJECTS_MAX = 14 };

struct table {
	const char *name, *about;
	enum figure figure; /* which of a run's figures is shown */
	double scale;	    /* by which it is multiplied; 0: not */
	unsigned int flags; /* enum measure_flags */
	bool is_by_hand;    /* only when it is named */
	size_t rounds;
	const char *base; /* the subject that the others are compared with */
	struct subject subjects[SUBJECTS_MAX];
};

/* Ends with a table without name. */
extern struct table tables[];

#endif
