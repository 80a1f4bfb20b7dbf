/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loop of the relay's process. Internal to relay/. */
#ifndef PINFOLD_RELAY_LOOP_H
#define PINFOLD_RELAY_LOOP_H

#include "relay/relay_state.h"

/* Opens what the loop needs before the process is confined. Returns 0 or -errno. */
int loop_prepare(struct relay_state *state, int life, int hand);

/* Serves until the channel LIFE closes. */
void loop_run(struct relay_state *state);

#endif
