/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that a C library tries before an older one. */
#ifndef PINFOLD_SYS_FALLBACK_H
#define PINFOLD_SYS_FALLBACK_H

#include <stddef.h>

struct sys_fallback {
	const char *newer, *older; /* names */
};

/* Returns row I, or NULL past the last. */
const struct sys_fallback *sys_fallback_row(size_t i);

#endif
