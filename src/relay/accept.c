// SPDX-License-Identifier: GPL-2.0-or-later
/* Accepts the pen's connections: only as many as there is room for, so that the others wait in the
 * kernel, and none is lost. */
#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "relay/relay_state.h"

static const uint64_t again_ns = 100000000U; /* until accepting is tried again */

/* Only a port whose connections are accepted again is watched. */
static void admit(struct relay_state *state, bool is_full)
{
	if (state->is_full == is_full)
		return;
	state->is_full = is_full;
	for (size_t i = 0; i < state->n_ports; i++)
		watch_set(state, &state->ports[i], is_full ? 0 : EPOLLIN);
}

/* So many must have ended before more are accepted: at least one, at most all there may be. */
static size_t margin(const struct relay_state *state)
{
	return 1 + state->flows_most / 32;
}

void accept_again(struct relay_state *state)
{
	if (state->n_flows + margin(state) <= state->flows_most)
		admit(state, false);
}

/* Returns whether there was one. */
static bool accept_one(struct relay_state *state, const struct watch *port)
{
	int fd = accept4(port->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		flow_start(state, fd);
		if (state->n_flows >= state->flows_most)
			admit(state, true);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
		/* Until another one ends; what is lacking may be held by somebody else. */
		admit(state, true);
		state->again_at = clock_ns() + again_ns;
	}
	return errno == ECONNABORTED;
}

static void take_connection(struct relay_state *state, struct watch *watch, uint32_t events)
{
	(void)events;
	accept_one(state, watch);
}

void accept_on(struct relay_state *state, int fd)
{
	struct watch *port = &state->ports[state->n_ports];

	if (state->n_ports == 2 * CONNECT_MOST) {
		close(fd);
		return;
	}
	state->n_ports++;
	*port = (struct watch){ .fd = fd, .ready = take_connection };
	watch_set(state, port, EPOLLIN);
}

uint64_t accept_expire(struct relay_state *state, uint64_t now)
{
	if (state->again_at && state->again_at <= now) {
		state->again_at = 0;
		admit(state, state->n_flows >= state->flows_most);
	}
	return state->again_at ? state->again_at : UINT64_MAX;
}

void accept_rest(struct relay_state *state)
{
	for (size_t i = 0; i < state->n_ports; i++)
		while (!state->is_full && accept_one(state, &state->ports[i]))
			;
}
