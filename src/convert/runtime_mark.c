// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Marks what a profile has only for its runtime. Readers ignore a comment, which Docker's own
 * profiles have too; an entry that is split in two means the same.
 */
#include "convert/runtime.h"

#include <json-c/json.h>

#include "base/str.h"

static const char comment[] = "for the container's runtime, before the command starts";

static bool is_added(const struct runtime_added *added, const char *call)
{
	for (size_t i = 0; i < added->n; i++)
		if (str_eq(added->v[i], call))
			return true;
	return false;
}

static struct json_object *new_marked(struct json_object *entry, struct json_object *names)
{
	struct json_object *marked = json_object_new_object();

	json_object_object_add(marked, "comment", json_object_new_string(comment));
	json_object_object_add(marked, "names", names);
	json_object_object_foreach(entry, key, value)
		if (!str_eq(key, "names"))
			json_object_object_add(marked, key, json_object_get(value));
	return marked;
}

/* Removes the added names from ENTRY; returns a new entry for them, or NULL. */
static struct json_object *split(struct json_object *entry, const struct runtime_added *added)
{
	struct json_object *all = json_object_object_get(entry, "names"), *kept, *taken;

	if (!str_eq(json_object_get_string(json_object_object_get(entry, "action")),
		    "SCMP_ACT_ALLOW"))
		return NULL;
	kept = json_object_new_array();
	taken = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(all); i++) {
		struct json_object *name = json_object_array_get_idx(all, i);

		json_object_array_add(is_added(added, json_object_get_string(name)) ? taken : kept,
				      json_object_get(name));
	}
	json_object_object_add(entry, "names", kept);
	if (json_object_array_length(taken))
		return new_marked(entry, taken);
	json_object_put(taken);
	return NULL;
}

void runtime_mark(const struct runtime_added *added, struct strbuf *profile)
{
	struct json_object *object = json_tokener_parse(profile->text);
	struct json_object *entries = json_object_object_get(object, "syscalls");
	struct json_object *marked = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(entries); i++) {
		struct json_object *entry = json_object_array_get_idx(entries, i);
		struct json_object *own = split(entry, added);

		if (json_object_array_length(json_object_object_get(entry, "names")))
			json_object_array_add(marked, json_object_get(entry));
		if (own)
			json_object_array_add(marked, own);
	}
	json_object_object_add(object, "syscalls", marked);
	strbuf_finish(profile);
	strbuf_printf(profile, "%s\n",
		      json_object_to_json_string_ext(
			      object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}
