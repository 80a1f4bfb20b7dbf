/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relay's process: one loop over its sockets. Internal to relay/. */
#ifndef PINFOLD_RELAY_RELAY_STATE_H
#define PINFOLD_RELAY_RELAY_STATE_H

#include <ares.h>
#include <netinet/in.h>
#include <stdbool.h>

#include "relay/dns.h"
#include "relay/listed.h"
#include "relay/names.h"
#include "relay/peer.h"
#include "relay/table.h"

enum {
	FLOWS_MOST = 512,
	RESOLVER_SOCKETS = 32,
	STUB_CLIENTS = 16,
	BUFFER_SIZE = 1 << 16,
};

struct relay_state;

/* A descriptor in the loop. */
struct watch {
	int fd;		 /* -1: none */
	uint32_t events; /* EPOLL*; 0: it is not in the epoll set */
	void (*ready)(struct relay_state *state, struct watch *watch, uint32_t events);
};

/* A connection of the pen with one to its host. */
struct flow_end {
	struct watch watch;
	struct flow *flow;
	bool is_eof;	 /* everything was read */
	bool is_shut;	 /* nothing more will be written */
	bool is_blocked; /* what was read does not fit into the other end */
	bool is_gone;	 /* it takes nothing any more, though what it sent may be unread */
};

enum flow_stage {
	FLOW_RESOLVING,
	FLOW_CONNECTING,
	FLOW_CONNECTED,
	FLOW_ENDED, /* freed after the turn of the loop */
};

struct flow {
	struct flow_end in, out; /* the pen's, and the host's */
	struct flow *next, *previous;
	struct peer *host;
	uint16_t port;
	struct connection_row *row;
	enum flow_stage stage;
	bool is_checked; /* the name in its first message, if it must be */
	struct address v[HOST_ADDRESSES];
	size_t n, tried;
	uint64_t patience, hello_by; /* for what is waited for, by clock_ns() */
	int error;
	bool is_refused; /* for its first message */
};

/* A connection to the name server. */
struct stub_client {
	struct watch watch;
	uint8_t room[2 + DNS_QUESTION_MOST];
	size_t n;
	uint64_t until;
};

struct resolver_socket {
	struct watch watch;
};

struct relay_state {
	const struct connect_settings *list;
	struct relay_table *table;
	int epoll, routes;
	bool is_over;
	uint64_t end_by; /* by clock_ns(), once the pen is empty; 0: it is not */
	struct watch life, hand, questions, question_port, refusals;
	struct watch ports[2 * CONNECT_MOST];
	size_t n_ports;
	bool has_ipv6;	   /* the pen has */
	bool is_full;	   /* no connection is accepted for now */
	uint64_t again_at; /* when it is tried again, by clock_ns(), if one could not be; 0: it
			      could */
	struct flow *flows, *ended;
	size_t n_flows, flows_most;
	struct peer hosts[CONNECT_MOST]; /* by statement */
	struct names names;		 /* those without one */
	char *hosts_text;		 /* of the host's own table; NULL: none */
	ares_channel resolver;
	struct resolver_socket sockets[RESOLVER_SOCKETS];
	struct stub_client clients[STUB_CLIENTS];
	uint8_t buffer[BUFFER_SIZE];
};

/* loop.c: waits for EVENTS on WATCH from now on; 0: for nothing. */
void watch_set(struct relay_state *state, struct watch *watch, uint32_t events);
/* Stops watching and closes it. */
void watch_close(struct relay_state *state, struct watch *watch);

/* accept.c: begins to accept connections on FD, a socket in the pen. */
void accept_on(struct relay_state *state, int fd);
/* Accepts again, once enough have ended. */
void accept_again(struct relay_state *state);
/* Tries again what could not be accepted; returns when that is due, UINT64_MAX: there is nothing.
 */
uint64_t accept_expire(struct relay_state *state, uint64_t now);
/* Accepts all that waits for it, as far as there is room. */
void accept_rest(struct relay_state *state);

/* target.c: returns the host that has ADDRESS in the pen, or NULL: none does, or none more can be.
 */
struct peer *target_find(struct relay_state *state, const struct address *address);
/* Likewise, but does not begin to know an address of a prefix. */
struct peer *target_find_known(struct relay_state *state, const struct address *address);
/* Returns the host NAME, if a statement is for it; NULL: none is, or none more can be: -ENOSPC in
 * *ret_err. */
struct peer *target_find_name(struct relay_state *state, const char *name, int *ret_err);
/* Returns the address in the pen that HOST, a name, has. */
struct address target_address(const struct relay_state *state, const struct peer *host, int family);
/* Returns whether a statement lists PORT of HOST. */
bool target_is_listed(const struct relay_state *state, const struct peer *host, uint16_t port);
/* Returns whether the first message to PORT of HOST must be TLS for it. */
bool target_is_checked(const struct relay_state *state, const struct peer *host, uint16_t port);
/* Returns whether PORT of HOST may be one of the host that we run on: an address that is listed. */
bool target_may_be_own(const struct relay_state *state, const struct peer *host, uint16_t port);
/* Returns whether a connection to PORT of HOST may lead to ADDRESS. */
bool target_may_lead_to(const struct relay_state *state, const struct peer *host, uint16_t port,
			const struct address *address);

/* flow.c: begins a connection, which was accepted as FD. */
void flow_start(struct relay_state *state, int fd);
/* Goes on with the connections that wait for HOST. */
void flow_resume(struct relay_state *state, const struct peer *host);
/* Ends what has waited too long; returns when the next one will have, UINT64_MAX: none. */
uint64_t flow_expire(struct relay_state *state, uint64_t now);
/* Once the pen is empty: ends the connections of which everything was passed on. */
void flow_finish(struct relay_state *state);
/* Frees what has ended. */
void flow_sweep(struct relay_state *state);

/* resolver.c: reads the host's configuration: before the process is confined. Returns 0 or -errno.
 */
int resolver_open(struct relay_state *state);
/* Returns whether the addresses of a host are known, or known not to be; otherwise flow_resume() is
 * called when they are. */
bool resolver_find(struct relay_state *state, struct peer *host);
/* Handles what has timed out; returns the milliseconds until the next one may have, -1: none. */
int resolver_expire(struct relay_state *state);

/* stub.c: begins to answer on FD, a datagram socket or one that is listened on. */
void stub_listen(struct relay_state *state, int fd, bool is_stream);
uint64_t stub_expire(struct relay_state *state, uint64_t now);

/* refused.c: begins to count what the packet socket FD sees. */
void refused_watch(struct relay_state *state, int fd);
/* Counts what it has seen and not been asked for yet. */
void refused_drain(struct relay_state *state);

#endif
