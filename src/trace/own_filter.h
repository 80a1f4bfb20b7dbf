/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The filters of pinfold's own processes, which make_own_filters compiles and proves at build. */
#ifndef PINFOLD_TRACE_OWN_FILTER_H
#define PINFOLD_TRACE_OWN_FILTER_H

#include <linux/filter.h>

struct own_filter {
	const char *name; /* of the shipped policy; NULL ends the list */
	const struct sock_filter *prog;
	unsigned short len; /* instructions */
};

extern const struct own_filter own_filters[];

#endif
