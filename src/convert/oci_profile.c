// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a profile into structs. A mistake has no meaning of its own: either a runtime refuses it,
 * and so does this, or it ignores it, and then the profile does not mean what its author believes.
 */
#include "convert/oci_profile.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/oci_field.h"
#include "sys/name.h"

/* An OCI configuration with a profile in it has about 50 kB. */
enum { BYTES_MAX = 1 << 20, ERRNO_MAX = 133 };

/* An action as written; judged once its whole object has been read. */
struct action_words {
	struct oci_word action, error_name, error_number;
};

struct arg_words {
	struct oci_word index, value, value_two, op;
};

struct filter_words {
	struct oci_words caps, arches;
	struct oci_word kernel;
};

struct entry_words {
	struct action_words action;
	struct oci_words names;
	struct oci_word name;
	struct oci_entry entry;
};

struct profile_words {
	struct action_words action;
	struct oci_words architectures, flags;
	struct oci_word listener_path, listener_metadata;
};

static const struct {
	const char *name;
	enum oci_act act;
} acts[] = {
	{ "SCMP_ACT_ALLOW", OCI_ALLOW },
	{ "SCMP_ACT_LOG", OCI_LOG },
	{ "SCMP_ACT_ERRNO", OCI_ERRNO },
	{ "SCMP_ACT_TRAP", OCI_TRAP },
	{ "SCMP_ACT_KILL", OCI_KILL_THREAD },
	{ "SCMP_ACT_KILL_THREAD", OCI_KILL_THREAD },
	{ "SCMP_ACT_KILL_PROCESS", OCI_KILL_PROCESS },
	{ "SCMP_ACT_TRACE", OCI_TRACE },
	{ "SCMP_ACT_NOTIFY", OCI_NOTIFY },
};

