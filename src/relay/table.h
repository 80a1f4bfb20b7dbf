/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the relay has done, in memory that it shares with the supervisor, which reads it once the
 * relay has exited. The relay reads what a hostile command sends: believe no number in it to be
 * consistent with another, and no text to be terminated. */
#ifndef PINFOLD_RELAY_TABLE_H
#define PINFOLD_RELAY_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/settings.h"
#include "record/network_use.h"

enum {
	TABLE_REFUSED_MOST = NETWORK_REFUSALS_MAX,
	TABLE_CONNECTIONS_MOST = NETWORK_CONNECTIONS_MAX
};

struct refused_row {
	uint32_t kind;
	uint32_t port;
	char name[HOST_NAME_ROOM];  /* asked for, or the address */
	char other[HOST_NAME_ROOM]; /* the name in TLS, or the address that the name leads to */
	uint64_t count;
	uint64_t first_ns; /* by clock_ns() */
};

struct connection_row {
	char name[HOST_NAME_ROOM];
	uint32_t port;
	uint64_t count;
	uint64_t failed; /* of these: the host did not answer, or could not be found */
	uint64_t sent, received;
	uint64_t first_ns, last_ns; /* of the beginning, by clock_ns() */
};

struct relay_table {
	struct connection_row connections[TABLE_CONNECTIONS_MOST];
	size_t n_connections;
	struct refused_row refused[TABLE_REFUSED_MOST];
	size_t n_refused;
	bool is_watching; /* refused connections and datagrams are seen */
	uint64_t dropped; /* refusals of kinds that did not fit */
};

/* Returns the row for connections to PORT of NAME, or NULL: there is room for none more. */
struct connection_row *table_connection(struct relay_table *table, const char *name, uint16_t port);

/* Counts a refusal; OTHER may be NULL. */
void table_refuse(struct relay_table *table, enum network_refusal_kind kind, const char *name,
		  uint16_t port, const char *other);

#endif
