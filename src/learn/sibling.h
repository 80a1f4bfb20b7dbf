/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that another C library, kernel or machine makes instead; internal to this room. */
#ifndef PINFOLD_LEARN_SIBLING_H
#define PINFOLD_LEARN_SIBLING_H

#include "record/record.h"

enum { SIBLINGS_MAX = 6 };

struct sibling_row {
	const char *names[SIBLINGS_MAX]; /* interchangeable */
	bool is_always;			 /* needed even if the run had none of them */
};

/* Returns whether NAME has its flags behind a pointer, where no condition can test them. */
bool sibling_is_blind(const char *name);

/* Returns row I, or NULL past the last one. */
const struct sibling_row *sibling_row(size_t i);

/*
 * Returns, in *ret_call, CALL as it would have been made through NAME, with the values of the
 * arguments that have the same label, or false when its ABI has no such call. The values belong to
 * CALL.
 */
bool sibling_call(const struct record_call *call, const char *name, struct record_call *ret_call);

#endif
