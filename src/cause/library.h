/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Failing calls that were steps of the dynamic loader's search; internal to this room. */
#ifndef PINFOLD_CAUSE_LIBRARY_H
#define PINFOLD_CAUSE_LIBRARY_H

#include "cause/facts.h"

/* Removes from *record the steps of searches for a shared library that were successful. What may
 * have been anything else stays. */
void library_drop_found(const struct cause_facts *facts, const struct cause_host *host,
			struct record *record);

#endif
