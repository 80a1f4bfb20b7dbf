// SPDX-License-Identifier: GPL-2.0-or-later
/* Copies what the relay's table says for reports, once the relay has exited: the table is what a
 * process wrote that reads hostile bytes. */
#include <string.h>

#include "base/mem.h"
#include "relay/relay.h"

static uint64_t since(uint64_t start_ns, uint64_t ns)
{
	return ns > start_ns ? ns - start_ns : 0;
}

static char *copy(const char *text, size_t room)
{
	size_t len = strnlen(text, room);
	char *made = mem_alloc(len + 1);

	memcpy(made, text, len);
	return made;
}

static void copy_connections(const struct relay_table *table, uint64_t start_ns,
			     struct network_use *use)
{
	size_t n = table->n_connections < TABLE_CONNECTIONS_MOST ? table->n_connections
								 : TABLE_CONNECTIONS_MOST;

	use->connections = mem_alloc((n + 1) * sizeof(*use->connections));
	for (size_t i = 0; i < n; i++) {
		const struct connection_row *row = &table->connections[i];

		if (!row->count)
			continue;
		use->connections[use->n_connections++] = (struct network_connection){
			.host = copy(row->name, sizeof(row->name)),
			.port = (uint16_t)row->port,
			.count = row->count,
			.failed = row->failed,
			.sent = row->sent,
			.received = row->received,
			.first_ns = since(start_ns, row->first_ns),
			.last_ns = since(start_ns, row->last_ns),
		};
	}
}

static void copy_refusals(const struct relay_table *table, uint64_t start_ns,
			  struct network_use *use)
{
	size_t n = table->n_refused < TABLE_REFUSED_MOST ? table->n_refused : TABLE_REFUSED_MOST;

	use->refusals = mem_alloc((n + 1) * sizeof(*use->refusals));
	for (size_t i = 0; i < n; i++) {
		const struct refused_row *row = &table->refused[i];

		if (row->kind >= NETWORK_REFUSAL_KINDS || !row->count)
			continue;
		use->refusals[use->n_refusals++] = (struct network_refusal){
			.kind = (enum network_refusal_kind)row->kind,
			.host = copy(row->name, sizeof(row->name)),
			.port = (uint16_t)row->port,
			.other = *row->other ? copy(row->other, sizeof(row->other)) : NULL,
			.count = row->count,
			.first_ns = since(start_ns, row->first_ns),
		};
	}
	use->more = table->dropped;
}

void relay_get_use(const struct relay *relay, uint64_t start_ns, struct network_use *ret_use)
{
	if (!relay->table)
		return;
	network_use_finish(ret_use);
	ret_use->is_used = true;
	ret_use->is_whole = relay->table->is_watching;
	copy_connections(relay->table, start_ns, ret_use);
	copy_refusals(relay->table, start_ns, ret_use);
}
