// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/listed.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/str.h"

enum { FIRST_NUMBER = 2 };

size_t listed_host(const struct connect_settings *list, size_t i)
{
	size_t first = 0;

	while (!str_eq(list->v[first].name, list->v[i].name))
		first++;
	return first;
}

bool listed_address(const struct connect_settings *list, size_t i, int family,
		    struct address *ret_address)
{
	const struct connect_setting *at = &list->v[i];
	bool is_ipv4 = family == AF_INET;
	size_t number = FIRST_NUMBER + listed_host(list, i);
	struct address address = { .family = family };

	if ((at->kind == HOST_IPV4 && !is_ipv4) || (at->kind == HOST_IPV6 && is_ipv4))
		return false;
	if (at->kind == HOST_IPV4 || at->kind == HOST_IPV6) {
		memcpy(address.ip, at->address, sizeof(address.ip));
	} else if (at->kind == HOST_LOOPBACK) {
		inet_pton(family, is_ipv4 ? "127.0.0.1" : "::1", address.ip);
	} else if (is_ipv4) {
		inet_pton(family, LISTED_IPV4_OWN, address.ip);
		address.ip[3] = (uint8_t)number;
	} else {
		inet_pton(family, LISTED_IPV6_OWN, address.ip);
		address.ip[15] = (uint8_t)number;
	}
	*ret_address = address;
	return true;
}

_Static_assert(FIRST_NUMBER + CONNECT_MOST <= UINT8_MAX, "one byte numbers the hosts");

static bool is_at(const struct connect_settings *list, size_t i, const struct address *address)
{
	size_t len = address->family == AF_INET ? 4 : sizeof(address->ip);
	struct address own;

	return listed_address(list, i, address->family, &own) &&
	       memcmp(own.ip, address->ip, len) == 0;
}

bool listed_find(const struct connect_settings *list, const struct address *address, uint16_t port,
		 size_t *ret_i)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i].port != port || !is_at(list, i, address))
			continue;
		*ret_i = i;
		return true;
	}
	return false;
}

size_t listed_find_name(const struct connect_settings *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].kind == HOST_NAME && str_eq(list->v[i].name, name))
			return i;
	return SIZE_MAX;
}

const char *listed_name_of(const struct connect_settings *list, const struct address *address)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].kind == HOST_NAME && is_at(list, i, address))
			return list->v[i].name;
	return NULL;
}
