// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A connection of the pen and the one to its host. The address on which it was accepted says which
 * host and port it is for, so the command has no way to say anything else. Bytes are looked at in
 * the socket that they came to, and removed there once the other socket has taken them: nothing is
 * held here, however many connections there are.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "policy/host.h"
#include "relay/hello.h"
#include "relay/move.h"

static const uint64_t next_ns = 2000000000U;   /* until another address is tried, if there is one */
static const uint64_t last_ns = 15000000000U;  /* until the last one is given up */
static const uint64_t hello_ns = 10000000000U; /* for the whole of a first message */

static const struct linger reset = { .l_onoff = 1 };

static void end_flow(struct relay_state *state, struct flow *flow, int error)
{
	struct connection_row *row = flow->row;

	if (flow->stage == FLOW_ENDED)
		return;
	if (error) /* the command sees a reset, not an end */
		setsockopt(flow->in.watch.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	if (error && flow->stage != FLOW_CONNECTED && !flow->is_refused)
		row->failed++;
	if (error && flow->out.watch.fd >= 0)
		setsockopt(flow->out.watch.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	row->last_ns = clock_ns();
	if (!error && flow->out.watch.fd >= 0)
		move_nowhere(&flow->out);
	watch_close(state, &flow->in.watch);
	watch_close(state, &flow->out.watch);
	flow->stage = FLOW_ENDED;
	if (flow->next)
		flow->next->previous = flow->previous;
	*(flow->previous ? &flow->previous->next : &state->flows) = flow->next;
	flow->next = state->ended;
	state->ended = flow;
	state->n_flows--;
	accept_again(state);
}

void flow_finish(struct relay_state *state)
{
	char byte;

	for (struct flow *flow = state->flows, *next; flow; flow = next) {
		next = flow->next;
		if (flow->in.is_eof ||
		    recv(flow->in.watch.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
			end_flow(state, flow, 0);
	}
}

void flow_sweep(struct relay_state *state)
{
	while (state->ended) {
		struct flow *flow = state->ended;

		state->ended = flow->next;
		free(flow);
	}
}

/* Counts what is wrong with the first message, and ends the connection. */
static void refuse(struct relay_state *state, struct flow *flow, enum network_refusal_kind kind,
		   const char *other)
{
	table_refuse(state->table, kind, flow->host->name, flow->port, other);
	flow->is_refused = true;
	end_flow(state, flow, -EPERM);
}

static bool is_right_name(const struct peer *host, enum hello hello, const char *name)
{
	return hello == HELLO_NAMELESS ? host->is_literal : str_eq(name, host->name);
}

/* Looks at the first message, which stays where it is. Urgent data, which TLS has none of, would
 * hide what comes after it, and yet wake up for that again and again. */
static void check_hello(struct relay_state *state, struct flow *flow, uint32_t events)
{
	char name[HELLO_NAME_ROOM] = "";
	ssize_t n = recv(flow->in.watch.fd, state->buffer, HELLO_MOST, MSG_PEEK | MSG_DONTWAIT);
	enum hello hello;
	int more;

	if (events & EPOLLPRI) {
		refuse(state, flow, NETWORK_NO_TLS, NULL);
		return;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		end_flow(state, flow, -errno);
		return;
	}
	hello = hello_read(state->buffer, (size_t)n, name);
	if (hello == HELLO_INCOMPLETE && n < HELLO_MOST && !(events & EPOLLRDHUP)) {
		more = (int)n + 1; /* wake up for more than this, or for the end */
		if (setsockopt(flow->in.watch.fd, SOL_SOCKET, SO_RCVLOWAT, &more, sizeof(more)))
			end_flow(state, flow, -errno);
		return;
	}
	if (n == 0) {
		end_flow(state, flow, -ECONNABORTED);
	} else if (hello != HELLO_NAMED && hello != HELLO_NAMELESS) {
		refuse(state, flow, NETWORK_NO_TLS, NULL);
	} else if (!is_right_name(flow->host, hello, name)) {
		refuse(state, flow, NETWORK_TLS, name);
	} else {
		more = 1;
		flow->is_checked = true;
		setsockopt(flow->in.watch.fd, SOL_SOCKET, SO_RCVLOWAT, &more, sizeof(more));
	}
}

static bool is_open(const struct flow *flow)
{
	return flow->stage == FLOW_CONNECTED && flow->is_checked;
}

/* Sets what both ends wait for. */
static void wait_on(struct relay_state *state, struct flow *flow)
{
	bool is_moving = is_open(flow);
	/* Also while the host is connected to, a reset by the command ends that. */
	uint32_t in = !flow->is_checked ? EPOLLIN | EPOLLRDHUP | EPOLLPRI : EPOLLERR;
	uint32_t out = flow->stage == FLOW_CONNECTING ? EPOLLOUT : 0;

	if (flow->stage == FLOW_ENDED)
		return;
	if (is_moving) {
		in = move_events(&flow->in, &flow->out);
		out = move_events(&flow->out, &flow->in);
	}
	watch_set(state, &flow->in.watch, in);
	if (flow->out.watch.fd >= 0)
		watch_set(state, &flow->out.watch, out);
}

static bool is_over(const struct flow *flow)
{
	return (flow->in.is_eof && (flow->out.is_eof || flow->in.is_gone)) ||
	       (flow->out.is_eof && flow->out.is_gone);
}

/* Moves what there is, both ways. */
static void go_on(struct relay_state *state, struct flow *flow)
{
	struct connection_row *row = flow->row;

	if (flow->stage != FLOW_ENDED && is_open(flow)) {
		int err = move_bytes(state, &flow->in, &flow->out, &row->sent);

		if (!err)
			err = move_bytes(state, &flow->out, &flow->in, &row->received);
		if (!err && flow->in.is_gone)
			err = move_bytes(state, &flow->in, &flow->out, &row->sent);
		if (err || is_over(flow))
			end_flow(state, flow, err);
	}
	wait_on(state, flow);
}

static struct flow_end *end_of(struct watch *watch)
{
	return (struct flow_end *)watch;
}

/* The error that poll reported: a connection that was reset. */
static int pending_error(int fd)
{
	socklen_t len = sizeof(int);
	int error = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 ? -errno : -error;
}

static void take_in(struct relay_state *state, struct watch *watch, uint32_t events)
{
	struct flow *flow = end_of(watch)->flow;
	int err = events & EPOLLERR ? pending_error(watch->fd) : 0;

	if (flow->stage == FLOW_ENDED)
		return;
	if (err == -EPIPE && is_open(flow)) {
		flow->in.is_gone = true; /* after its end, so that all it sent is there */
		err = 0;
	}
	if (err || (events & EPOLLHUP && !is_open(flow)))
		end_flow(state, flow, err ? err : -ECONNABORTED);
	else if (!flow->is_checked)
		check_hello(state, flow, events);
	go_on(state, flow);
}

static void connect_next(struct relay_state *state, struct flow *flow);

static void take_out(struct relay_state *state, struct watch *watch, uint32_t events)
{
	struct flow *flow = end_of(watch)->flow;
	int err = events & (EPOLLERR | EPOLLHUP) || flow->stage == FLOW_CONNECTING
			  ? pending_error(watch->fd)
			  : 0;

	if (flow->stage == FLOW_ENDED)
		return;
	if (flow->stage == FLOW_CONNECTING && err) {
		flow->error = err;
		connect_next(state, flow);
	} else if (err == -EPIPE && is_open(flow)) {
		flow->out.is_gone = true;
	} else if (err) {
		if (is_open(flow)) /* what came before the reset */
			move_bytes(state, &flow->out, &flow->in, &flow->row->received);
		end_flow(state, flow, err);
	} else if (flow->stage == FLOW_CONNECTING) {
		flow->stage = FLOW_CONNECTED;
		flow->patience = UINT64_MAX;
	}
	go_on(state, flow);
}

/* Connects to ADDRESS; returns 0, also while that goes on, or -errno. */
static int begin_connect(struct relay_state *state, struct flow *flow,
			 const struct address *address)
{
	static const int yes = 1;
	struct sockaddr_storage to;
	socklen_t len = address_fill(address, flow->port, &to);
	int fd, err = 0;

	if (!target_may_be_own(state, flow->host, flow->port))
		err = address_is_elsewhere(state->routes, address);
	if (err)
		return err;
	fd = socket(address->family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
	if (connect(fd, (const struct sockaddr *)&to, len) < 0 && errno != EINPROGRESS) {
		err = -errno;
		close(fd);
		return err;
	}
	flow->out.watch = (struct watch){ .fd = fd, .ready = take_out };
	return 0;
}

/* Counts that the name leads where it may not: to the host itself, or to a private address. */
static void refuse_address(struct relay_state *state, const struct flow *flow,
			   const struct address *address)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(address->family, address->ip, text, sizeof(text));
	table_refuse(state->table, NETWORK_PRIVATE, flow->host->name, flow->port, text);
}

/* Tries the next address, or ends the connection if there is none. */
static void connect_next(struct relay_state *state, struct flow *flow)
{
	watch_close(state, &flow->out.watch);
	while (flow->tried < flow->n) {
		const struct address *address = &flow->v[flow->tried++];
		int err = begin_connect(state, flow, address);

		if (!err) {
			flow->stage = FLOW_CONNECTING;
			flow->patience = clock_ns() + (flow->tried < flow->n ? next_ns : last_ns);
			return;
		}
		if (err == -EADDRINUSE)
			refuse_address(state, flow, address);
		flow->error = err;
	}
	end_flow(state, flow, flow->error ? flow->error : -EHOSTUNREACH);
}

static void begin(struct relay_state *state, struct flow *flow)
{
	const struct peer *host = flow->host;

	for (size_t i = 0; i < host->n; i++)
		if (target_may_lead_to(state, host, flow->port, &host->v[i]))
			flow->v[flow->n++] = host->v[i];
	if (flow->n) {
		connect_next(state, flow);
		wait_on(state, flow);
		return;
	}
	if (host->n)
		refuse_address(state, flow, &host->v[0]);
	end_flow(state, flow, host->error ? host->error : -EADDRNOTAVAIL);
}

void flow_resume(struct relay_state *state, const struct peer *host)
{
	for (struct flow *flow = state->flows, *next; flow; flow = next) {
		next = flow->next;
		if (flow->stage == FLOW_RESOLVING && flow->host == host)
			begin(state, flow);
	}
}

static struct flow *new_flow(struct relay_state *state, int fd, struct peer *host, uint16_t port,
			     struct connection_row *row)
{
	struct flow *flow = mem_alloc(sizeof(*flow));
	uint64_t now = clock_ns();

	*flow = (struct flow){
		.in = { .watch = { .fd = fd, .ready = take_in }, .flow = flow },
		.out = { .watch = { .fd = -1 }, .flow = flow },
		.host = host,
		.port = port,
		.row = row,
		.next = state->flows,
		.is_checked = !target_is_checked(state, host, port),
		.patience = UINT64_MAX,
		.hello_by = now + hello_ns,
	};
	if (flow->next)
		flow->next->previous = flow;
	state->flows = flow;
	state->n_flows++;
	row->first_ns = row->count++ ? row->first_ns : now;
	row->last_ns = now;
	return flow;
}

/* Where a port is accepted on at every address, so are those that nobody listed. */
static void refuse_unlisted(struct relay_state *state, int fd, const struct peer *host,
			    const struct address *address, uint16_t port)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(address->family, address->ip, text, sizeof(text));
	if (!address_is_loopback(address))
		table_refuse(state->table, NETWORK_TCP, host ? host->name : text, port, NULL);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

void flow_start(struct relay_state *state, int fd)
{
	static const int yes = 1;
	struct connection_row *row = NULL;
	struct peer *host = NULL;
	struct address address = { .family = AF_UNSPEC };
	uint16_t port = 0;

	if (!address_of_socket(fd, &address, &port))
		host = target_find(state, &address);
	if (host && target_is_listed(state, host, port))
		row = table_connection(state->table, host->name, port);
	if (!row) {
		refuse_unlisted(state, fd, host, &address, port);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	wait_on(state, new_flow(state, fd, host, port, row));
	if (resolver_find(state, host))
		flow_resume(state, host);
}

uint64_t flow_expire(struct relay_state *state, uint64_t now)
{
	uint64_t soonest = UINT64_MAX;

	for (struct flow *flow = state->flows, *next; flow; flow = next) {
		next = flow->next;
		if (!flow->is_checked && flow->hello_by <= now) {
			refuse(state, flow, NETWORK_NO_TLS, NULL);
			continue;
		}
		if (flow->patience <= now) {
			flow->error = -ETIMEDOUT;
			connect_next(state, flow);
			wait_on(state, flow);
			if (flow->stage == FLOW_ENDED)
				continue;
		}
		if (flow->patience < soonest)
			soonest = flow->patience;
		if (!flow->is_checked && flow->hello_by < soonest)
			soonest = flow->hello_by;
	}
	return soonest;
}
