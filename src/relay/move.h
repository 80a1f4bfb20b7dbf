/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moves bytes between the two ends of a connection. Internal to relay/. */
#ifndef PINFOLD_RELAY_MOVE_H
#define PINFOLD_RELAY_MOVE_H

#include "relay/relay_state.h"

/* Moves what FROM has to TO, and its end; adds the bytes to *count. Where TO has ended in both
 * directions, but what it sent before is still to be moved, that is not an error: the bytes go
 * nowhere. Returns 0 or -errno. */
int move_bytes(struct relay_state *state, struct flow_end *from, struct flow_end *to,
	       uint64_t *count);

/* Removes what END has: closed with that unread, it would be reset, and lose what it has not sent
 * yet. */
void move_nowhere(const struct flow_end *end);

/* Returns what END of an open connection waits for. */
uint32_t move_events(const struct flow_end *end, const struct flow_end *other);

#endif
