/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The capabilities of pinfold's own processes. */
#ifndef PINFOLD_CONFINE_RIGHTS_H
#define PINFOLD_CONFINE_RIGHTS_H

#include <stdint.h>

/* Drops every capability of the calling thread except those in MASK (bit 1 << CAP_*) that it has;
 * none is inheritable, and so none is ambient. Does not allocate. Returns 0 or -errno. */
int rights_keep(uint64_t mask);

/* As rights_keep(); in addition no exec can regain any, and nobody without more rights can trace
 * the process or read its memory. */
int rights_keep_hidden(uint64_t mask);

/* Makes exactly those of the calling thread's permitted capabilities effective that are in MASK.
 * Returns 0 or -errno. */
int rights_use(uint64_t mask);

/* Returns the capabilities that are effective in the calling thread. */
uint64_t rights_effective(void);

#endif
