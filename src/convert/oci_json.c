// SPDX-License-Identifier: GPL-2.0-or-later
#include "convert/oci_json.h"

#include <errno.h>

void oci_refuse(struct oci_reader *reader, const char *what)
{
	if (!reader->err)
		reader->err = diags_fail(reader->diags, -EINVAL, "the profile cannot be read: %s",
					 what);
}

void oci_refuse_member(struct oci_reader *reader, const char *key)
{
	if (!reader->err)
		reader->err = diags_fail(reader->diags, -EINVAL,
					 "the profile cannot be read: '%s' is not of its kind",
					 key);
}

struct json_object *oci_member(struct oci_reader *reader, struct json_object *object,
			       const char *key, enum json_type type)
{
	struct json_object *value;

	if (object && !json_object_is_type(object, json_type_object)) {
		oci_refuse(reader, "what should be an object is none");
		return NULL;
	}
	value = object ? json_object_object_get(object, key) : NULL;
	if (!value || json_object_is_type(value, type))
		return value;
	oci_refuse_member(reader, key);
	return NULL;
}

const char *oci_text(struct oci_reader *reader, struct json_object *object, const char *key)
{
	struct json_object *value = oci_member(reader, object, key, json_type_string);

	return value ? json_object_get_string(value) : "";
}

size_t oci_list(struct oci_reader *reader, struct json_object *object, const char *key,
		struct json_object **ret_list)
{
	*ret_list = oci_member(reader, object, key, json_type_array);
	return *ret_list ? json_object_array_length(*ret_list) : 0;
}

const char *oci_item(struct oci_reader *reader, struct json_object *list, size_t i)
{
	struct json_object *item = json_object_array_get_idx(list, i);

	if (json_object_is_type(item, json_type_string))
		return json_object_get_string(item);
	oci_refuse(reader, "an item of a list of names is no name");
	return "";
}

uint64_t oci_number(struct oci_reader *reader, struct json_object *object, const char *key)
{
	struct json_object *value = oci_member(reader, object, key, json_type_int);

	if (value && json_object_get_int64(value) < 0)
		oci_refuse_member(reader, key);
	return value ? json_object_get_uint64(value) : 0;
}
