/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of calls as a condition of the policy language. */
#ifndef PINFOLD_FILTER_DESCRIBE_H
#define PINFOLD_FILTER_DESCRIBE_H

#include "base/str.h"
#include "filter/region.h"
#include "sys/syscall.h"

/*
 * Appends what is known of the arguments of REGION's calls, as it would stand after "if"; nothing
 * when nothing is known. CALL may be NULL. Facts on one half of a 64-bit argument become tests
 * with a mask, which for a pointer is more than the language takes.
 */
void region_describe(const struct region *region, const struct sys_call *call, enum arch arch,
		     struct strbuf *buf);

#endif
