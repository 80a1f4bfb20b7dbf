/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libseccomp (2.5 and 2.6) loads the call number with the first call of an ABI's list, which is one
 * without conditions if there is any. A first call that has no number under the ABI is left out,
 * and the load with it: then none of that ABI's rules ever matches. An anchor is a call without
 * conditions that does have a number there. It gets ENOSYS, as it does from every kernel since 3.1.
 */
#ifndef PINFOLD_CONVERT_ANCHOR_H
#define PINFOLD_CONVERT_ANCHOR_H

#include "sys/syscall.h"

/* What libseccomp's lists contain. */
struct anchor_need {
	bool is_anchored[ARCH_COUNT]; /* by a call that every libseccomp in use knows */
	bool has_absent[ARCH_COUNT];  /* a call without a number there */
};

/* Notes that NAME has a rule; IS_PLAIN: one without conditions. */
void anchor_note(struct anchor_need *need, const char *name, bool is_plain);

/* Returns the call to deny with ENOSYS so that the rules for ARCH are found, or NULL if they are
 * found anyway. */
const char *anchor_for(const struct anchor_need *need, enum arch arch);

#endif
