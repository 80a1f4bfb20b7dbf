/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runs of 'record --runs' before the last one. */
#ifndef PINFOLD_CMD_RECORD_RUNS_H
#define PINFOLD_CMD_RECORD_RUNS_H

#include <stdio.h>

#include "cmd/options.h"
#include "record/record_copy.h"

struct record_runs {
	struct record_copy *v;
	size_t n, cap;
	int status; /* the first exit status of the command that was not 0 */
};

/*
 * Runs the command as often as requested, except for the last time, each in a separate process:
 * RECORD_ONCE, which returns an exit status and writes the run's report in JSON to its stream.
 * Returns 0 with the runs in *ret_runs, which the caller finishes with record_runs_finish(), or the
 * exit status if one could not be recorded.
 */
int record_runs_make(const struct options *options,
		     int (*record_once)(const struct options *options, FILE *report),
		     struct record_runs *ret_runs);

void record_runs_finish(struct record_runs *runs);

#endif
