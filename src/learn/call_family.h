/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Observed argument values as conditions; internal to this room. */
#ifndef PINFOLD_LEARN_CALL_FAMILY_H
#define PINFOLD_LEARN_CALL_FAMILY_H

#include "base/str.h"
#include "record/record.h"

struct learn_source;

/* --args: names only; arguments that matter and are stable; everything the trace keeps. */
enum learn_args { LEARN_ARGS_SAFE, LEARN_ARGS_OFF, LEARN_ARGS_ALL };

/*
 * Appends the condition that holds for all recorded calls, in the form that follows "if", or
 * nothing when the name alone is to be allowed. NOTE says what was widened, or stays empty.
 */
void family_condition(const struct record_call *call, const struct learn_source *source,
		      struct strbuf *ret_condition, struct strbuf *ret_note);

/* Returns whether --args safe has conditions for this call. */
bool family_is_tested(const struct record_call *call);

/* Returns whether the condition matters so much that <base> must not cover the call. */
bool family_is_vital(const struct record_call *call);

#endif
