// SPDX-License-Identifier: GPL-2.0-or-later
/* The entries of a profile as JSON. */
#include "base/mem.h"
#include "base/str.h"
#include "convert/oci_write.h"

static void add_text(struct json_object *to, const char *key, const char *text)
{
	json_object_object_add(to, key, json_object_new_string(text));
}

static struct json_object *new_args(const struct cube *cube)
{
	struct json_object *args = json_object_new_array();

	for (unsigned int i = 0; i < SYS_ARGS_MAX; i++) {
		struct json_object *arg;

		if (!cube->mask[i])
			continue;
		arg = json_object_new_object();
		json_object_object_add(arg, "index", json_object_new_int((int)i));
		/* The whole register as a single number: some JSON readers round large ones. */
		if (cube->mask[i] == UINT64_MAX) {
			json_object_object_add(arg, "value",
					       json_object_new_uint64(cube->value[i]));
			add_text(arg, "op", "SCMP_CMP_EQ");
		} else {
			json_object_object_add(arg, "value", json_object_new_uint64(cube->mask[i]));
			json_object_object_add(arg, "valueTwo",
					       json_object_new_uint64(cube->value[i]));
			add_text(arg, "op", "SCMP_CMP_MASKED_EQ");
		}
		json_object_array_add(args, arg);
	}
	return args;
}

static bool has_action(struct json_object *entry, const struct action *action)
{
	struct json_object *name = json_object_object_get(entry, "action");
	struct json_object *errnum = json_object_object_get(entry, "errnoRet");

	return str_eq(json_object_get_string(name), action_row(action->kind)->oci) &&
	       (action->kind != ACTION_ERRNO || json_object_get_int(errnum) == action->data);
}

struct json_object *oci_plain_names(const struct oci_writer *writer, const struct action *action)
{
	for (size_t i = 0; i < json_object_array_length(writer->entries); i++) {
		struct json_object *entry = json_object_array_get_idx(writer->entries, i);

		if (has_action(entry, action) && !json_object_object_get(entry, "args"))
			return json_object_object_get(entry, "names");
	}
	return NULL;
}

void oci_add_entry(struct oci_writer *writer, const char *call, const struct action *action,
		   const struct cube *cube)
{
	bool is_plain = cube_is_all(cube);
	struct json_object *names = is_plain ? oci_plain_names(writer, action) : NULL;
	struct json_object *entry;

	if (!names) {
		entry = json_object_new_object();
		names = json_object_new_array();
		json_object_object_add(entry, "names", names);
		add_text(entry, "action", action_row(action->kind)->oci);
		if (action->kind == ACTION_ERRNO)
			json_object_object_add(entry, "errnoRet",
					       json_object_new_int(action->data));
		if (!is_plain)
			json_object_object_add(entry, "args", new_args(cube));
		json_object_array_add(writer->entries, entry);
		writer->n_conditional += !is_plain;
	}
	json_object_array_add(names, json_object_new_string(call));
}
