/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls of the command that change what a listener can know; internal to this room. */
#ifndef PINFOLD_NOTIFY_HEED_H
#define PINFOLD_NOTIFY_HEED_H

#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

#include "sys/arch.h"

/* Returns whether calls of a number need to be looked at by the functions below. */
bool heed_matters(enum arch arch, uint32_t nr);

/* The handler that a call sets for a signal. */
enum heed_handler {
	HEED_NO_HANDLER,
	HEED_RESTARTS, /* calls that it interrupts start again */
	/* They do not: without SA_RESTART, a call that waits for a listener returns EINTR, also one
	 * that otherwise never does. */
	HEED_INTERRUPTS,
};

/* Returns the handler that the waiting call sets; HEED_INTERRUPTS if it cannot be read. */
enum heed_handler heed_handler(const struct seccomp_notif *request);

/* Returns whether the call adds a filter, whose denials come before a listener's. */
bool heed_adds_filter(const struct seccomp_data *data);

#endif