static const char *const ops[] = {
	[OCI_NE] = "SCMP_CMP_NE",
	[OCI_LT] = "SCMP_CMP_LT",
	[OCI_LE] = "SCMP_CMP_LE",
	[OCI_EQ] = "SCMP_CMP_EQ",
	[OCI_GE] = "SCMP_CMP_GE",
	[OCI_GT] = "SCMP_CMP_GT",
	[OCI_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

/* podman's error name wins over the number, and may itself be a number. */
static bool read_error(struct oci_reader *reader, const struct action_words *words,
		       uint16_t *ret_error)
{
	bool is_named = words->error_name.text && *words->error_name.text;
	const struct oci_word *word = is_named ? &words->error_name : &words->error_number;
	uint64_t error = EPERM;

	if (is_named && (*word->text < '0' || *word->text > '9')) {
		int number = errno_find(word->text);

		if (number <= 0)
			return oci_fail(reader, &word->place, "unknown error '%s'", word->text);
		error = (uint64_t)number;
	} else if (word->text) {
		char *end;

		error = strtoull(word->text, &end, 10);
		error = *end || *word->text == '-' ? UINT64_MAX : error;
	}
	if (error < 1 || error > ERRNO_MAX) {
		oci_fail(reader, &word->place, "an error should be a whole number from 1 to %d",
			 ERRNO_MAX);
		if (!error)
			diags_hint(reader->diags, "with 0 a call returns as if it had succeeded, "
						  "which a policy cannot express");
		return false;
	}
	*ret_error = (uint16_t)error;
	return true;
}

static bool read_action(struct oci_reader *reader, const struct action_words *words,
			const struct place *place, struct oci_action *ret_action)
{
	const struct oci_word *word = &words->action;

	if (!word->text || !*word->text)
		return oci_fail(reader, word->text ? &word->place : place, "missing action");
	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		if (!str_eq(acts[i].name, word->text))
			continue;
		*ret_action = (struct oci_action){ .act = acts[i].act, .place = word->place };
		return acts[i].act != OCI_ERRNO || read_error(reader, words, &ret_action->error);
	}
	return oci_fail(reader, &word->place, "unknown action '%s'", word->text);
}

static bool read_op(struct oci_reader *reader, const struct arg_words *words, struct oci_arg *arg)
{
	if (!words->op.text)
		return oci_fail(reader, &arg->place, "a comparison has no 'op'");
	for (enum oci_op op = 0; op < ARRAY_SIZE(ops); op++) {
		if (!str_eq(ops[op], words->op.text))
			continue;
		arg->op = op;
		return true;
	}
	return oci_fail(reader, &words->op.place, "unknown comparison '%s'", words->op.text);
}

static bool read_arg(struct oci_reader *reader, const struct json_value *value,
		     struct oci_arg *ret_arg)
{
	static const struct oci_field fields[] = {
		OCI_FIELD("index", JSON_NUMBER, OCI_AS_WORD, struct arg_words, index),
		OCI_FIELD("value", JSON_NUMBER, OCI_AS_WORD, struct arg_words, value),
		OCI_FIELD("valueTwo", JSON_NUMBER, OCI_AS_WORD, struct arg_words, value_two),
		OCI_FIELD("op", JSON_STRING, OCI_AS_WORD, struct arg_words, op),
		{ 0 },
	};
	const struct oci_word zero = { .text = "0" };
	struct arg_words words = { .index = zero, .value = zero, .value_two = zero };
	uint64_t index;

	ret_arg->place = value->place;
	if (!oci_read_object(reader, value, fields, "an item of 'args'", &words) ||
	    !oci_read_number(reader, &words.index, SYS_ARGS_MAX - 1, "'index'", &index) ||
	    !oci_read_number(reader, &words.value, UINT64_MAX, "'value'", &ret_arg->value) ||
	    !oci_read_number(reader, &words.value_two, UINT64_MAX, "'valueTwo'",
			     &ret_arg->value_two))
		return false;
	ret_arg->index = (unsigned int)index;
	return read_op(reader, &words, ret_arg);
}

static bool read_args(struct oci_reader *reader, const struct json_value *list, void *at)
{
	struct oci_entry *entry = at;

	entry->args = arena_alloc(&reader->profile->arena,
				  oci_count_items(list) * sizeof(*entry->args));
	for (const struct json_value *item = list->first; item; item = item->next)
		if (!read_arg(reader, item, &entry->args[entry->n_args++]))
			return false;
	return true;
}

/* moby's loader takes "4.8" and nothing longer; "" is 0.0, which every kernel satisfies. */
static bool read_kernel(struct oci_reader *reader, const struct oci_word *word,
			struct oci_filter *filter)
{
	unsigned long part[2] = { 0 };
	const char *at = word->text;
	bool is_version = true;
	char *end;

	filter->has_kernel = at;
	if (!at || !*at)
		return true;
	for (int i = 0; i < 2 && is_version; i++) {
		is_version = *at >= '0' && *at <= '9';
		part[i] = strtoul(at, &end, 10);
		is_version = is_version && part[i] <= UINT8_MAX && *end == (i ? '\0' : '.');
		at = end + 1;
	}
	if (!is_version || (!part[0] && !part[1]))
		return oci_fail(reader, &word->place, "'minKernel' should be like \"4.8\"");
	filter->kernel = (uint16_t)(part[0] << 8 | part[1]);
	return true;
}

static bool read_filter(struct oci_reader *reader, const struct json_value *value, void *at)
{
	static const struct oci_field fields[] = {
		OCI_FIELD("caps", JSON_LIST, OCI_AS_WORDS, struct filter_words, caps,
			  .what = "a capability"),
		OCI_FIELD("arches", JSON_LIST, OCI_AS_WORDS, struct filter_words, arches,
			  .what = "an architecture"),
		OCI_FIELD("minKernel", JSON_STRING, OCI_AS_POINTER, struct filter_words, kernel),
		{ 0 },
	};
	struct filter_words words = { 0 };
	struct oci_filter *filter = at;

	if (!oci_read_object(reader, value, fields, "a filter", &words))
		return false;
	filter->caps = words.caps;
	filter->arches = words.arches;
	return read_kernel(reader, &words.kernel, filter);
}

/* Old profiles have a single name, in a member of its own. */
static bool read_names(struct oci_reader *reader, const struct entry_words *words,
		       struct oci_entry *ret_entry)
{
	bool has_name = words->name.text && *words->name.text;
	struct oci_words *names = &ret_entry->names;

	if (has_name && words->names.n)
		return oci_fail(reader, &ret_entry->place, "an entry has both 'name' and 'names'");
	if (!has_name && !words->names.v)
		return oci_fail(reader, &ret_entry->place, "an entry has no 'names'");
	*names = words->names;
	if (has_name) {
		names->v = arena_alloc(&reader->profile->arena, sizeof(*names->v));
		names->v[names->n++] = words->name;
	}
	for (size_t i = 0; i < names->n; i++)
		if (!*names->v[i].text)
			return oci_fail(reader, &names->v[i].place, "empty name");
	return true;
}

static bool read_entry(struct oci_reader *reader, const struct json_value *value,
		       struct oci_entry *ret_entry)
{
	static const struct oci_field fields[] = {
		OCI_FIELD("names", JSON_LIST, OCI_AS_WORDS, struct entry_words, names,
			  .what = "a name"),
		OCI_FIELD("name", JSON_STRING, OCI_AS_WORD, struct entry_words, name),
		OCI_FIELD("action", JSON_STRING, OCI_AS_WORD, struct entry_words, action.action),
		OCI_FIELD("errnoRet", JSON_NUMBER, OCI_AS_POINTER, struct entry_words,
			  action.error_number),
		OCI_FIELD("errno", JSON_STRING, OCI_AS_WORD, struct entry_words, action.error_name),
		OCI_FIELD("args", JSON_LIST, OCI_AS_OBJECT, struct entry_words, entry,
			  .read = read_args),
		{ .key = "comment", .kind = JSON_STRING, .as = OCI_AS_NOTHING },
		OCI_FIELD("includes", JSON_OBJECT, OCI_AS_OBJECT, struct entry_words,
			  entry.includes, .read = read_filter),
		OCI_FIELD("excludes", JSON_OBJECT, OCI_AS_OBJECT, struct entry_words,
			  entry.excludes, .read = read_filter),
		{ 0 },
	};
	struct entry_words words = { 0 };

	if (!oci_read_object(reader, value, fields, "an item of 'syscalls'", &words))
		return false;
	*ret_entry = words.entry;
	ret_entry->place = value->place;
	return read_names(reader, &words, ret_entry) &&
	       read_action(reader, &words.action, &value->place, &ret_entry->action);
}

static bool read_entries(struct oci_reader *reader, const struct json_value *list, void *at)
{
	struct oci_profile *profile = reader->profile;

	(void)at;
	profile->entries = arena_alloc(&profile->arena,
				       oci_count_items(list) * sizeof(*profile->entries));
	for (const struct json_value *item = list->first; item; item = item->next)
		if (!read_entry(reader, item, &profile->entries[profile->n_entries++]))
			return false;
	return true;
}

static bool read_arch_maps(struct oci_reader *reader, const struct json_value *list, void *at)
{
	static const struct oci_field fields[] = {
		OCI_FIELD("architecture", JSON_STRING, OCI_AS_WORD, struct oci_arch_map, arch),
		OCI_FIELD("subArchitectures", JSON_LIST, OCI_AS_WORDS, struct oci_arch_map, inner,
			  .what = "an architecture"),
		{ 0 },
	};
	struct oci_profile *profile = reader->profile;

	(void)at;
	profile->arch_maps = arena_alloc(&profile->arena,
					 oci_count_items(list) * sizeof(*profile->arch_maps));
	for (const struct json_value *item = list->first; item; item = item->next) {
		struct oci_arch_map *map = &profile->arch_maps[profile->n_arch_maps++];

		map->arch.place = item->place;
		if (!oci_read_object(reader, item, fields, "an item of 'archMap'", map))
			return false;
	}
	return true;
}

static bool read_profile(struct oci_reader *reader, const struct json_value *value)
{
	static const struct oci_field fields[] = {
		OCI_FIELD("defaultAction", JSON_STRING, OCI_AS_WORD, struct profile_words,
			  action.action),
		OCI_FIELD("defaultErrnoRet", JSON_NUMBER, OCI_AS_POINTER, struct profile_words,
			  action.error_number),
		OCI_FIELD("defaultErrno", JSON_STRING, OCI_AS_WORD, struct profile_words,
			  action.error_name),
		OCI_FIELD("architectures", JSON_LIST, OCI_AS_WORDS, struct profile_words,
			  architectures, .what = "an architecture"),
		{ .key = "archMap",
		  .kind = JSON_LIST,
		  .as = OCI_AS_OBJECT,
		  .read = read_arch_maps },
		OCI_FIELD("flags", JSON_LIST, OCI_AS_WORDS, struct profile_words, flags,
			  .what = "a flag"),
		OCI_FIELD("listenerPath", JSON_STRING, OCI_AS_WORD, struct profile_words,
			  listener_path),
		OCI_FIELD("listenerMetadata", JSON_STRING, OCI_AS_WORD, struct profile_words,
			  listener_metadata),
		{ .key = "syscalls", .kind = JSON_LIST, .as = OCI_AS_OBJECT, .read = read_entries },
		{ 0 },
	};
	struct oci_profile *profile = reader->profile;
	struct profile_words words = { 0 };

	if (!oci_read_object(reader, value, fields, "a profile", &words))
		return false;
	profile->architectures = words.architectures;
	profile->flags = words.flags;
	profile->listener_path = words.listener_path;
	profile->listener_metadata = words.listener_metadata;
	if (profile->architectures.n && profile->n_arch_maps)
		return oci_fail(reader, &profile->architectures.v[0].place,
				"a profile has both 'architectures' and 'archMap'");
	return read_action(reader, &words.action, &value->place, &profile->default_action);
}

/* If the file is something else, quote nothing from it: it may be a secret. */
static bool refuse_stranger(struct oci_reader *reader, const struct place *place, const char *why)
{
	diags_add(reader->diags, DIAG_ERROR, place, "this is not a seccomp profile: %s", why);
	return false;
}

static bool is_stranger(struct oci_reader *reader, const struct json_value *whole)
{
	const struct json_value *action = NULL, *calls = NULL;

	return oci_find_member(reader, whole, "defaultAction", &action) &&
	       oci_find_member(reader, whole, "syscalls", &calls) && !action && !calls;
}

/* Finds the profile in a text: all of it, or what a bundle's config.json has under "linux". */
static bool find_profile(struct oci_reader *reader, const struct json_value **ret_value)
{
	const struct json_value *whole = reader->profile->text.value, *inner = NULL;

	*ret_value = whole;
	if (whole->kind != JSON_OBJECT)
		return true;
	if (!oci_find_member(reader, whole, "linux", &inner))
		return false;
	if (!inner)
		return !is_stranger(reader, whole) ||
		       refuse_stranger(reader, &whole->place,
				       "it has neither 'defaultAction' nor 'syscalls'");
	if (inner->kind == JSON_OBJECT && !oci_find_member(reader, inner, "seccomp", ret_value))
		return false;
	if (inner->kind == JSON_OBJECT && *ret_value)
		return true;
	return refuse_stranger(reader, &inner->key_place, "there is no 'seccomp' in its 'linux'");
}

int oci_profile_read(const char *path, const char *text, struct oci_profile *ret_profile,
		     struct diags *diags)
{
	struct oci_reader reader = { ret_profile, diags };
	const struct json_value *value;
	int err;

	*ret_profile = (struct oci_profile){ 0 };
	if (text)
		err = json_text_take(path, mem_strdup(text), strlen(text), &ret_profile->text,
				     diags);
	else
		err = json_text_read(path, BYTES_MAX, &ret_profile->text, diags);
	if (err) {
		diags_hint(diags, "a profile is JSON, as of the OCI runtime specification or moby");
		return err;
	}
	return find_profile(&reader, &value) && read_profile(&reader, value) ? 0 : -EINVAL;
}

void oci_profile_finish(struct oci_profile *profile)
{
	arena_finish(&profile->arena);
	json_text_finish(&profile->text);
}
