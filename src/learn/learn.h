/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a record to a policy. */
#ifndef PINFOLD_LEARN_LEARN_H
#define PINFOLD_LEARN_LEARN_H

#include <stdio.h>
#include <time.h>

#include "learn/call_family.h"
#include "record/record.h"

struct learn_source {
	const struct record *record;
	char *const *command; /* NULL at the end, for the comment at its head; NULL: not known */
	time_t started;
	enum learn_args args;
	const struct policy *policy;	 /* under which it ran; NULL: not known */
	const struct settings *settings; /* what the run had; NULL: nothing is to be suggested */
	bool has_pen;			 /* it ran in one of ours */
	bool has_no_set_id;		 /* no set-user-ID or set-group-ID file could be made */
	uint64_t memory_peak, pids_peak; /* UINT64_MAX: not known */
	unsigned int n_runs;		 /* that are in the record; 0 or 1: one */
	bool is_portable;		 /* calls of other libraries, kernels and machines too */
	const struct policy *old;	 /* what learn_extend_policy() adds to */
};

/*
 * Writes the policy under which what was recorded runs without a denial: every call by name, those
 * with few flags or commands by the values that were seen.
 */
void learn_write_policy(const struct learn_source *source, FILE *to);

/*
 * Writes the text of the file NAME of SOURCE->old, and behind it rules for what was recorded and no
 * rule of it decides. What a denial keeps from the run that record itself wrote is allowed before
 * that; what another denies stays denied, and is reported.
 */
void learn_extend_policy(const struct learn_source *source, const char *name, FILE *to);

#endif
