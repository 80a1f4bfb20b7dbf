// SPDX-License-Identifier: GPL-2.0-or-later
/* A form that another program would read differently must never be accepted as a name, an address,
 * a prefix or a pattern. */
#include "policy/host.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

#include "base/mem.h"
#include "policy/quantity.h"

enum { LABEL_MOST = 63, NAME_MOST = 253 };

/* The networks in which names have their addresses in the pen (relay/listed.h). */
static const struct prefix_setting pens_own[] = {
	{ AF_INET, { 198, 18 }, 15 },
	{ AF_INET6, { 0xfd, 0x70, 0x69, 0x6e, 0x66, 0x6f, 0x6c, 0x64 }, 64 },
};

static const char is_pens_own[] = "is among the addresses that names have in the pen";
static const char no_name[] = "is not the name or the address of a host";

static int compare_ports(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* Reads "443,8443"; the order and repetitions do not matter. */
static bool parse_ports(const char *text, struct host *host)
{
	size_t n = 0;

	for (;;) {
		size_t len = strcspn(text, ",");
		char word[8] = "";
		uint64_t port;

		if (len >= sizeof(word) || host->n_ports == HOST_PORTS_MOST)
			return false;
		memcpy(word, text, len);
		if (!parse_count(word, UINT16_MAX, &port) || !port)
			return false;
		host->ports[host->n_ports++] = (uint16_t)port;
		if (!text[len])
			break;
		text += len + 1;
	}
	qsort(host->ports, host->n_ports, sizeof(*host->ports), compare_ports);
	for (size_t i = 0; i < host->n_ports; i++)
		if (!i || host->ports[i] != host->ports[n - 1])
			host->ports[n++] = host->ports[i];
	host->n_ports = n;
	return true;
}

/* Letters, digits, hyphens and underscores in labels; the last label is not a number, which some
 * programs would read as part of an address. */
bool host_is_name(const char *name)
{
	const char *label = name;

	for (const char *at = name;; at++) {
		if (*at == '.' || !*at) {
			size_t len = (size_t)(at - label);

			if (!len || len > LABEL_MOST || label[0] == '-' || at[-1] == '-')
				return false;
			if (!*at)
				break;
			label = at + 1;
		} else if (!isalnum((unsigned char)*at) && *at != '-' && *at != '_') {
			return false;
		}
	}
	return strlen(name) <= NAME_MOST && !isdigit((unsigned char)*label);
}

static bool is_of_loopback(const char *name)
{
	return str_eq(name, "localhost") || str_ends(name, ".localhost");
}

static const char *take_name(struct host *host, const char **ret_hint)
{
	size_t len = strlen(host->name);

	if (len > 1 && host->name[len - 1] == '.')
		host->name[len - 1] = '\0';
	for (char *at = host->name; *at; at++) {
		if ((unsigned char)*at >= 0x80) {
			*ret_hint = "write its ASCII form, which starts with xn--";
			return no_name;
		}
		*at = (char)tolower((unsigned char)*at);
	}
	if (str_eq(host->name, "*")) {
		host->kind = HOST_ANY;
		return NULL;
	}
	if (strchr(host->name, '*')) {
		host->kind = HOST_PATTERN;
		if (str_starts(host->name, "*.") && host_is_name(host->name + 2) &&
		    !is_of_loopback(host->name))
			return NULL;
		*ret_hint = "a pattern is *.example.org, which is each name below that, or *";
		return no_name;
	}
	if (str_eq(host->name, "localhost")) {
		host->kind = HOST_LOOPBACK;
		return NULL;
	}
	if (is_of_loopback(host->name)) {
		*ret_hint = "a port of the host's loopback is localhost:PORT";
		return no_name;
	}
	host->kind = HOST_NAME;
	return host_is_name(host->name) ? NULL : no_name;
}

static const char *check_ipv4(const uint8_t *ip, const char **ret_hint)
{
	if (ip[0] == IN_LOOPBACKNET) {
		*ret_hint = "a port of the host's loopback is localhost:PORT";
		return "is an address of the pen's own loopback";
	}
	return ip[0] && ip[0] < 224 ? NULL : "is not the address of one host";
}

static const char *check_ipv6(const uint8_t *ip, const char **ret_hint)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff }, none[15];

	if (memcmp(ip, none, sizeof(none)) == 0 && ip[15] == 1) {
		*ret_hint = "a port of the host's loopback is localhost:PORT";
		return "is an address of the pen's own loopback";
	}
	if (memcmp(ip, mapped, sizeof(mapped)) == 0 || memcmp(ip, none, 12) == 0) {
		*ret_hint = "write the IPv4 address";
		return "is not the address of one host";
	}
	if (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) {
		*ret_hint = "its interface is not known in the pen";
		return "is a link-local address";
	}
	return ip[0] == 0xff ? "is not the address of one host" : NULL;
}

