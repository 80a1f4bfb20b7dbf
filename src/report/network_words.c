// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/network_words.h"

#include <inttypes.h>

#include "denial/network_lift.h"
#include "policy/host.h"

static void put_host(const struct network_refusal *refusal, struct strbuf *buf)
{
	struct strbuf host = { 0 };

	if (refusal->port)
		host_print(strchr(refusal->host, ':') ? HOST_IPV6 : HOST_NAME, refusal->host,
			   refusal->port, &host);
	else
		strbuf_puts(&host, refusal->host);
	strbuf_escape(buf, host.text, host.len);
	strbuf_finish(&host);
}

static void put_other(const struct network_refusal *refusal, struct strbuf *buf)
{
	const char *other = refusal->other ? refusal->other : "";

	strbuf_puts(buf, "'");
	strbuf_escape(buf, *other ? other : "(none)", strlen(*other ? other : "(none)"));
	strbuf_puts(buf, "'");
}

void network_format(const struct network_refusal *refusal, struct strbuf *buf)
{
	static const struct {
		const char *before, *after;
		bool has_other; /* after that */
	} rows[NETWORK_REFUSAL_KINDS] = {
		[NETWORK_NAME] = { "no connect lists '", "', whose address was asked for", false },
		[NETWORK_TCP] = { "no connect lists '", "'", false },
		[NETWORK_UDP] = { "'", "' was sent a datagram, and only TCP is relayed", false },
		[NETWORK_TLS] = { "to '", "', TLS asked for ", true },
		[NETWORK_NO_TLS] = { "what was sent to '", "' is not TLS", false },
		[NETWORK_PRIVATE] = { "'",
				      "' leads to an address that no name may lead to: ", true },
	};

	strbuf_printf(buf, "network: %s", rows[refusal->kind].before);
	put_host(refusal, buf);
	strbuf_puts(buf, rows[refusal->kind].after);
	if (rows[refusal->kind].has_other)
		put_other(refusal, buf);
}

void network_format_connection(const struct network_connection *connection, struct strbuf *buf)
{
	struct strbuf host = { 0 };

	host_print(strchr(connection->host, ':') ? HOST_IPV6 : HOST_NAME, connection->host,
		   connection->port, &host);
	strbuf_escape(buf, host.text, host.len);
	strbuf_printf(buf, ": %" PRIu64 " connection%s", connection->count,
		      connection->count == 1 ? "" : "s");
	if (connection->failed)
		strbuf_printf(buf, " (%" PRIu64 " failed)", connection->failed);
	strbuf_printf(buf, ", %" PRIu64 " bytes sent, %" PRIu64 " received", connection->sent,
		      connection->received);
	strbuf_finish(&host);
}

void network_format_fix(const struct network_refusal *refusal, struct strbuf *buf)
{
	static const char verb[] = "connect ";
	struct strbuf statement = { 0 };
	const char *words;

	network_format_lift(refusal, &statement);
	if (statement.len) {
		words = statement.text + strlen(verb);
		strbuf_printf(buf, strchr(words, ' ') ? "--connect '%s'" : "--connect %s", words);
	}
	strbuf_finish(&statement);
}
