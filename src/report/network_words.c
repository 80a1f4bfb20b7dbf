// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/network_words.h"

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

void network_format_fix(const struct network_refusal *refusal, struct strbuf *buf)
{
	struct strbuf words = { 0 };
	bool is_name_only = refusal->kind ==
			    NETWORK_TLS; /* a port in it would be the command's idea */
	const char *hint;
	struct host host;

	if (refusal->kind == NETWORK_NAME || refusal->kind == NETWORK_TCP)
		put_host(refusal, &words);
	else if (refusal->kind == NETWORK_TLS && refusal->other)
		strbuf_puts(&words, refusal->other);
	else if (refusal->kind == NETWORK_NO_TLS)
		put_host(refusal, &words);
	/* What the command asked for need not be a host. */
	if (words.len && !host_parse(words.text, &host, &hint) &&
	    !(is_name_only && (host.kind != HOST_NAME || strchr(words.text, ':')))) {
		strbuf_puts(buf,
			    refusal->kind == NETWORK_NO_TLS ? "--connect 'plain " : "--connect ");
		strbuf_puts(buf, words.text);
		strbuf_puts(buf, refusal->kind == NETWORK_NO_TLS ? "'" : "");
	}
	strbuf_finish(&words);
}
