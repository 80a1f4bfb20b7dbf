/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The relay: a process outside the pen, through which the command reaches the hosts that the policy
 * lists, and nothing else. The pen's network has no way out; pid 1 of the pen makes sockets in it,
 * one for each host and port, and hands them over.
 */
#ifndef PINFOLD_RELAY_RELAY_H
#define PINFOLD_RELAY_RELAY_H

#include "base/diag.h"
#include "record/network_use.h"
#include "relay/table.h"

struct relay {
	int pidfd; /* -1: it was not started */
	int life;  /* closing it ends the relay */
	int hand;  /* pid 1's end of the channel for its sockets */
	struct relay_table *table;
};

/* For errors. */
#define RELAY_GONE "the process that connects the pen's network was killed"

#define RELAY_NONE ((struct relay){ .pidfd = -1, .life = -1, .hand = -1 })

/* Starts the relay for the hosts of LIST, and waits until it is confined. Returns 0, or -errno with
 * an error in DIAGS; undo it by relay_stop() in both cases. */
int relay_start(const struct connect_settings *list, struct relay *relay, struct diags *diags);

/* Closes pid 1's end of the channel, in the supervisor. */
void relay_close_hand(struct relay *relay);

/* Ends the relay, whose pen is empty or was never let go, and waits until it has exited, which
 * takes a second if what the command sent is not taken by its host; relay->table can be read then.
 */
void relay_end(struct relay *relay);

/* Copies what the relay has done, which has exited, into *ret_use, whose times are since START_NS
 * by clock_ns(); leaves that alone if there was no relay. */
void relay_get_use(const struct relay *relay, uint64_t start_ns, struct network_use *ret_use);

/* Also frees the table. */
void relay_stop(struct relay *relay);

#endif
