// SPDX-License-Identifier: GPL-2.0-or-later
/* The network by name of a saved report. */
#include "base/mem.h"
#include "report/saved_value.h"

static void read_connection(struct saved_reader *reader, const struct json_value *item)
{
	struct network_use *use = &reader->to->network;
	struct network_connection *connection;

	if (!saved_need(reader, item, "host", JSON_STRING) ||
	    !saved_is_bounded(reader, &item->place, "connections", use->n_connections + 1,
			      NETWORK_CONNECTIONS_MAX))
		return;
	connection = &use->connections[use->n_connections++];
	*connection = (struct network_connection){
		.host = saved_text(reader, item, "host"),
		.port = (uint16_t)saved_small(reader, item, "port", UINT16_MAX),
		.count = saved_count(reader, item, "count"),
		.failed = saved_count(reader, item, "failed"),
		.sent = saved_count(reader, item, "sent"),
		.received = saved_count(reader, item, "received"),
		.first_ns = saved_count(reader, item, "first_ns"),
		.last_ns = saved_count(reader, item, "last_ns"),
	};
}

static void read_refusal(struct saved_reader *reader, const struct json_value *item)
{
	const struct json_value *name = saved_need(reader, item, "kind", JSON_STRING);
	struct network_use *use = &reader->to->network;
	enum network_refusal_kind kind = NETWORK_NAME;

	if (!saved_need(reader, item, "host", JSON_STRING) || !name ||
	    !saved_is_bounded(reader, &item->place, "refused", use->n_refusals + 1,
			      NETWORK_REFUSALS_MAX))
		return;
	if (!network_refusal_find(name->text, &kind))
		saved_refuse(reader, &name->place, "unknown 'kind'");
	use->refusals[use->n_refusals++] = (struct network_refusal){
		.kind = kind,
		.host = saved_text(reader, item, "host"),
		.port = (uint16_t)saved_small(reader, item, "port", UINT16_MAX),
		.other = saved_text(reader, item, "other"),
		.count = saved_count(reader, item, "count"),
		.first_ns = saved_count(reader, item, "first_ns"),
	};
}

void saved_read_network(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *object = saved_find(reader, from, "network", JSON_OBJECT);
	const struct json_value *connections = saved_find(reader, object, "connections", JSON_LIST);
	const struct json_value *refused = saved_find(reader, object, "refused", JSON_LIST);
	struct network_use *use = &reader->to->network;
	size_t n = 0;

	reader->to->report.network = use;
	if (!object)
		return;
	use->is_used = true;
	use->is_whole = saved_truth(reader, object, "whole", true);
	use->more = saved_count(reader, object, "more");
	for (const struct json_value *item = connections ? connections->first : NULL;
	     item && n < NETWORK_CONNECTIONS_MAX; item = item->next)
		n++;
	use->connections = mem_alloc((n + 1) * sizeof(*use->connections));
	use->refusals = mem_alloc(NETWORK_REFUSALS_MAX * sizeof(*use->refusals));
	for (const struct json_value *item = connections ? connections->first : NULL; item;
	     item = item->next)
		read_connection(reader, item);
	for (const struct json_value *item = refused ? refused->first : NULL; item;
	     item = item->next)
		read_refusal(reader, item);
}
