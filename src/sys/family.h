/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The families of constants. */
#ifndef PINFOLD_SYS_FAMILY_H
#define PINFOLD_SYS_FAMILY_H

enum family {
	FAMILY_NONE,
	FAMILY_COUNT
};

#endif
