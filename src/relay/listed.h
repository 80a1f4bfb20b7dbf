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
	RELAY_PORT = 1,	     /* listened on, at the address of a host or at every address */
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

/* The number of the first name that has no statement of its own (names.h). */
enum { LISTED_NEXT_NUMBER = CONNECT_MOST + 2 };

/* Returns the address of FAMILY in the pen that the name with this number has. */
struct address listed_numbered(size_t number, int family);

/* Returns whether the port of statement number I is accepted on at every address, because some
 * statement for it has no address of its own: a pattern, or a prefix. */
bool listed_is_everywhere(const struct connect_settings *list, size_t i);

/* Returns whether statement number I is the first one for its port. */
bool listed_is_first(const struct connect_settings *list, size_t i);

/* Returns the first statement for the host NAME that is resolved outside, or SIZE_MAX. */
size_t listed_find_name(const struct connect_settings *list, const char *name);

/* Returns the first statement whose host has ADDRESS in the pen, or SIZE_MAX. */
size_t listed_at(const struct connect_settings *list, const struct address *address);

/* Returns the listed name that has ADDRESS in the pen, or NULL. */
const char *listed_name_of(const struct connect_settings *list, const struct address *address);

#endif
