/* SPDX-License-Identifier: GPL-2.0-or-later */
/* net relay: an empty network whose only listeners belong to the relay (relay/). Internal to pen/.
 */
#ifndef PINFOLD_PEN_NET_RELAY_H
#define PINFOLD_PEN_NET_RELAY_H

#include "pen/step.h"

/* Adds the supervisor's step that starts the relay. */
void net_relay_plan_start(struct plan *plan);

/* Adds pid 1's step that makes the network and its sockets. */
void net_relay_plan(struct plan *plan);

extern const struct step_kind net_step_relay;

/* net_refused.c: opens the socket that sees what was refused on lo, in *ret_fd. Returns 0 or
 * -errno.
 */
int net_refused_open(int *ret_fd);

#endif
