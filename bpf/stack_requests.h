/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the reader of a run requests stacks: the layout that both sides share. */
#ifndef PINFOLD_BPF_STACK_REQUESTS_H
#define PINFOLD_BPF_STACK_REQUESTS_H

#include <linux/types.h>

enum { STACK_REQUESTS = 8 }; /* pending ones of a run */

/*
 * Written by the reader of a run, before the filter's listener lets a call go on: whose stack is
 * wanted at the entry of that call. Each is the thread, as the reader's pid namespace numbers it,
 * above a number that the sample's key will have; 0: none. The program takes it away.
 */
struct stack_requests {
	__u64 of[STACK_REQUESTS];
};

_Static_assert(sizeof(struct stack_requests) == 64, "none lies in two pages");

#endif
