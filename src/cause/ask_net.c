// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses on the host, without sending anything: connecting a datagram socket makes the kernel
 * look up a route and choose a source address, and no more; listeners are in the tables of
 * /proc/net.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "cause/ask_message.h"

enum {
	TABLE_MAX = 8 << 20, /* how many bytes of one are read */
	BLOCK = 1 << 16,
	LINE_ROOM = 512,
	TCP_LISTENING = 0x0a, /* include/net/tcp_states.h */
	UDP_BOUND = 0x07,     /* the same, because UDP has no states */
	DISCARD_PORT = 9,
};

/* What to look for in the lines of a table. */
struct line_search {
	const struct ask_address *address;
	const char *name; /* of an abstract socket, as in the table */
};

typedef bool line_test(const struct line_search *search, const char *line);

/* Returns whether TEST finds a line in TABLE. Lines that do not fit are cut. */
static bool has_line(int table, line_test *test, const struct line_search *search)
{
	static char block[BLOCK];
	char line[LINE_ROOM];
	size_t len = 0;
	off_t at = 0;
	ssize_t n;

	while (at < TABLE_MAX && (n = pread(table, block, sizeof(block), at)) > 0) {
		at += n;
		for (ssize_t i = 0; i < n; i++) {
			if (block[i] != '\n') {
				len += len < sizeof(line) - 1;
				line[len - 1] = block[i];
				continue;
			}
			line[len] = '\0';
			len = 0;
			if (test(search, line))
				return true;
		}
	}
	return false;
}

/* Whether IP, from a line whose words are in the machine's order, is the address of the question or
 * the wildcard. */
static bool is_bound_to(const uint32_t *ip, size_t words, const struct ask_address *address)
{
	const size_t has = address->family == AF_INET ? 1 : 4;
	uint32_t wanted[4] = { 0 }, any = 0;

	for (size_t i = 0; i < words; i++)
		any |= ip[i];
	if (!any)
		return true;
	memcpy(wanted, address->ip, has * sizeof(*wanted));
	if (words == has)
		return !memcmp(ip, wanted, words * sizeof(*ip));
	/* IPv4 through an IPv6 socket */
	return words == 4 && !ip[0] && !ip[1] && ip[2] == htonl(0xffff) &&
	       (ip[3] == wanted[0] || !ip[3]);
}

static bool is_listening(const struct line_search *search, const char *line)
{
	unsigned int state = search->address->is_stream ? TCP_LISTENING : UDP_BOUND;
	unsigned int ip[4], port, got;

	if (sscanf(line, " %*d: %8x:%4x %*[0-9A-F]:%*4x %x", &ip[0], &port, &got) == 3)
		return port == search->address->port && got == state &&
		       is_bound_to(ip, 1, search->address);
	if (sscanf(line, " %*d: %8x%8x%8x%8x:%4x %*[0-9A-F]:%*4x %x", &ip[0], &ip[1], &ip[2],
		   &ip[3], &port, &got) == 6)
		return port == search->address->port && got == state &&
		       is_bound_to(ip, 4, search->address);
	return false;
}

static socklen_t name_address(const struct ask_address *address, struct sockaddr_storage *ret)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;
	uint16_t port = htons(address->port ? address->port : DISCARD_PORT);

	*ret = (struct sockaddr_storage){ .ss_family = (sa_family_t)address->family };
	if (address->family == AF_INET) {
		v4->sin_port = port;
		memcpy(&v4->sin_addr, address->ip, sizeof(v4->sin_addr));
		return sizeof(*v4);
	}
	v6->sin6_port = port;
	memcpy(&v6->sin6_addr, address->ip, sizeof(v6->sin6_addr));
	return sizeof(*v6);
}

/* Whether SOCKET, which is connected to ADDRESS, would send from that very address. */
static bool is_own(int socket, const struct ask_address *address)
{
	struct sockaddr_storage from = { 0 };
	const void *ip = address->family == AF_INET
				 ? (const void *)&((struct sockaddr_in *)&from)->sin_addr
				 : (const void *)&((struct sockaddr_in6 *)&from)->sin6_addr;
	socklen_t len = sizeof(from);

	return !getsockname(socket, (struct sockaddr *)&from, &len) &&
	       from.ss_family == address->family &&
	       !memcmp(ip, address->ip, address->family == AF_INET ? 4 : 16);
}

void ask_look_for_address(const struct ask_tools *tools, const struct ask_address *address,
			  struct ask_net *ret_net)
{
	const struct line_search search = { .address = address };
	const struct sockaddr nothing = { .sa_family = AF_UNSPEC };
	int first = address->is_stream ? TABLE_TCP : TABLE_UDP;
	struct sockaddr_storage name;
	socklen_t len = name_address(address, &name);
	int socket = tools->udp[address->family != AF_INET];

	*ret_net = (struct ask_net){ 0 };
	if (socket < 0) {
		ret_net->route = EAFNOSUPPORT;
		return;
	}
	connect(socket, &nothing, sizeof(nothing));
	ret_net->route = connect(socket, (struct sockaddr *)&name, len) ? errno : 0;
	if (ret_net->route == EACCES) /* a broadcast address has a route */
		ret_net->route = 0;
	ret_net->is_own = !ret_net->route && is_own(socket, address);
	for (int i = address->family != AF_INET; i < 2 && ret_net->is_own && !ret_net->is_listened;
	     i++)
		ret_net->is_listened = tools->tables[first + i] >= 0 &&
				       has_line(tools->tables[first + i], is_listening, &search);
}

static bool has_name(const struct line_search *search, const char *line)
{
	const char *name = strchr(line, '@');

	return name && str_eq(name, search->name);
}

void ask_look_for_abstract(const struct ask_tools *tools, const char *name, size_t len,
			   struct ask_net *ret_net)
{
	char text[ABSTRACT_MAX + 2] = "@";
	const struct line_search search = { .name = text };

	*ret_net = (struct ask_net){ 0 };
	for (size_t i = 0; i < len; i++) {
		/* It would end the line in the table. */
		if (name[i] == '\n') {
			ret_net->doubt = DOUBT_NAME;
			return;
		}
		text[i + 1] = name[i] ? name[i] : '@'; /* unix_seq_show() in the kernel */
	}
	ret_net->is_listened = tools->tables[TABLE_UNIX] >= 0 &&
			       has_line(tools->tables[TABLE_UNIX], has_name, &search);
}
