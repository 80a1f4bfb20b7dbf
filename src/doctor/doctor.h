/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pinfold can do on this machine, for this user: each thing that it depends on is tried, in
 * children that end, and what 'run' itself does is tried by running it.
 */
#ifndef PINFOLD_DOCTOR_DOCTOR_H
#define PINFOLD_DOCTOR_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/machine_row.h"
#include "doctor/trial.h"

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_LIMITED, /* something is not available, and there is a substitute */
	DOCTOR_MISSING,
	DOCTOR_UNKNOWN, /* it cannot be tried */
	DOCTOR_STATES,
};

/* Returns the name of a state. */
const char *doctor_state_name(enum doctor_state state);

/* What trying one thing showed. */
struct diagnosis {
	enum doctor_state state;
	const char *tries;   /* what was tried */
	char *found;	     /* what was seen */
	const char *follows; /* what follows from the state; NULL: nothing to say */
	char *remedy;	     /* how to change it: a command, a setting; NULL: nothing to change */
};

enum doctor_net {
	DOCTOR_NET_NONE,
	DOCTOR_NET_HOST,
	DOCTOR_NET_USER,
	DOCTOR_NET_RELAY,
	DOCTOR_NETS
};

struct doctor {
	struct diagnosis diagnoses[MACHINE_ROWS];
	struct trial run;	   /* without options */
	bool has_net[DOCTOR_NETS]; /* which networks a pen can have */
	char *users;		   /* who the command can be */
	trial_maker *make_trial;   /* the rest is the doctor's own */
	const struct diags
		*sealing; /* what keeps pinfold's file from being sealed; empty: nothing */
	bool is_looked_at[MACHINE_ROWS];
};

/* Looks at everything. MAKE_TRIAL runs 'run'; SEALING has the error of putting pinfold's file out
 * of the command's reach, or none. doctor_finish() must be called. */
void doctor_look(struct doctor *doctor, trial_maker *make_trial, const struct diags *sealing);

/* Returns the diagnosis for ROW; looks at it, if that has not been done. */
const struct diagnosis *doctor_find(struct doctor *doctor, enum machine_row row);

void doctor_finish(struct doctor *doctor);

/* Write what was found for a person, at most 100 columns wide; and as JSON, schema
 * pinfold-doctor/1. */
void doctor_write_text(const struct doctor *doctor, FILE *to);
void doctor_write_json(const struct doctor *doctor, FILE *to);

#endif
