// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which host an address in the pen means, and what the statements say of it. Several may be for the
 * same host and port: a connection is allowed what any of them allows, so that a policy with one
 * more statement never allows less.
 *
 * Must never: find a host for an address that nobody listed, and that no name has got.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "policy/host.h"
#include "relay/relay_state.h"

static struct peer *of_statement(struct relay_state *state, size_t i)
{
	return &state->hosts[listed_host(state->list, i)];
}

static struct peer *find_numbered(const struct relay_state *state, const struct address *address)
{
	const uint8_t *end = address->ip + (address->family == AF_INET ? 2 : 14);
	size_t number = (size_t)end[0] << 8 | end[1];
	struct address own = listed_numbered(number, address->family);
	size_t i = number - LISTED_NEXT_NUMBER;

	if (number < LISTED_NEXT_NUMBER || i >= state->names.n || state->names.v[i]->is_literal ||
	    memcmp(own.ip, address->ip, sizeof(own.ip)) != 0)
		return NULL;
	return state->names.v[i];
}

static bool is_in_prefix(const struct relay_state *state, const struct address *address)
{
	for (size_t i = 0; i < state->list->n; i++)
		if (state->list->v[i].kind == HOST_PREFIX &&
		    prefix_has(&state->list->v[i].prefix, address->family, address->ip))
			return true;
	return false;
}

static struct peer *find_in_prefix(struct relay_state *state, const struct address *address)
{
	char text[INET6_ADDRSTRLEN] = "";
	struct peer *host;
	size_t i;

	if (!is_in_prefix(state, address))
		return NULL;
	inet_ntop(address->family, address->ip, text, sizeof(text));
	i = names_find(&state->names, text);
	if (i < state->names.n)
		return state->names.v[i];
	host = names_add(&state->names, text);
	if (host) {
		host->is_literal = true;
		host->v[host->n++] = *address;
		host->until = UINT64_MAX;
	}
	return host;
}

struct peer *target_find_known(struct relay_state *state, const struct address *address)
{
	size_t i = listed_at(state->list, address);

	return i == SIZE_MAX ? find_numbered(state, address) : of_statement(state, i);
}

struct peer *target_find(struct relay_state *state, const struct address *address)
{
	struct peer *host = target_find_known(state, address);

	return host ? host : find_in_prefix(state, address);
}

static bool is_of_pattern(const struct relay_state *state, const char *name)
{
	for (size_t i = 0; i < state->list->n; i++)
		if (host_has_name(&state->list->v[i], name))
			return true;
	return false;
}

struct peer *target_find_name(struct relay_state *state, const char *name, int *ret_err)
{
	size_t i = listed_find_name(state->list, name);
	struct peer *host;

	*ret_err = -ENOENT;
	if (i != SIZE_MAX)
		return of_statement(state, i);
	if (!host_is_name(name) || !is_of_pattern(state, name))
		return NULL;
	i = names_find(&state->names, name);
	host = i < state->names.n ? state->names.v[i] : names_add(&state->names, name);
	if (!host)
		*ret_err = -ENOSPC;
	return host;
}

struct address target_address(const struct relay_state *state, const struct peer *host, int family)
{
	struct address address;

	if (host->statement == SIZE_MAX)
		return listed_numbered(LISTED_NEXT_NUMBER + names_find(&state->names, host->name),
				       family);
	listed_address(state->list, host->statement, family, &address);
	return address;
}

/* Whether statement AT is for PORT of HOST. */
static bool covers(const struct connect_setting *at, const struct peer *host, uint16_t port)
{
	if (at->port != port)
		return false;
	if (!host->is_literal)
		return host_has_name(at, host->name);
	if (at->kind == HOST_PREFIX)
		return prefix_has(&at->prefix, host->v[0].family, host->v[0].ip);
	return str_eq(at->name, host->name);
}

bool target_is_listed(const struct relay_state *state, const struct peer *host, uint16_t port)
{
	for (size_t i = 0; i < state->list->n; i++)
		if (covers(&state->list->v[i], host, port))
			return true;
	return false;
}

bool target_is_checked(const struct relay_state *state, const struct peer *host, uint16_t port)
{
	for (size_t i = 0; i < state->list->n; i++)
		if (state->list->v[i].is_plain && covers(&state->list->v[i], host, port))
			return false;
	return port == PORT_HTTPS;
}

static bool is_meant(const struct connect_setting *at)
{
	return at->kind == HOST_IPV4 || at->kind == HOST_IPV6 || at->kind == HOST_LOOPBACK;
}

bool target_may_be_own(const struct relay_state *state, const struct peer *host, uint16_t port)
{
	for (size_t i = 0; i < state->list->n; i++)
		if (is_meant(&state->list->v[i]) && covers(&state->list->v[i], host, port))
			return true;
	return false;
}

/* A name leads to a public address, unless its statement says where. */
static bool may_lead_to(const struct connect_setting *at, const struct address *address)
{
	if (is_meant(at))
		return true;
	return at->prefix.family ? prefix_has(&at->prefix, address->family, address->ip)
				 : address_is_public(address);
}

bool target_may_lead_to(const struct relay_state *state, const struct peer *host, uint16_t port,
			const struct address *address)
{
	for (size_t i = 0; i < state->list->n; i++)
		if (covers(&state->list->v[i], host, port) &&
		    may_lead_to(&state->list->v[i], address))
			return true;
	return false;
}
