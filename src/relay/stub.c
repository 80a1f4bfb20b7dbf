// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The name server of the pen. It knows the names that are listed, and their addresses in the pen;
 * it passes no question on, so nothing leaves the pen in one.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "relay/relay_state.h"

enum { QUESTIONS_A_TURN = 32 };

static const uint64_t client_ns = 10000000000U;

static int hex_digit(char digit)
{
	return isdigit((unsigned char)digit)  ? digit - '0'
	       : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
					      : -1;
}

/* Reads the name that RFC 1035 and RFC 3596 give an address, so that it can be asked for. */
static bool read_reverse(const char *name, struct address *ret_address)
{
	struct address address = { .family = AF_INET6 };
	unsigned int b[4];
	int end = 0;

	if (sscanf(name, "%3u.%3u.%3u.%3u.in-addr.arpa%n", &b[0], &b[1], &b[2], &b[3], &end) == 4 &&
	    end && !name[end]) {
		address.family = AF_INET;
		for (size_t i = 0; i < 4; i++)
			address.ip[i] = (uint8_t)b[3 - i];
		*ret_address = address;
		return true;
	}
	if (strlen(name) != 64 + strlen("ip6.arpa") || !str_ends(name, ".ip6.arpa"))
		return false;
	for (size_t i = 0; i < 32; i++) {
		int digit = hex_digit(name[2 * i]);

		if (digit < 0 || name[2 * i + 1] != '.')
			return false;
		address.ip[15 - i / 2] |= (uint8_t)(digit << (i % 2 ? 4 : 0));
	}
	*ret_address = address;
	return true;
}

/* Returns the name that has ADDRESS in the pen, or NULL. */
static const char *name_of(struct relay_state *state, const struct address *address)
{
	const struct peer *host = target_find_known(state, address);

	return host && !host->is_literal ? host->name : NULL;
}

/* Fills in the answer to QUESTION, whose data may be in ROOM. */
static void find_answer(struct relay_state *state, const struct dns_question *question,
			uint8_t room[DNS_NAME_ROOM], struct dns_answer *answer)
{
	int family = question->type == DNS_TYPE_A      ? AF_INET
		     : question->type == DNS_TYPE_AAAA ? AF_INET6
						       : AF_UNSPEC;
	const struct peer *host = NULL;
	struct address address;
	const char *name;
	int err = -ENOENT;

	if (!question->is_odd && read_reverse(question->name, &address)) {
		name = name_of(state, &address); /* a log asks those of everybody */
		answer->code = name ? DNS_OK : DNS_NO_NAME;
		if (name && question->type == DNS_TYPE_PTR)
			*answer = (struct dns_answer){ DNS_OK, room, dns_write_name(name, room) };
		return;
	}
	if (!question->is_odd)
		host = target_find_name(state, question->name, &err);
	if (!host) {
		answer->code = err == -ENOSPC ? DNS_SERVER_FAILED : DNS_NO_NAME;
		table_refuse(state->table, NETWORK_NAME, question->name, 0, NULL);
		return;
	}
	/* Without data a name still exists: musl takes any other answer for the name's own. */
	if (family == AF_UNSPEC || (family == AF_INET6 && !state->has_ipv6) ||
	    question->class != DNS_CLASS_IN)
		return;
	address = target_address(state, host, family);
	*answer = (struct dns_answer){ DNS_OK, room, family == AF_INET ? 4 : 16 };
	memcpy(room, address.ip, answer->len);
}

/* Returns the length of the answer in REPLY; 0: there is none. */
static size_t answer(struct relay_state *state, const uint8_t *message, size_t len,
		     uint8_t reply[DNS_ANSWER_ROOM])
{
	struct dns_answer found = { DNS_OK, NULL, 0 };
	uint8_t room[DNS_NAME_ROOM];
	struct dns_question question;
	int code = dns_read(message, len, &question);

	if (code < 0)
		return 0;
	if (code != DNS_OK) {
		found.code = code;
		return dns_write(message, NULL, &found, reply);
	}
	find_answer(state, &question, room, &found);
	return dns_write(message, &question, &found, reply);
}

