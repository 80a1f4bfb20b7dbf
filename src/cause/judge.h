/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdict on a failure, from what the pen shows and grants and what the host answers. Nothing
 * here queries the kernel: the same facts and answers give the same verdict. */
#ifndef PINFOLD_CAUSE_JUDGE_H
#define PINFOLD_CAUSE_JUDGE_H

#include "cause/facts.h"
#include "record/record_failure.h"

/* Fills in the cause of *FAILURE, its words and its fix. */
void judge_failure(const struct cause_facts *facts, const struct cause_host *host,
		   struct record_failure *failure);

#endif
