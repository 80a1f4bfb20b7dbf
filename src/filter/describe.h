/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of calls as a condition of the policy language. */
#ifndef PINFOLD_FILTER_DESCRIBE_H
#define PINFOLD_FILTER_DESCRIBE_H

#include "base/str.h"
#include "filter/region.h"
#include "sys/syscall.h"

/*
 * Appends what is known about the arguments of REGION's calls, in the form that follows "if";
 * nothing when nothing is known. CALL may be NULL. Facts about one half of a 64-bit argument become
 * tests with a mask, which the language does not accept for a pointer.
 */
void region_describe(const struct region *region, const struct sys_call *call, enum arch arch,
		     struct strbuf *buf);

#endif