static bool overlap(const struct prefix_setting *a, const struct prefix_setting *b)
{
	const struct prefix_setting *wider = a->len < b->len ? a : b;

	return prefix_has(wider, (wider == a ? b : a)->family, (wider == a ? b : a)->ip);
}

static bool is_of_pen(const struct prefix_setting *prefix)
{
	for (size_t i = 0; i < ARRAY_SIZE(pens_own); i++)
		if (overlap(prefix, &pens_own[i]))
			return true;
	return false;
}

static const char *take_address(struct host *host, const char **ret_hint)
{
	bool is_ipv4 = host->kind == HOST_IPV4;
	struct prefix_setting own = { is_ipv4 ? AF_INET : AF_INET6, { 0 }, is_ipv4 ? 32 : 128 };
	const char *why = is_ipv4 ? check_ipv4(host->address, ret_hint)
				  : check_ipv6(host->address, ret_hint);

	memcpy(own.ip, host->address, sizeof(own.ip));
	inet_ntop(own.family, host->address, host->name, sizeof(host->name));
	return !why && is_of_pen(&own) ? is_pens_own : why;
}

static const char *take_host_prefix(struct host *host, const char **ret_hint)
{
	const char *why = prefix_parse(host->name, &host->prefix);
	struct strbuf text = { 0 };

	if (why)
		return why;
	if (host->prefix.len == (host->prefix.family == AF_INET ? 32 : 128)) {
		host->kind = host->prefix.family == AF_INET ? HOST_IPV4 : HOST_IPV6;
		memcpy(host->address, host->prefix.ip, sizeof(host->address));
		host->prefix = (struct prefix_setting){ 0 };
		return take_address(host, ret_hint);
	}
	if (is_of_pen(&host->prefix))
		return is_pens_own;
	prefix_print(&host->prefix, &text);
	memcpy(host->name, text.text, text.len + 1);
	strbuf_finish(&text);
	return NULL;
}

/* Splits TEXT into host->name and the ports; returns them, "" for none, or NULL. */
static const char *split(const char *text, struct host *host, bool *ret_is_bracketed)
{
	const char *ports, *colon = strchr(text, ':');
	size_t len;

	*ret_is_bracketed = *text == '[';
	if (*ret_is_bracketed) {
		len = strcspn(++text, "]");
		ports = text + len + (text[len] == ']');
		if (text[len] != ']' || (*ports && *ports != ':'))
			return NULL;
	} else {
		len = strlen(text);
		if (colon && !strchr(colon + 1, ':')) /* more than one: an IPv6 address */
			len = (size_t)(colon - text);
		ports = text + len;
	}
	if (!len || len >= sizeof(host->name))
		return NULL;
	memcpy(host->name, text, len);
	return ports;
}

const char *host_parse(const char *text, struct host *ret_host, const char **ret_hint)
{
	struct host host = { 0 };
	const char *ports, *why;
	bool is_bracketed;

	*ret_hint = NULL;
	if (strstr(text, "://")) {
		*ret_hint = "write the host alone: example.org or example.org:443";
		return "is not a host";
	}
	ports = split(text, &host, &is_bracketed);
	if (!ports)
		return no_name;
	if (strchr(host.name, '/') && (!is_bracketed || strchr(host.name, ':')))
		host.kind = HOST_PREFIX;
	else if (inet_pton(AF_INET6, host.name, host.address) == 1)
		host.kind = HOST_IPV6;
	else if (!is_bracketed && inet_pton(AF_INET, host.name, host.address) == 1)
		host.kind = HOST_IPV4;
	else if (is_bracketed)
		return "is not an IPv6 address";
	why = host.kind == HOST_PREFIX				 ? take_host_prefix(&host, ret_hint)
	      : host.kind == HOST_IPV4 || host.kind == HOST_IPV6 ? take_address(&host, ret_hint)
								 : take_name(&host, ret_hint);
	if (why)
		return why;
	if (*ports && !parse_ports(ports + 1, &host)) {
		*ret_hint = "ports are numbers from 1 to 65535, at most 16: example.org:443,8443";
		return "does not end in ports";
	}
	if (!*ports && host.kind == HOST_LOOPBACK) {
		*ret_hint = "name the port: localhost:5432";
		return "has no port";
	}
	if (!*ports) {
		host.ports[0] = PORT_HTTP;
		host.ports[1] = PORT_HTTPS;
		host.n_ports = 2;
	}
	*ret_host = host;
	return NULL;
}

