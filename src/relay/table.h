/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the relay has done, in memory that it shares with the supervisor, which reads it once the
 * relay has exited. The relay reads what a hostile command sends: believe no number in it to be
 * consistent with another, and no text to be terminated. */
#ifndef PINFOLD_RELAY_TABLE_H
#define PINFOLD_RELAY_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "policy/settings.h"

enum { TABLE_REFUSED_MOST = 128 };

enum refused_kind {
	REFUSED_NAME,	 /* a question for a name that no connect lists */
	REFUSED_TCP,	 /* a connection to an address and port */
	REFUSED_UDP,	 /* a datagram to one */
	REFUSED_TLS,	 /* another name in the first message, */
	REFUSED_NO_TLS,	 /* or no TLS at all */
	REFUSED_PRIVATE, /* a name that leads to an address that no name may lead to */
	REFUSED_KINDS
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
	uint64_t count;
	uint64_t failed;     /* of these: the host did not answer, or could not be found */
	int32_t why;	     /* errno of the last that failed */
	uint32_t is_unknown; /* it failed because the name could not be resolved */
	uint64_t sent, received;
	uint64_t first_ns, last_ns; /* of the beginning, by clock_ns() */
};

struct relay_table {
	struct connection_row connections[CONNECT_MOST]; /* by statement */
	struct refused_row refused[TABLE_REFUSED_MOST];
	size_t n_refused;
	uint64_t dropped; /* refusals of kinds that did not fit */
};

/* Counts a refusal; OTHER may be NULL. */
void table_refuse(struct relay_table *table, enum refused_kind kind, const char *name,
		  uint16_t port, const char *other);

#endif
