/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libseccomp (2.5 and 2.6) loads a call's number with the first call of an ABI's list, which is one
 * without conditions where there is any. If that call has no number under the ABI, it is left out,
 * and the load with it: then no rule of that ABI is ever found. An anchor is a call without
 * conditions that has a number there. It gets ENOSYS, as it does from every kernel since 3.1.
 */
#ifndef PINFOLD_CONVERT_ANCHOR_H
#define PINFOLD_CONVERT_ANCHOR_H

#include "sys/syscall.h"

/* What the lists of libseccomp have. */
struct anchor_need {
	bool is_anchored[ARCH_COUNT]; /* by a call that every libseccomp in use knows */
	bool has_absent[ARCH_COUNT];  /* a call that has no number there */
};

/* Notes that NAME has a rule; IS_PLAIN: one without conditions. */
void anchor_note(struct anchor_need *need, const char *name, bool is_plain);

/* Returns the call to deny with ENOSYS so that the rules for ARCH are found, or NULL where they are
 * as it is. */
const char *anchor_for(const struct anchor_need *need, enum arch arch);

#endif
