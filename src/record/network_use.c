// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/network_use.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "policy/host.h"

static const char *const names[NETWORK_REFUSAL_KINDS] = {
	[NETWORK_NAME] = "name",    [NETWORK_TCP] = "tcp",	 [NETWORK_UDP] = "udp",
	[NETWORK_TLS] = "tls-name", [NETWORK_NO_TLS] = "no-tls", [NETWORK_PRIVATE] = "private",
};

const char *network_refusal_name(enum network_refusal_kind kind)
{
	return names[kind];
}

bool network_refusal_find(const char *name, enum network_refusal_kind *ret_kind)
{
	for (enum network_refusal_kind kind = 0; kind < NETWORK_REFUSAL_KINDS; kind++) {
		if (strcmp(names[kind], name) != 0)
			continue;
		*ret_kind = kind;
		return true;
	}
	return false;
}

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

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && str_eq(a, b));
}

static struct network_connection *find_connection(const struct network_use *use,
						  const struct network_connection *wanted)
{
	for (size_t i = 0; i < use->n_connections; i++)
		if (use->connections[i].port == wanted->port &&
		    str_eq(use->connections[i].host, wanted->host))
			return &use->connections[i];
	return NULL;
}

static struct network_refusal *find_refusal(const struct network_use *use,
					    const struct network_refusal *wanted)
{
	for (size_t i = 0; i < use->n_refusals; i++) {
		struct network_refusal *refusal = &use->refusals[i];

		if (refusal->kind == wanted->kind && refusal->port == wanted->port &&
		    str_eq(refusal->host, wanted->host) &&
		    is_same_text(refusal->other, wanted->other))
			return refusal;
	}
	return NULL;
}

static void add_connection(struct network_use *use, const struct network_connection *other)
{
	struct network_connection *same = find_connection(use, other);

	if (!same) {
		same = &use->connections[use->n_connections++];
		*same = *other;
		same->host = mem_strdup(other->host);
		return;
	}
	same->count += other->count;
	same->failed += other->failed;
	same->sent += other->sent;
	same->received += other->received;
}

static void add_refusal(struct network_use *use, const struct network_refusal *other)
{
	struct network_refusal *same = find_refusal(use, other);

	if (!same) {
		same = &use->refusals[use->n_refusals++];
		*same = *other;
		same->host = mem_strdup(other->host);
		same->other = other->other ? mem_strdup(other->other) : NULL;
		return;
	}
	same->count += other->count;
}

void network_use_add(struct network_use *use, const struct network_use *other)
{
	size_t n_connections = use->n_connections + other->n_connections;
	size_t n_refusals = use->n_refusals + other->n_refusals;

	use->connections = mem_realloc(use->connections, n_connections + 1,
				       sizeof(*use->connections));
	use->refusals = mem_realloc(use->refusals, n_refusals + 1, sizeof(*use->refusals));
	use->is_whole = (use->is_whole || !use->is_used) && (other->is_whole || !other->is_used);
	use->is_used |= other->is_used;
	for (size_t i = 0; i < other->n_connections; i++)
		add_connection(use, &other->connections[i]);
	for (size_t i = 0; i < other->n_refusals; i++)
		add_refusal(use, &other->refusals[i]);
	use->more += other->more;
}

static int compare_connections(const void *a, const void *b)
{
	const struct network_connection *x = a, *y = b;
	int order = strcmp(x->host, y->host);

	return order ? order : (int)x->port - (int)y->port;
}

void network_use_sort(struct network_use *use)
{
	if (use->n_connections)
		qsort(use->connections, use->n_connections, sizeof(*use->connections),
		      compare_connections);
}

void network_use_finish(struct network_use *use)
{
	for (size_t i = 0; i < use->n_connections; i++)
		free(use->connections[i].host);
	for (size_t i = 0; i < use->n_refusals; i++) {
		free(use->refusals[i].host);
		free(use->refusals[i].other);
	}
	free(use->connections);
	free(use->refusals);
	*use = (struct network_use){ 0 };
}
