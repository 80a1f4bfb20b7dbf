// SPDX-License-Identifier: GPL-2.0-or-later
#include "denial/seen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "base/str.h"

static void format_string(struct strbuf *buf, const char *bytes, size_t len, bool is_cut)
{
	strbuf_puts(buf, "\"");
	strbuf_escape(buf, bytes, len);
	strbuf_puts(buf, is_cut ? "\"..." : "\"");
}

/* An abstract name begins with a NUL, shown as @ as in /proc/net/unix, and is as long as its
 * address says; a path ends at its first NUL. */
static void format_unix(struct strbuf *buf, const struct sockaddr_un *address, size_t len)
{
	size_t room = len > offsetof(struct sockaddr_un, sun_path)
			      ? len - offsetof(struct sockaddr_un, sun_path)
			      : 0;
	bool is_abstract = room && !address->sun_path[0];

	strbuf_puts(buf, is_abstract ? "AF_UNIX @" : "AF_UNIX ");
	if (is_abstract)
		format_string(buf, address->sun_path + 1, room - 1, false);
	else
		format_string(buf, address->sun_path, strnlen(address->sun_path, room), false);
}

static void format_address(struct strbuf *buf, const struct event_text *text)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	} address = { 0 };
	char host[INET6_ADDRSTRLEN] = "";
	size_t len = text->len < sizeof(address) ? text->len : sizeof(address);

	memcpy(&address, text->bytes, len);
	switch (address.any.sa_family) {
	case AF_INET:
		inet_ntop(AF_INET, &address.in.sin_addr, host, sizeof(host));
		strbuf_printf(buf, "AF_INET %s:%u", host, ntohs(address.in.sin_port));
		break;
	case AF_INET6:
		inet_ntop(AF_INET6, &address.in6.sin6_addr, host, sizeof(host));
		strbuf_printf(buf, "AF_INET6 [%s]:%u", host, ntohs(address.in6.sin6_port));
		break;
	case AF_UNIX:
		format_unix(buf, &address.un, len);
		break;
	default:
		strbuf_printf(buf, "address family %u", address.any.sa_family);
	}
}

char *seen_decode(const struct event_text *text)
{
	struct strbuf buf = { 0 };
	size_t len = text->len < EVENT_TEXT ? text->len : EVENT_TEXT;

	if (text->kind == TEXT_STRING)
		format_string(&buf, text->bytes, len, len >= EVENT_TEXT - 1);
	else if (text->kind == TEXT_ADDRESS)
		format_address(&buf, text);
	return buf.text;
}
