/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports of many runs and machines as one record, which grows with what they differ in, not with
 * their number. */
#ifndef PINFOLD_RECORD_FLEET_H
#define PINFOLD_RECORD_FLEET_H

#include "record/record_copy.h"

/* A machine on which calls were seen, and a call with the machines it was seen on. */
struct fleet_machine {
	char *name;
	unsigned int index; /* by order of appearance */
};
struct fleet_sighting {
	enum arch arch;
	uint32_t nr;
	uint8_t *machines; /* one bit each, by index */
	size_t size;	   /* of that, in bytes */
};

struct fleet {
	/* Of all runs together: calls with the runs and machines that made them, expected denials,
	 * and at most two processes, which differ in their program if there were several. */
	struct record record;
	struct network_use network; /* what was connected to; not what was refused */
	unsigned int n_given;	    /* reports, whether or not they are in the record */
	unsigned int n_runs;	    /* that are */
	unsigned int n_incomplete;  /* of those */
	unsigned int n_earlier;	    /* were left out for their time */
	unsigned int n_unplaced;    /* are in the record, but do not name their machine */
	unsigned int least_runs;    /* calls in fewer are left out, of fleet_settle() */
	uint64_t n_calls;
	time_t first, last; /* of the starts that are known; 0: none is */
	struct {
		struct fleet_machine *v;
		size_t n, cap;
	} machines; /* by name */
	struct {
		struct fleet_sighting *v;
		size_t n, cap;
	} sightings; /* by call */
};

/* Adds a run. The result is the same for any order of the runs. */
void fleet_add(struct fleet *fleet, const struct record_copy *copy);

/* Counts the machines of each call, and leaves out the calls that fewer than LEAST_RUNS runs made:
 * these keep only their ->runs. Must be called once, after the last fleet_add(). */
void fleet_settle(struct fleet *fleet, unsigned int least_runs);

/* Returns whether CALL was left out. */
bool fleet_leaves_out(const struct fleet *fleet, const struct record_call *call);

void fleet_finish(struct fleet *fleet);

#endif
