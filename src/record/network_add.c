// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/network_add.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

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
