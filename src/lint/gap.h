/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs of calls of which one does what the other is kept from doing; internal to this room. */
#ifndef PINFOLD_LINT_GAP_H
#define PINFOLD_LINT_GAP_H

#include "lint/linter.h"

/* (the low half of argument & mask) == value; no name: no test. */
struct gap_fact {
	const char *argument;
	uint32_t mask, value;
};

enum gap_kind {
	GAP_ON_PURPOSE, /* a rule denies it, or the call is allowed in part */
	/* like GAP_ON_PURPOSE, but what a shipped text allows in part was not written for this
	 * policy */
	GAP_ON_OWN_PURPOSE,
	GAP_WHOLE,    /* like GAP_ON_PURPOSE, and no call of from_fact is allowed */
	GAP_ANY,      /* any denial, including the default */
	GAP_FALLBACK, /* "from" must be answered by ENOSYS, for libc to use "to"; without names
			 each pair of sys/fallback.h that has no row of its own */
	GAP_ABI,      /* the names come from rules for one ABI */
};

struct gap {
	struct lint_check check;
	enum gap_kind kind;
	const char *from, *to; /* names */
	struct gap_fact from_fact, to_fact;
};

/* Returns row I, or NULL past the last one. */
const struct gap *gap_row(size_t i);

#endif
