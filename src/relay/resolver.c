// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Resolves the listed names outside, by the host's name servers and its hosts file: never by what
 * comes from the pen. Where a name may lead is decided later (flow.c): a name's owner decides what
 * it resolves to.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "relay/relay_state.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#ifdef HAVE_STATIC_DW
/* These replace libc's own, which the library would call for names of ports, and which load other
 * libraries even where libc is linked statically. Nobody asks for a port by its name here. */
struct servent *getservbyname(const char *name, const char *protocol)
{
	(void)name, (void)protocol;
	return NULL;
}

int getservbyport_r(int port, const char *protocol, struct servent *room, char *text, size_t size,
		    struct servent **ret_entry)
{
	(void)port, (void)protocol, (void)room, (void)text, (void)size;
	*ret_entry = NULL;
	return 0;
}
#endif

enum {
	HOSTS_MOST = 1 << 20,
	HOSTS_LINE = 4096,
	TIMEOUT_MS = 2000,
	TRIES = 3,
	TTL_LEAST_S = 5,
	TTL_MOST_S = 300,
	FAILED_S = 2, /* so long a failure is remembered */
};

static const uint64_t second_ns = 1000000000U;

/* A question for the addresses of one family. */
struct lookup {
	struct relay_state *state;
	struct peer *host;
	int family;
};

static void add(struct peer *host, const struct address *address)
{
	if (host->n < HOST_ADDRESSES)
		host->v[host->n++] = *address;
}

static void conclude(struct relay_state *state, struct peer *host)
{
	unsigned int valid_s = host->n ? host->ttl_s : FAILED_S;

	if (host->n)
		host->error = 0;
	else if (!host->error)
		host->error = -ENOENT;
	host->until = clock_ns() + valid_s * second_ns;
	flow_resume(state, host);
}

static void note_ttl(struct peer *host, int ttl_s)
{
	unsigned int own = ttl_s < TTL_LEAST_S	? TTL_LEAST_S
			   : ttl_s > TTL_MOST_S ? TTL_MOST_S
						: (unsigned int)ttl_s;

	if (own < host->ttl_s)
		host->ttl_s = own;
}

static int take_ipv4(struct lookup *lookup, const unsigned char *bytes, int len)
{
	struct ares_addrttl found[HOST_ADDRESSES];
	int n = HOST_ADDRESSES, err = ares_parse_a_reply(bytes, len, NULL, found, &n);

	for (int i = 0; !err && i < n; i++) {
		struct address address = { .family = AF_INET };

		memcpy(address.ip, &found[i].ipaddr, 4);
		note_ttl(lookup->host, found[i].ttl);
		add(lookup->host, &address);
	}
	return err;
}

static int take_ipv6(struct lookup *lookup, const unsigned char *bytes, int len)
{
	struct ares_addr6ttl found[HOST_ADDRESSES];
	int n = HOST_ADDRESSES, err = ares_parse_aaaa_reply(bytes, len, NULL, found, &n);

	for (int i = 0; !err && i < n; i++) {
		struct address address = { .family = AF_INET6 };

		memcpy(address.ip, &found[i].ip6addr, 16);
		note_ttl(lookup->host, found[i].ttl);
		add(lookup->host, &address);
	}
	return err;
}

static void take_reply(void *data, int status, int timeouts, unsigned char *bytes, int len)
{
	struct lookup *lookup = data;
	struct relay_state *state = lookup->state;
	struct peer *host = lookup->host;

	(void)timeouts;
	if (status == ARES_SUCCESS)
		status = lookup->family == AF_INET ? take_ipv4(lookup, bytes, len)
						   : take_ipv6(lookup, bytes, len);
	if (status != ARES_SUCCESS && status != ARES_ENODATA && status != ARES_ENOTFOUND)
		host->error = status == ARES_ETIMEOUT || status == ARES_ECONNREFUSED ? -ETIMEDOUT
										     : -EIO;
	free(lookup);
	if (--host->pending == 0)
		conclude(state, host);
}

static void ask(struct relay_state *state, struct peer *host, int family)
{
	struct lookup *lookup = mem_alloc(sizeof(*lookup));

	*lookup = (struct lookup){ state, host, family };
	ares_query(state->resolver, host->name, DNS_CLASS_IN,
		   family == AF_INET ? DNS_TYPE_A : DNS_TYPE_AAAA, take_reply, lookup);
}

