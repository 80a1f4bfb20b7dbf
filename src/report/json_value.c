// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/json.h"

#include <inttypes.h>
#include <string.h>

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

void json_add_escaped(struct json_object *to, const char *key, const char *text)
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

/* Strings contain no raw line breaks, so each line break is the writer's. */
void json_write_indented(FILE *to, struct json_object *part, const char *indent)
{
	const char *text = json_object_to_json_string_ext(
		part,
		JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);

	for (size_t len; *text; text += len) {
		len = strcspn(text, "\n");
		fwrite(text, 1, len, to);
		if (text[len]) {
			fprintf(to, "\n%s", indent);
			len++;
		}
	}
	json_object_put(part);
}

static void write_key(struct json_file *file, const char *key)
{
	fprintf(file->to, "%s\n  \"%s\": ", file->has_parts ? "," : "{", key);
	file->has_parts = true;
}

void json_add_part(struct json_file *file, const char *key, struct json_object *part)
{
	write_key(file, key);
	json_write_indented(file->to, part, "  ");
}

void json_add_list(struct json_file *file, const char *key, size_t n,
		   struct json_object *(*make)(const struct report *report, size_t i),
		   const struct report *report)
{
	write_key(file, key);
	fputs("[", file->to);
	for (size_t i = 0; i < n; i++) {
		fputs(i ? ",\n    " : "\n    ", file->to);
		json_write_indented(file->to, make(report, i), "    ");
	}
	fputs("\n  ]", file->to);
}
