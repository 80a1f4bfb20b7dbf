// SPDX-License-Identifier: GPL-2.0-or-later
/* The network by name, as JSON. */
#include "report/json.h"

#include "report/network_words.h"

static struct json_object *new_text(const char *text)
{
	return text ? json_new_text(text, strlen(text)) : NULL;
}

struct json_object *json_new_connection(const struct network_connection *connection)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "host", new_text(connection->host));
	json_add_number(object, "port", connection->port);
	json_add_number(object, "count", connection->count);
	json_add_number(object, "failed", connection->failed);
	json_add_number(object, "sent", connection->sent);
	json_add_number(object, "received", connection->received);
	json_add_number(object, "first_ns", connection->first_ns);
	json_add_number(object, "last_ns", connection->last_ns);
	return object;
}

struct json_object *json_new_refusal(const struct network_refusal *refusal)
{
	struct json_object *object = json_object_new_object();
	struct strbuf fix = { 0 };

	network_format_fix(refusal, &fix);
	json_add_text(object, "kind", network_refusal_name(refusal->kind));
	json_object_object_add(object, "host", new_text(refusal->host));
	json_object_object_add(object, "port",
			       refusal->port ? json_object_new_int(refusal->port) : NULL);
	json_object_object_add(object, "other", new_text(refusal->other));
	json_add_number(object, "count", refusal->count);
	json_add_number(object, "first_ns", refusal->first_ns);
	json_object_object_add(object, "fix", new_text(fix.text));
	strbuf_finish(&fix);
	return object;
}

struct json_object *json_new_network(const struct network_use *use)
{
	struct json_object *object, *connections, *refused;

	if (!use || !use->is_used)
		return NULL;
	object = json_object_new_object();
	connections = json_object_new_array();
	refused = json_object_new_array();
	for (size_t i = 0; i < use->n_connections; i++)
		json_object_array_add(connections, json_new_connection(&use->connections[i]));
	for (size_t i = 0; i < use->n_refusals; i++)
		json_object_array_add(refused, json_new_refusal(&use->refusals[i]));
	json_add_bool(object, "whole", use->is_whole);
	json_object_object_add(object, "connections", connections);
	json_object_object_add(object, "refused", refused);
	json_add_number(object, "more", use->more);
	return object;
}