/* Adds the address that a line of the hosts file has for HOST. */
static void look_at_line(struct peer *host, char *line)
{
	struct address address = { .family = AF_INET };
	char *rest = NULL, *word;

	line[strcspn(line, "#")] = '\0';
	word = strtok_r(line, " \t\r", &rest);
	if (!word)
		return;
	if (inet_pton(AF_INET, word, address.ip) != 1) {
		address.family = AF_INET6;
		if (inet_pton(AF_INET6, word, address.ip) != 1)
			return;
	}
	while ((word = strtok_r(NULL, " \t\r", &rest)))
		if (strcasecmp(host->name, word) == 0) {
			add(host, &address);
			host->until = UINT64_MAX;
			return;
		}
}

/* The administrator's own table comes first, as in libc. */
static void look_in_hosts(const struct relay_state *state, struct peer *host)
{
	const char *line = state->hosts_text;

	while (line && *line) {
		size_t len = strcspn(line, "\n");
		char room[HOSTS_LINE];

		if (len < sizeof(room)) {
			memcpy(room, line, len);
			room[len] = '\0';
			look_at_line(host, room);
		}
		line += len + (line[len] == '\n');
	}
}

bool resolver_find(struct relay_state *state, struct peer *host)
{
	if (host->pending)
		return false;
	if (!host->until)
		look_in_hosts(state, host);
	if (host->until > clock_ns())
		return true;
	host->n = 0;
	host->error = 0;
	host->pending = 2;
	host->ttl_s = TTL_MOST_S;
	ask(state, host, AF_INET);
	ask(state, host, AF_INET6);
	return !host->pending && host->until;
}

static void take_socket(struct relay_state *state, struct watch *watch, uint32_t events)
{
	ares_process_fd(state->resolver, events & ~(uint32_t)EPOLLOUT ? watch->fd : ARES_SOCKET_BAD,
			events & EPOLLOUT ? watch->fd : ARES_SOCKET_BAD);
}

static struct watch *find_socket(struct relay_state *state, int fd)
{
	for (size_t i = 0; i < RESOLVER_SOCKETS; i++)
		if (state->sockets[i].watch.fd == fd)
			return &state->sockets[i].watch;
	return NULL;
}

/* The library says what it waits for; the socket is its own, and it is told last before it is
 * closed. One that does not fit is not waited for: its question times out. */
static void watch_socket(void *data, ares_socket_t fd, int is_read, int is_written)
{
	struct relay_state *state = data;
	struct watch *watch = find_socket(state, fd);

	if (!watch && (is_read || is_written))
		watch = find_socket(state, -1);
	if (!watch)
		return;
	watch->fd = fd;
	watch->ready = take_socket;
	watch_set(state, watch,
		  (is_read ? (uint32_t)EPOLLIN : 0) | (is_written ? (uint32_t)EPOLLOUT : 0));
	if (!watch->events)
		watch->fd = -1;
}

int resolver_expire(struct relay_state *state)
{
	struct timeval room, *left;

	ares_process_fd(state->resolver, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	left = ares_timeout(state->resolver, NULL, &room);
	return left ? (int)(left->tv_sec * 1000 + left->tv_usec / 1000 + 1) : -1;
}

/* What is written as an address is meant as that one. */
static void fill_hosts(struct relay_state *state)
{
	for (size_t i = 0; i < state->list->n; i++) {
		const struct connect_setting *at = &state->list->v[i];
		struct peer *host = &state->hosts[i];

		host->name = at->name;
		host->statement = i;
		host->is_literal = at->kind == HOST_IPV4 || at->kind == HOST_IPV6 ||
				   at->kind == HOST_LOOPBACK;
		if (!host->is_literal || listed_host(state->list, i) != i)
			continue;
		if (listed_address(state->list, i, AF_INET, &host->v[host->n]))
			host->n++;
		if (listed_address(state->list, i, AF_INET6, &host->v[host->n]))
			host->n++;
		host->until = UINT64_MAX;
	}
}

int resolver_open(struct relay_state *state)
{
	struct ares_options options = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
		.timeout = TIMEOUT_MS,
		.tries = TRIES,
		.sock_state_cb = watch_socket,
		.sock_state_cb_data = state,
	};

	size_t len;

	for (size_t i = 0; i < RESOLVER_SOCKETS; i++)
		state->sockets[i].watch.fd = -1;
	fd_read_file(AT_FDCWD, "/etc/hosts", HOSTS_MOST, &state->hosts_text, &len);
	fill_hosts(state);
	return ares_init_options(&state->resolver, &options,
				 ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
					 ARES_OPT_SOCK_STATE_CB)
		       ? -EIO
		       : 0;
}
