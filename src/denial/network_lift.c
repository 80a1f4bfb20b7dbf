// SPDX-License-Identifier: GPL-2.0-or-later
#include "denial/network_lift.h"

#include <string.h>

#include "policy/host.h"

static void put_host(const struct network_refusal *refusal, struct strbuf *buf)
{
	if (refusal->port)
		host_print(strchr(refusal->host, ':') ? HOST_IPV6 : HOST_NAME, refusal->host,
			   refusal->port, buf);
	else
		strbuf_puts(buf, refusal->host);
}

void network_format_lift(const struct network_refusal *refusal, struct strbuf *buf)
{
	/* A port in the name that TLS asked for would be the command's idea. */
	bool is_name_only = refusal->kind == NETWORK_TLS;
	struct strbuf words = { 0 };
	const char *hint;
	struct host host;

	if (refusal->kind == NETWORK_NAME || refusal->kind == NETWORK_TCP ||
	    refusal->kind == NETWORK_NO_TLS)
		put_host(refusal, &words);
	else if (refusal->kind == NETWORK_TLS && refusal->other)
		strbuf_puts(&words, refusal->other);
	/* What the command asked for need not be a host. */
	if (words.len && !host_parse(words.text, &host, &hint) &&
	    !(is_name_only && (host.kind != HOST_NAME || strchr(words.text, ':'))))
		strbuf_printf(buf, "connect %s%s", refusal->kind == NETWORK_NO_TLS ? "plain " : "",
			      words.text);
	strbuf_finish(&words);
}
