/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The capability that a failing call was refused; internal to this room. */
#ifndef PINFOLD_TRACE_REFUSAL_H
#define PINFOLD_TRACE_REFUSAL_H

#include "bpf/failure.h"
#include "record/record_failure.h"

/* Fills in the refusal of *FAILURE, whose call and error are there, from its key. IS_SEEN: the
 * kernel tells what is refused. */
void refusal_take(const struct failure_key *key, bool is_seen, struct record_failure *failure);

#endif
