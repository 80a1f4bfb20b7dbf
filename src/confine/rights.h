/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The capabilities of a process of pinfold's own. */
#ifndef PINFOLD_CONFINE_RIGHTS_H
#define PINFOLD_CONFINE_RIGHTS_H

#include <stdint.h>

/*
 * Returns up every capability of the calling thread but those in MASK (bit 1 << CAP_*), of which it
 * keeps what it has; nothing is inheritable, and so nothing ambient. Does not allocate. Returns 0
 * or -errno.
 */
int rights_keep(uint64_t mask);

/* As rights_keep(); and no exec gains any again, and nobody without more rights can trace the
 * process or read its memory. */
int rights_keep_hidden(uint64_t mask);

/* Makes of the capabilities that the calling thread is permitted those in MASK effective, and no
 * others. Returns 0 or -errno. */
int rights_use(uint64_t mask);

/* Returns the capabilities that are effective in the calling thread. */
uint64_t rights_effective(void);

#endif
