// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop of the relay's process. It never blocks, holds no lock, and trusts nothing but the
 * sockets' own addresses: what it accepts it knows by the address that was connected to.
 */
#include "relay/loop.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"

enum { EVENTS_A_TURN = 64, NS_A_MS = 1000000, FILES_BESIDE = 2 * CONNECT_MOST + 96 };

/* Less than relay_end() waits. */
static const uint64_t finish_ns = 1000000000U;

void watch_set(struct relay_state *state, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };
	int op = !watch->events ? EPOLL_CTL_ADD : events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;

	if (watch->events == events)
		return;
	if (epoll_ctl(state->epoll, op, watch->fd, &event) == 0)
		watch->events = events;
	else
		state->is_over = true; /* nothing may be forgotten: the pen's network ends */
}

void watch_close(struct relay_state *state, struct watch *watch)
{
	if (watch->fd < 0)
		return;
	watch_set(state, watch, 0);
	close(watch->fd);
	watch->fd = -1;
}

/* Takes a socket that pid 1 made in the pen, before it dropped its rights. */
static void take_socket(struct relay_state *state, unsigned char word, int fd)
{
	struct address address;
	uint16_t port;

	if (word == RELAY_QUESTIONS || word == RELAY_QUESTION_PORT)
		stub_listen(state, fd, word == RELAY_QUESTION_PORT);
	else if (word == RELAY_REFUSALS)
		refused_watch(state, fd);
	else if (word == RELAY_PORT && !address_of_socket(fd, &address, &port)) {
		state->has_ipv6 |= address.family == AF_INET6;
		accept_on(state, fd);
	} else {
		close(fd);
	}
}

static void take_hand(struct relay_state *state, struct watch *watch, uint32_t events)
{
	unsigned char word;
	int fd, err = fd_receive(watch->fd, &word, &fd);

	(void)events;
	if (err == -EPIPE)
		watch_close(state, watch);
	else if (!err && fd >= 0)
		take_socket(state, word, fd);
}

/* The supervisor sends once, when the pen is empty. Otherwise its end was closed, and there is
 * nobody to go on for. */
static void take_life(struct relay_state *state, struct watch *watch, uint32_t events)
{
	char word;

	(void)events;
	if (state->end_by || recv(watch->fd, &word, sizeof(word), MSG_DONTWAIT) <= 0)
		state->is_over = true;
	else
		state->end_by = clock_ns() + finish_ns;
}

/* The command may have sent as its last act: what the kernel took from it is still passed on. */
static void finish(struct relay_state *state)
{
	size_t n;

	do {
		accept_rest(state);
		n = state->n_flows;
		flow_finish(state);
	} while (state->n_flows < n); /* which made room */
	if (!state->n_flows || clock_ns() >= state->end_by)
		state->is_over = true;
}

static int patience_ms(struct relay_state *state)
{
	uint64_t now = clock_ns(), next = state->end_by ? state->end_by : UINT64_MAX;
	const uint64_t others[] = { flow_expire(state, now), stub_expire(state, now),
				    accept_expire(state, now) };
	int resolver_ms = resolver_expire(state), own_ms = -1;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		next = others[i] < next ? others[i] : next;
	if (next != UINT64_MAX)
		own_ms = next > now ? (int)((next - now) / NS_A_MS) + 1 : 0;
	if (own_ms < 0 || (resolver_ms >= 0 && resolver_ms < own_ms))
		return resolver_ms;
	return own_ms;
}

int loop_prepare(struct relay_state *state, int life, int hand)
{
	struct rlimit files;

	state->life = (struct watch){ .fd = life, .ready = take_life };
	state->hand = (struct watch){ .fd = hand, .ready = take_hand };
	state->questions.fd = state->question_port.fd = state->refusals.fd = -1;
	for (size_t i = 0; i < STUB_CLIENTS; i++)
		state->clients[i].watch.fd = -1;
	state->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (state->epoll < 0 || getrlimit(RLIMIT_NOFILE, &files) < 0)
		return -errno;
	files.rlim_cur = files.rlim_max < FILES_BESIDE + 2 * FLOWS_MOST
				 ? files.rlim_max
				 : FILES_BESIDE + 2 * FLOWS_MOST;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		return -errno;
	if (files.rlim_cur < FILES_BESIDE + 2)
		return -EMFILE;
	state->flows_most = (files.rlim_cur - FILES_BESIDE) / 2;
	return address_open_routes(&state->routes);
}

void loop_run(struct relay_state *state)
{
	struct epoll_event events[EVENTS_A_TURN];

	watch_set(state, &state->life, EPOLLIN);
	watch_set(state, &state->hand, EPOLLIN);
	while (!state->is_over) {
		int n = epoll_wait(state->epoll, events, EVENTS_A_TURN, patience_ms(state));

		if (n < 0 && errno != EINTR)
			return;
		for (int i = 0; i < n && !state->is_over; i++) {
			struct watch *watch = events[i].data.ptr;

			/* An earlier event of this turn may have closed it. */
			if (watch->fd >= 0 && watch->events)
				watch->ready(state, watch, events[i].events);
		}
		if (state->end_by)
			finish(state);
		flow_sweep(state);
	}
	refused_drain(state);
}