static void take_datagrams(struct relay_state *state, struct watch *watch, uint32_t events)
{
	uint8_t reply[DNS_ANSWER_ROOM];

	(void)events;
	for (int i = 0; i < QUESTIONS_A_TURN; i++) {
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		ssize_t n = recvfrom(watch->fd, state->buffer, sizeof(state->buffer), MSG_DONTWAIT,
				     (struct sockaddr *)&from, &from_len);
		size_t len;

		if (n < 0)
			return;
		len = answer(state, state->buffer, (size_t)n, reply);
		if (len)
			sendto(watch->fd, reply, len, MSG_DONTWAIT | MSG_NOSIGNAL,
			       (const struct sockaddr *)&from, from_len);
	}
}

/* Answers the question that CLIENT has sent, if it is complete; returns false for nonsense. */
static bool serve_client(struct relay_state *state, struct stub_client *client)
{
	size_t size = client->n < 2 ? 0 : (size_t)client->room[0] << 8 | client->room[1];
	uint8_t reply[2 + DNS_ANSWER_ROOM];
	size_t len;

	if (client->n < 2)
		return true;
	if (!size || size > DNS_QUESTION_MOST)
		return false;
	if (client->n < 2 + size)
		return true;
	len = answer(state, client->room + 2, size, reply + 2);
	reply[0] = (uint8_t)(len >> 8);
	reply[1] = (uint8_t)len;
	client->n = 0;
	client->until = clock_ns() + client_ns;
	/* Answers are small: one that does not fit is for somebody who does not read. */
	return len && send(client->watch.fd, reply, 2 + len, MSG_DONTWAIT | MSG_NOSIGNAL) ==
			      (ssize_t)(2 + len);
}

/* Reads no more than the question that is due, so that nothing needs to be kept of the next. */
static void take_client(struct relay_state *state, struct watch *watch, uint32_t events)
{
	struct stub_client *client = (struct stub_client *)watch;
	size_t want = client->n < 2 ? 2 : 2 + ((size_t)client->room[0] << 8 | client->room[1]);
	ssize_t n;

	(void)events;
	n = recv(watch->fd, client->room + client->n, want - client->n, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		client->n += (size_t)n;
	if (n <= 0 || !serve_client(state, client))
		watch_close(state, watch);
}

static void accept_client(struct relay_state *state, struct watch *watch, uint32_t events)
{
	int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct stub_client *client = &state->clients[0];

	(void)events;
	if (fd < 0)
		return;
	/* Whoever has waited longest makes room. */
	for (size_t i = 0; i < STUB_CLIENTS && client->watch.fd >= 0; i++)
		if (state->clients[i].watch.fd < 0 || state->clients[i].until < client->until)
			client = &state->clients[i];
	watch_close(state, &client->watch);
	*client = (struct stub_client){ .watch = { .fd = fd, .ready = take_client },
					.until = clock_ns() + client_ns };
	watch_set(state, &client->watch, EPOLLIN);
}

void stub_listen(struct relay_state *state, int fd, bool is_stream)
{
	struct watch *watch = is_stream ? &state->question_port : &state->questions;

	if (watch->fd >= 0) {
		close(fd);
		return;
	}
	*watch = (struct watch){ .fd = fd, .ready = is_stream ? accept_client : take_datagrams };
	watch_set(state, watch, EPOLLIN);
}

uint64_t stub_expire(struct relay_state *state, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	for (size_t i = 0; i < STUB_CLIENTS; i++) {
		struct stub_client *client = &state->clients[i];

		if (client->watch.fd >= 0 && client->until <= now)
			watch_close(state, &client->watch);
		if (client->watch.fd >= 0 && client->until < next)
			next = client->until;
	}
	return next;
}
