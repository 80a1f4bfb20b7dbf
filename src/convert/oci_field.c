// SPDX-License-Identifier: GPL-2.0-or-later
#include "convert/oci_field.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

/* Folds characters of a key as Go does: apart from case, the long s and the Kelvin sign. */
static char fold(const char **at)
{
	const char *c = *at;

	if (str_starts(c, "\xc5\xbf") || str_starts(c, "\xe2\x84\xaa")) {
		*at += *c == '\xc5' ? 2 : 3;
		return *c == '\xc5' ? 's' : 'k';
	}
	*at += 1;
	return *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
}

static bool is_key(const char *written, const char *key)
{
	while (*written && *key)
		if (fold(&written) != fold(&key))
			return false;
	return !*written && !*key;
}

bool oci_fail(struct oci_reader *reader, const struct place *place, const char *format, ...)
{
	va_list args;
	char *message;

	va_start(args, format);
	message = mem_vprintf(format, args);
	va_end(args);
	json_text_diag(&reader->profile->text, reader->diags, DIAG_ERROR, place, "%s", message);
	free(message);
	return false;
}

static bool is_kind(struct oci_reader *reader, const struct json_value *value, enum json_kind kind,
		    const char *what)
{
	if (value->kind == kind)
		return true;
	return oci_fail(reader, &value->place, "%s should be %s, but is %s", what,
			json_kind_name(kind), json_kind_name(value->kind));
}

static const struct oci_field *find_field(const struct oci_field *fields, const char *key)
{
	for (; fields->key; fields++)
		if (is_key(key, fields->key))
			return fields;
	return NULL;
}

static bool refuse_key(struct oci_reader *reader, const struct oci_field *fields,
		       const struct json_value *member)
{
	oci_fail(reader, &member->key_place, "unknown key '%s'", member->key);
	for (; fields->key; fields++) {
		if (str_distance(member->key, fields->key, 2) > 2)
			continue;
		diags_hint(reader->diags, "did you mean '%s'?", fields->key);
		break;
	}
	return false;
}

size_t oci_count_items(const struct json_value *list)
{
	size_t n = 0;

	for (const struct json_value *item = list->first; item; item = item->next)
		n++;
	return n;
}

static bool read_words(struct oci_reader *reader, const struct json_value *list, const char *what,
		       struct oci_words *words)
{
	size_t n = oci_count_items(list);

	words->v = arena_alloc(&reader->profile->arena, n * sizeof(*words->v));
	for (const struct json_value *item = list->first; item; item = item->next) {
		if (!is_kind(reader, item, JSON_STRING, what))
			return false;
		words->v[words->n++] = (struct oci_word){ item->text, item->place };
	}
	return true;
}

static bool read_field(struct oci_reader *reader, const struct json_value *value,
		       const struct oci_field *field, void *at)
{
	bool is_null = value->kind == JSON_NULL;

	switch (field->as) {
	case OCI_AS_WORD:
	case OCI_AS_POINTER:
		if (!is_null || field->as == OCI_AS_POINTER)
			*(struct oci_word *)at = (struct oci_word){ is_null ? NULL : value->text,
								    value->place };
		return true;
	case OCI_AS_WORDS:
		*(struct oci_words *)at = (struct oci_words){ 0 };
		return is_null || read_words(reader, value, field->what, at);
	case OCI_AS_OBJECT:
		return is_null || field->read(reader, value, at);
	case OCI_AS_NOTHING:
		break;
	}
	return true;
}

bool oci_read_object(struct oci_reader *reader, const struct json_value *object,
		     const struct oci_field *fields, const char *what, void *of)
{
	uint32_t seen = 0; /* a bit for each field with a value */

	if (!is_kind(reader, object, JSON_OBJECT, what))
		return false;
	for (const struct json_value *member = object->first; member; member = member->next) {
		const struct oci_field *field = find_field(fields, member->key);
		uint32_t bit = field ? 1U << (field - fields) : 0;
		char quoted[64];

		if (!field)
			return refuse_key(reader, fields, member);
		snprintf(quoted, sizeof(quoted), "'%s'", field->key);
		if (seen & bit && field->as == OCI_AS_OBJECT)
			return oci_fail(reader, &member->key_place, "duplicate %s", quoted);
		if (member->kind != JSON_NULL && !is_kind(reader, member, field->kind, quoted))
			return false;
		seen |= member->kind == JSON_NULL ? 0 : bit;
		if (!read_field(reader, member, field, (char *)of + field->offset))
			return false;
	}
	return true;
}

bool oci_find_member(struct oci_reader *reader, const struct json_value *object, const char *key,
		     const struct json_value **ret_value)
{
	*ret_value = NULL;
	for (const struct json_value *member = object->first; member; member = member->next) {
		if (!is_key(member->key, key) || member->kind == JSON_NULL)
			continue;
		if (*ret_value)
			return oci_fail(reader, &member->key_place, "duplicate '%s'", key);
		*ret_value = member;
	}
	return true;
}

bool oci_read_number(struct oci_reader *reader, const struct oci_word *word, uint64_t max,
		     const char *what, uint64_t *ret_number)
{
	uint64_t number = 0;
	bool is_number = *word->text;

	for (const char *c = word->text; *c && is_number; c++)
		is_number = *c >= '0' && *c <= '9' &&
			    !__builtin_mul_overflow(number, 10, &number) &&
			    !__builtin_add_overflow(number, (uint64_t)(*c - '0'), &number);
	if (!is_number || number > max)
		return oci_fail(reader, &word->place, "%s should be a whole number from 0 to %llu",
				what, (unsigned long long)max);
	*ret_number = number;
	return true;
}