void host_print(enum host_kind kind, const char *name, uint16_t port, struct strbuf *buf)
{
	bool is_bracketed = kind == HOST_IPV6 || (kind == HOST_PREFIX && strchr(name, ':'));

	strbuf_printf(buf, is_bracketed ? "[%s]:%u" : "%s:%u", name, port);
}

bool host_has_name(const struct connect_setting *at, const char *name)
{
	switch (at->kind) {
	case HOST_NAME:
		return str_eq(at->name, name);
	case HOST_PATTERN: /* a name is never empty before the dot */
		return str_ends(name, at->name + 1);
	case HOST_ANY: /* one without a dot is of the host's own network */
		return strchr(name, '.') && !is_of_loopback(name);
	default:
		return false;
	}
}

bool host_is_for(const struct connect_setting *at, const char *host)
{
	int family = strchr(host, ':') ? AF_INET6 : AF_INET;
	uint8_t ip[16];

	if (inet_pton(family, host, ip) == 1)
		return at->kind == HOST_PREFIX ? prefix_has(&at->prefix, family, ip)
					       : str_eq(at->name, host);
	return str_eq(at->name, host) || host_has_name(at, host);
}

bool prefix_has(const struct prefix_setting *prefix, int family, const uint8_t *ip)
{
	if (family != prefix->family)
		return false;
	for (unsigned int i = 0; i < prefix->len; i++)
		if ((ip[i / 8] ^ prefix->ip[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}

static bool has_host_bits(const struct prefix_setting *prefix)
{
	unsigned int bits = prefix->family == AF_INET ? 32 : 128;

	for (unsigned int i = prefix->len; i < bits; i++)
		if (prefix->ip[i / 8] >> (7 - i % 8) & 1)
			return true;
	return false;
}

/* What overlaps with no address of another kind than those of hosts. */
static bool is_of_hosts(const struct prefix_setting *prefix)
{
	const uint8_t first = prefix->ip[0];

	if (prefix->family == AF_INET)
		return prefix->len >= 8 && prefix->len <= 32 && first && first != IN_LOOPBACKNET &&
		       first < 224;
	return prefix->len >= 7 && prefix->len <= 128 &&
	       (first >> 5 == 1 || (first & 0xfe) == 0xfc);
}

const char *prefix_parse(const char *text, struct prefix_setting *ret_prefix)
{
	struct prefix_setting prefix = { 0 };
	char address[INET6_ADDRSTRLEN] = "";
	const char *slash = strchr(text, '/');
	uint64_t len;

	if (!slash || (size_t)(slash - text) >= sizeof(address) ||
	    !parse_count(slash + 1, 128, &len))
		return "is not a prefix, like 10.0.0.0/8 or fd00::/8";
	memcpy(address, text, (size_t)(slash - text));
	if (inet_pton(AF_INET, address, prefix.ip) == 1)
		prefix.family = AF_INET;
	else if (inet_pton(AF_INET6, address, prefix.ip) == 1)
		prefix.family = AF_INET6;
	else
		return "is not a prefix, like 10.0.0.0/8 or fd00::/8";
	prefix.len = (unsigned int)len;
	if (!is_of_hosts(&prefix))
		return "is not a prefix of the addresses of hosts";
	if (has_host_bits(&prefix))
		return "has bits after the prefix";
	*ret_prefix = prefix;
	return NULL;
}

void prefix_print(const struct prefix_setting *prefix, struct strbuf *buf)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(prefix->family, prefix->ip, text, sizeof(text));
	strbuf_printf(buf, "%s/%u", text, prefix->len);
}
