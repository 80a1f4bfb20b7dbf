// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An OCI profile as an object of the security-profiles-operator, which keeps the runtime
 * specification's names, but lacks some of its members. What an OCI artifact may hold by the
 * proposal for them is checked as well, because that is how such profiles are distributed.
 */
#include "convert/spo.h"

#include <ctype.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

enum {
	ENTRIES_MAX = 128,
	BYTES_MAX = 1 << 20,
	NAME_LENGTH = 253, /* RFC 1123, as Kubernetes applies it to names of objects */
	RUNTIME_ERRNO = EPERM,
};

char *spo_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t len = strcspn(base, ".");
	struct strbuf name = { 0 };

	for (size_t i = 0; i < len && name.len < NAME_LENGTH; i++) {
		char c = (char)tolower((unsigned char)base[i]);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			strbuf_add(&name, &c, 1);
		else if (name.len && name.text[name.len - 1] != '-')
			strbuf_puts(&name, "-");
	}
	while (name.len && name.text[name.len - 1] == '-')
		name.text[--name.len] = '\0';
	if (!name.len)
		strbuf_puts(&name, "policy");
	return name.text;
}

static uint64_t get_number(struct json_object *argument, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(argument, key, &value) ? json_object_get_uint64(value) : 0;
}

static void set_number(struct json_object *argument, const char *key, uint64_t number)
{
	json_object_object_add(argument, key, json_object_new_int64((int64_t)number));
}

static const char *get_text(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(object, key, &value);
	if (json_object_is_type(value, json_type_array))
		value = json_object_array_get_idx(value, 0);
	return value ? json_object_get_string(value) : "";
}

static void add_loss(struct json_object *call, bool matches_more, const char *what,
		     struct losses *losses)
{
	const char *action = get_text(call, "action");
	bool passes = str_eq(action, "SCMP_ACT_ALLOW") || str_eq(action, "SCMP_ACT_LOG");

	loss_add(losses, passes == matches_more ? LOSS_WIDER : LOSS_NARROWER, NULL,
		 "the operator's numbers have 63 bits: %s '%s'", what, get_text(call, "names"));
}

/* Writes a comparison under a mask of 64 bits as another one: exactly, if the bits that are not
 * compared are the lowest ones, or all are compared. */
static void trim_mask(struct json_object *call, struct json_object *argument, struct losses *losses)
{
	uint64_t mask = get_number(argument, "value"), value = get_number(argument, "valueTwo");
	uint64_t free_bits = ~mask;

	if (!free_bits || (!value && !(free_bits & (free_bits + 1)))) {
		json_object_object_add(
			argument, "op",
			json_object_new_string(free_bits ? "SCMP_CMP_LE" : "SCMP_CMP_EQ"));
		set_number(argument, "value", free_bits ? free_bits : value);
		json_object_object_del(argument, "valueTwo");
		return;
	}
	set_number(argument, "value", mask & INT64_MAX);
	set_number(argument, "valueTwo", value & INT64_MAX);
	add_loss(call, true, "the highest bit of an argument is not compared for", losses);
}

/* Returns whether the operator can express ARGUMENT of CALL, which is changed if necessary. */
static bool trim_argument(struct json_object *call, struct json_object *argument,
			  struct losses *losses)
{
	if (get_number(argument, "value") > INT64_MAX &&
	    str_eq(get_text(argument, "op"), "SCMP_CMP_MASKED_EQ"))
		trim_mask(call, argument, losses);
	return get_number(argument, "value") <= INT64_MAX &&
	       get_number(argument, "valueTwo") <= INT64_MAX;
}

/* The operator's server drops members that it does not know; so they are left out. Returns whether
 * CALL can be expressed. */
static bool trim_entry(struct json_object *call, struct losses *losses)
{
	struct json_object *arguments;
	bool is_fit = true;

	json_object_object_del(call, "comment");
	if (!json_object_object_get_ex(call, "args", &arguments))
		return true;
	for (size_t i = 0; is_fit && i < json_object_array_length(arguments); i++)
		is_fit = trim_argument(call, json_object_array_get_idx(arguments, i), losses);
	if (!is_fit)
		add_loss(call, false, "an entry is left out for", losses);
	return is_fit;
}

static void trim_default(struct json_object *spec, struct losses *losses)
{
	struct json_object *number;

	if (!json_object_object_get_ex(spec, "defaultErrnoRet", &number))
		return;
	if (json_object_get_int(number) != RUNTIME_ERRNO)
		loss_add(losses, LOSS_OTHER, NULL,
			 "the operator cannot express the default's errno, %d: it is EPERM there",
			 json_object_get_int(number));
	json_object_object_del(spec, "defaultErrnoRet");
}

static int trim(struct json_object *spec, struct losses *losses, struct diags *diags)
{
	struct json_object *calls;
	size_t n;

	trim_default(spec, losses);
	if (!json_object_object_get_ex(spec, "syscalls", &calls))
		return 0;
	for (size_t i = json_object_array_length(calls); i-- > 0;)
		if (!trim_entry(json_object_array_get_idx(calls, i), losses))
			json_object_array_del_idx(calls, i, 1);
	n = json_object_array_length(calls);
	if (n <= ENTRIES_MAX)
		return 0;
	diags_fail(diags, -E2BIG, "the profile has %zu entries, and an OCI artifact at most %d", n,
		   ENTRIES_MAX);
	diags_hint(diags, "each condition is an entry: record with --args off, or allow calls "
			  "without conditions");
	return -E2BIG;
}

static struct json_object *wrap(const char *name, struct json_object *spec)
{
	struct json_object *object = json_object_new_object();
	struct json_object *metadata = json_object_new_object();

	json_object_object_add(metadata, "name", json_object_new_string(name));
	json_object_object_add(object, "apiVersion",
			       json_object_new_string("security-profiles-operator.x-k8s.io/v1"));
	json_object_object_add(object, "kind", json_object_new_string("SeccompProfile"));
	json_object_object_add(object, "metadata", metadata);
	json_object_object_add(object, "spec", spec);
	return object;
}

int convert_to_spo(const char *name, const char *profile, struct strbuf *text,
		   struct losses *losses, struct diags *diags)
{
	struct json_object *spec = json_tokener_parse(profile), *object;
	int err;

	if (!spec)
		return diags_fail(diags, -EINVAL, "the profile cannot be read back");
	err = trim(spec, losses, diags);
	object = wrap(name, spec);
	if (!err)
		strbuf_printf(
			text, "%s\n",
			json_object_to_json_string_ext(
				object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
	if (err || text->len <= BYTES_MAX)
		return err;
	diags_fail(diags, -EFBIG, "the profile has %zu bytes, and an OCI artifact at most %d",
		   text->len, BYTES_MAX);
	return -EFBIG;
}
