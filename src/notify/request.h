/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests to the tracer in the kernel for the stacks of calls that the listener lets go on;
 * internal to this room. */
#ifndef PINFOLD_NOTIFY_REQUEST_H
#define PINFOLD_NOTIFY_REQUEST_H

#include <stdint.h>
#include <sys/types.h>

#include "bpf/event.h"
#include "bpf/stack_requests.h"

struct requester {
	struct stack_requests *shared; /* with the tracer; NULL: there are no stacks */
	unsigned int next;	       /* the one to replace if all are pending */
	uint32_t n;
};

/* Returns the number of a new request, which the stack will have: from 1 on, or 0 if there are no
 * stacks. */
uint32_t request_new(struct requester *requester);

/* Requests the stack of the call for which the thread TID waits, under NUMBER. Call it before the
 * call goes on; beyond SAMPLES of them nothing is requested. */
void request_make(struct requester *requester, pid_t tid, uint32_t number);

/* Takes back the request of the thread TID, whose call did not go on. */
void request_withdraw(struct requester *requester, pid_t tid);

#endif
