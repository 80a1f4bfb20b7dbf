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

struct address listed_numbered(size_t number, int family)
{
	bool is_ipv4 = family == AF_INET;
	struct address address = { .family = family };
	uint8_t *end = address.ip + (is_ipv4 ? 2 : 14);

	inet_pton(family, is_ipv4 ? LISTED_IPV4_OWN : LISTED_IPV6_OWN, address.ip);
	end[0] = (uint8_t)(number >> 8);
	end[1] = (uint8_t)number;
	return address;
}

bool listed_address(const struct connect_settings *list, size_t i, int family,
		    struct address *ret_address)
{
	const struct connect_setting *at = &list->v[i];
	bool is_ipv4 = family == AF_INET;

	*ret_address = (struct address){ .family = family };
	switch (at->kind) {
	case HOST_NAME:
		*ret_address = listed_numbered(FIRST_NUMBER + listed_host(list, i), family);
		return true;
	case HOST_IPV4:
	case HOST_IPV6:
		memcpy(ret_address->ip, at->address, sizeof(ret_address->ip));
		return is_ipv4 == (at->kind == HOST_IPV4);
	case HOST_LOOPBACK:
		inet_pton(family, is_ipv4 ? "127.0.0.1" : "::1", ret_address->ip);
		return true;
	case HOST_PATTERN:
	case HOST_ANY:
	case HOST_PREFIX:
		break;
	}
	return false;
}

_Static_assert(FIRST_NUMBER + CONNECT_MOST <= LISTED_NEXT_NUMBER, "no number is given twice");

bool listed_is_everywhere(const struct connect_settings *list, size_t i)
{
	for (size_t k = 0; k < list->n; k++)
		if (list->v[k].port == list->v[i].port &&
		    (list->v[k].kind == HOST_PATTERN || list->v[k].kind == HOST_ANY ||
		     list->v[k].kind == HOST_PREFIX))
			return true;
	return false;
}

bool listed_is_first(const struct connect_settings *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (list->v[k].port == list->v[i].port)
			return false;
	return true;
}

static bool is_at(const struct connect_settings *list, size_t i, const struct address *address)
{
	size_t len = address->family == AF_INET ? 4 : sizeof(address->ip);
	struct address own;

	return listed_address(list, i, address->family, &own) &&
	       memcmp(own.ip, address->ip, len) == 0;
}

size_t listed_find_name(const struct connect_settings *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].kind == HOST_NAME && str_eq(list->v[i].name, name))
			return i;
	return SIZE_MAX;
}

size_t listed_at(const struct connect_settings *list, const struct address *address)
{
	for (size_t i = 0; i < list->n; i++)
		if (is_at(list, i, address))
			return i;
	return SIZE_MAX;
}

const char *listed_name_of(const struct connect_settings *list, const struct address *address)
{
	size_t i = listed_at(list, address);

	return i != SIZE_MAX && list->v[i].kind == HOST_NAME ? list->v[i].name : NULL;
}
