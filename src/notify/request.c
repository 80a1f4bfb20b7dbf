// SPDX-License-Identifier: GPL-2.0-or-later
#include "notify/request.h"

#include <stddef.h>

enum { TID_SHIFT = 32 };

uint32_t request_new(struct requester *requester)
{
	return requester->shared ? ++requester->n : 0;
}

void request_make(struct requester *requester, pid_t tid, uint32_t number)
{
	size_t at = requester->next % STACK_REQUESTS;

	if (!number || number > SAMPLES)
		return;
	for (size_t i = 0; i < STACK_REQUESTS; i++)
		if (!__atomic_load_n(&requester->shared->of[i], __ATOMIC_RELAXED))
			at = i;
	requester->next = (unsigned int)at + 1;
	__atomic_store_n(&requester->shared->of[at], (uint64_t)tid << TID_SHIFT | number,
			 __ATOMIC_RELEASE);
}

void request_withdraw(struct requester *requester, pid_t tid)
{
	for (size_t i = 0; requester->shared && i < STACK_REQUESTS; i++)
		if (requester->shared->of[i] >> TID_SHIFT == (uint64_t)tid)
			__atomic_store_n(&requester->shared->of[i], 0, __ATOMIC_RELEASE);
}
