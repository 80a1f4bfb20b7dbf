// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/json.h"

#include <inttypes.h>

struct json_object *json_new_text(const char *text, size_t len)
{
	struct strbuf buf = { 0 };
	struct json_object *object;

	strbuf_escape(&buf, text, len);
	object = json_object_new_string_len(buf.text ? buf.text : "", (int)buf.len);
	strbuf_finish(&buf);
	return object;
}

void json_add_text(struct json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, text ? json_new_text(text, strlen(text)) : NULL);
}

void json_add_number(struct json_object *to, const char *key, uint64_t number)
{
	json_object_object_add(to, key, json_object_new_uint64(number));
}

void json_add_known_number(struct json_object *to, const char *key, uint64_t number)
{
	json_object_object_add(to, key,
			       number == UINT64_MAX ? NULL : json_object_new_uint64(number));
}

void json_add_bool(struct json_object *to, const char *key, bool value)
{
	json_object_object_add(to, key, json_object_new_boolean(value));
}

struct json_object *json_new_hex(uint64_t value)
{
	char text[2 + 16 + 1];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	return json_object_new_string(text);
}
