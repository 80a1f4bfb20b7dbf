/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What came of 'pinfold run' with some options, on a command that does nothing. */
#ifndef PINFOLD_DOCTOR_TRIAL_H
#define PINFOLD_DOCTOR_TRIAL_H

#include <stdbool.h>

#include "base/machine_row.h"
#include "record/trace_source.h"

enum { TRIAL_TEXT = 512, TRIAL_NOTES = 8 };

/* Filled in by another process: plain data. */
struct trial {
	bool works;		  /* the command was reached */
	char message[TRIAL_TEXT]; /* if not: the error of 'run', */
	char hint[TRIAL_TEXT];	  /* its hint, if any, */
	enum machine_row row;	  /* and what of the machine it names */
	enum trace_source source; /* of the report */
	char why[TRIAL_TEXT];	  /* no better one could be used; empty: nothing was missing */
	unsigned long namespaces; /* CLONE_NEW* */
	int cgroup_version;	  /* 0: no cgroup */
	bool has_pids;		  /* the default limit on processes holds */
	char notes[TRIAL_NOTES][TRIAL_TEXT]; /* which defaults could not be applied */
};

/* Runs 'run' with OPTIONS (words, NULL at the end; 8 at most) in a child, and fills in *RET. */
typedef void trial_maker(const char *const *options, struct trial *ret);

#endif
