/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The families of constants, FAMILY_OPEN and so on, one for each row of family_table.inc. */
#ifndef PINFOLD_SYS_FAMILY_H
#define PINFOLD_SYS_FAMILY_H

enum family {
	FAMILY_NONE,
#define FAMILY(name, about, mask, ambiguous, key) FAMILY_##name,
#include "sys/family_table.inc"
#undef FAMILY
	FAMILY_COUNT
};

#endif
