// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/table.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/str.h"

struct connection_row *table_connection(struct relay_table *table, const char *name, uint16_t port)
{
	struct connection_row *row;

	for (size_t i = 0; i < table->n_connections; i++) {
		row = &table->connections[i];
		if (row->port == port && str_eq(row->name, name))
			return row;
	}
	if (table->n_connections == TABLE_CONNECTIONS_MOST)
		return NULL;
	row = &table->connections[table->n_connections++];
	snprintf(row->name, sizeof(row->name), "%s", name);
	row->port = port;
	return row;
}

void table_refuse(struct relay_table *table, enum network_refusal_kind kind, const char *name,
		  uint16_t port, const char *other)
{
	struct refused_row *row;

	if (!other)
		other = "";
	for (size_t i = 0; i < table->n_refused; i++) {
		row = &table->refused[i];
		if (row->kind == kind && row->port == port && str_eq(row->name, name) &&
		    str_eq(row->other, other)) {
			row->count++;
			return;
		}
	}
	if (table->n_refused == TABLE_REFUSED_MOST) {
		table->dropped++;
		return;
	}
	row = &table->refused[table->n_refused];
	*row = (struct refused_row){
		.kind = kind, .port = port, .count = 1, .first_ns = clock_ns()
	};
	snprintf(row->name, sizeof(row->name), "%s", name);
	snprintf(row->other, sizeof(row->other), "%s", other);
	table->n_refused++;
}
