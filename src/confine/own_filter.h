/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filters of the small processes that accompany a pen. */
#ifndef PINFOLD_CONFINE_OWN_FILTER_H
#define PINFOLD_CONFINE_OWN_FILTER_H

#include <stddef.h>

enum { OWN_FILTER_CALLS_MAX = 40 };

/* Installs in the calling process, which has no_new_privs, a filter that allows the N native CALLS
 * and kills it for any other. Does not allocate. Returns 0 or -errno. */
int own_filter_install(const int *calls, size_t n);

#endif
