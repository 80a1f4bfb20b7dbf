/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses a name may lead to. */
#ifndef PINFOLD_RELAY_ADDRESS_H
#define PINFOLD_RELAY_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
	int family;
	uint8_t ip[16]; /* of AF_INET the first four bytes */
};

/* Returns whether ADDRESS is one of the public internet: not private, loopback, link-local (where
 * the metadata of cloud machines is), multicast or reserved, and none that contains another. */
bool address_is_public(const struct address *address);

/* Opens the socket that address_is_elsewhere() needs, in *ret_fd. Returns 0 or -errno. */
int address_open_routes(int *ret_fd);

/* Returns 0 if ADDRESS is reached through one of the host's routes and is not the host's own, or a
 * broadcast; otherwise -EADDRINUSE, or another -errno if there is no route. */
int address_is_elsewhere(int routes, const struct address *address);

/* Returns whether ADDRESS is of the loopback. */
bool address_is_loopback(const struct address *address);

/* Gets the socket FD's own address and port. Returns 0 or -errno. */
int address_of_socket(int fd, struct address *ret_address, uint16_t *ret_port);

/* Makes the socket address of ADDRESS and PORT; returns its length. */
socklen_t address_fill(const struct address *address, uint16_t port, struct sockaddr_storage *ret);

#endif
