/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a saved report knows of a run that its policy is learned from, or pruned by. */
#ifndef PINFOLD_RECORD_RECORD_COPY_H
#define PINFOLD_RECORD_RECORD_COPY_H

#include <time.h>

#include "record/network_use.h"
#include "record/record.h"

/* A rule of the policy of the run. */
struct record_rule {
	unsigned int line;
	char *text;
	uint64_t hits;
};

struct record_copy {
	const char *path;     /* owned by the caller */
	struct record record; /* calls with their values, expected denials, losses */
	bool is_complete;
	time_t started; /* 0: not known */
	char *machine;	/* that it ran on, hashed; NULL: not known */
	struct network_use network;
	struct {
		struct record_rule *v;
		size_t n, cap;
	} rules;
};

void record_copy_finish(struct record_copy *copy);

#endif
