/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a record to a policy. */
#ifndef PINFOLD_LEARN_LEARN_H
#define PINFOLD_LEARN_LEARN_H

#include <stdio.h>
#include <time.h>

#include "learn/call_family.h"
#include "record/network_use.h"
#include "record/record.h"

struct fleet;

struct learn_source {
	const struct record *record;
	char *const *command; /* NULL-terminated, for the comment at the head; NULL: not known */
	time_t started;
	const struct network_use *network; /* what it did with one by name; NULL: nothing */
	enum learn_args args;
	const struct policy *policy;	 /* that it ran under; NULL: not known */
	const struct settings *settings; /* those of the run; NULL: make no suggestions */
	bool has_pen;			 /* it ran in one of ours */
	bool has_no_set_id;		 /* no set-user-ID or set-group-ID file could be created */
	uint64_t memory_peak, pids_peak; /* UINT64_MAX: not known */
	unsigned int n_runs;		 /* number of runs in the record; 0 or 1: one */
	const struct fleet *fleet;	 /* whose record it is; NULL: that of one command */
	bool is_portable;	  /* include calls of other libraries, kernels and machines */
	const struct policy *old; /* what learn_extend_policy() adds to */
};

/*
 * Writes the policy under which what was recorded runs without a denial: every call by name, those
 * with few flags or commands by the values that were seen.
 */
void learn_write_policy(const struct learn_source *source, FILE *to);

/* Writes, as comments, how many reports are in FLEET, which was settled, and what only some of them
 * have. */
void learn_write_fleet(const struct fleet *fleet, FILE *to);

/*
 * Writes the text of the file NAME of SOURCE->old, and after it rules for what was recorded and
 * what none of its rules decides. What a denial written by record stops is allowed before that
 * denial; what any other denial stops remains denied, and is reported.
 */
void learn_extend_policy(const struct learn_source *source, const char *name, FILE *to);

#endif
