/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run did with a network by name (connect): which hosts were connected to, and what was
 * refused. */
#ifndef PINFOLD_RECORD_NETWORK_USE_H
#define PINFOLD_RECORD_NETWORK_USE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum network_refusal_kind {
	NETWORK_NAME,	 /* a question for a name that no connect lists */
	NETWORK_TCP,	 /* a connection to an address and port that none lists */
	NETWORK_UDP,	 /* a datagram to one */
	NETWORK_TLS,	 /* another name in the first message, */
	NETWORK_NO_TLS,	 /* or no TLS at all */
	NETWORK_PRIVATE, /* a name that leads to an address that no name may lead to */
	NETWORK_REFUSAL_KINDS
};

enum { NETWORK_REFUSALS_MAX = 128, NETWORK_CONNECTIONS_MAX = 4096 };

struct network_refusal {
	enum network_refusal_kind kind;
	char *host;    /* a name or an address */
	uint16_t port; /* 0: none, of NETWORK_NAME */
	char *other;   /* the name in TLS, or the address that the name leads to; NULL: none */
	uint64_t count;
	uint64_t first_ns; /* since the start */
};

/* To one port of one host. */
struct network_connection {
	char *host;
	uint16_t port;
	uint64_t count, failed;	 /* the host did not answer, or could not be found */
	uint64_t sent, received; /* bytes */
	uint64_t first_ns, last_ns;
};

struct network_use {
	bool is_used;  /* the pen had such a network */
	bool is_whole; /* connections and datagrams to what is not listed could be seen */
	struct network_connection *connections;
	size_t n_connections;
	struct network_refusal *refusals;
	size_t n_refusals;
	uint64_t more; /* refusals besides these */
};

/* Returns "name", "tcp", "udp", "tls-name", "no-tls" or "private"; or the kind of such a name. */
const char *network_refusal_name(enum network_refusal_kind kind);
bool network_refusal_find(const char *name, enum network_refusal_kind *ret_kind);

void network_use_finish(struct network_use *use);

#endif
