/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in the pen's network each host that may be connected to is found: pid 1 makes sockets at
 * these addresses, and the relay knows by them which host a connection is for. */
#ifndef PINFOLD_RELAY_LISTED_H
#define PINFOLD_RELAY_LISTED_H

#include "policy/settings.h"
#include "relay/address.h"

/* The addresses of the pen's only interface: the name server, and what makes programs believe that
 * there is a network. 198.18.0.0/15 is for benchmarks (RFC 2544): no host has it. */
#define LISTED_IPV4_OWN	   "198.18.0.1"
#define LISTED_IPV6_PREFIX "fd70:696e:666f:6c64::"
#define LISTED_IPV6_OWN	   LISTED_IPV6_PREFIX "1"

/* With what pid 1 sends a socket (fd_message_fill()). */
enum relay_word {
	RELAY_PORT = 1,	     /* listened on, at the address of a host */
	RELAY_QUESTIONS,     /* the name server's, for datagrams, */
	RELAY_QUESTION_PORT, /* and for connections */
	RELAY_REFUSALS,	     /* a packet socket */
};

/* Returns the first statement for the same host as number I. */
size_t listed_host(const struct connect_settings *list, size_t i);

/* Returns whether the host of statement number I has an address of FAMILY in the pen, with that in
 * *ret_address. */
bool listed_address(const struct connect_settings *list, size_t i, int family,
		    struct address *ret_address);

/* Finds the statement for a connection to ADDRESS and PORT in the pen; returns whether there is
 * one. */
bool listed_find(const struct connect_settings *list, const struct address *address, uint16_t port,
		 size_t *ret_i);

/* Returns the first statement for the host NAME that is resolved outside, or SIZE_MAX. */
size_t listed_find_name(const struct connect_settings *list, const char *name);

/* Returns the name that has ADDRESS in the pen, or NULL. */
const char *listed_name_of(const struct connect_settings *list, const struct address *address);

#endif
