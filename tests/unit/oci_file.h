/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A profile's JSON as moby and runc read it on amd64 with a new kernel: what applies to this
 * machine, one rule for each name. */
#ifndef PINFOLD_TESTS_OCI_FILE_H
#define PINFOLD_TESTS_OCI_FILE_H

#include "oci_runtime.h"

#include <json-c/json.h>

static inline struct json_object *member(struct json_object *of, const char *key)
{
	return of ? json_object_object_get(of, key) : NULL;
}

static inline size_t length(struct json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

static inline const char *text_at(struct json_object *list, size_t i)
{
	return json_object_get_string(json_object_array_get_idx(list, i));
}

static inline bool has_text(struct json_object *of, const char *key, const char *text)
{
	struct json_object *list = member(of, key);

	for (size_t i = 0; i < length(list); i++)
		if (str_eq(text_at(list, i), text))
			return true;
	return false;
}

/* CAPABILITY is the only one that the container has. */
static inline bool is_included(struct json_object *entry, const char *capability)
{
	struct json_object *in = member(entry, "includes"), *out = member(entry, "excludes");

	if (length(member(in, "arches")) && !has_text(in, "arches", "amd64"))
		return false;
	for (size_t i = 0; i < length(member(in, "caps")); i++)
		if (!str_eq(text_at(member(in, "caps"), i), capability))
			return false;
	return !has_text(out, "arches", "amd64") && !has_text(out, "caps", capability) &&
	       !member(out, "minKernel");
}

static inline uint32_t action_of(struct json_object *of, const char *key, const char *errno_key)
{
	static const struct {
		const char *name;
		uint32_t action;
	} rows[] = {
		{ "SCMP_ACT_ALLOW", SCMP_ACT_ALLOW },
		{ "SCMP_ACT_LOG", SCMP_ACT_LOG },
		{ "SCMP_ACT_TRAP", SCMP_ACT_TRAP },
		{ "SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD },
		{ "SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD },
		{ "SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS },
		{ "SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY },
	};
	const char *name = json_object_get_string(member(of, key));
	struct json_object *number = member(of, errno_key);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (str_eq(rows[i].name, name))
			return rows[i].action;
	assert_string_equal(name, "SCMP_ACT_ERRNO");
	return SCMP_ACT_ERRNO(number ? (uint32_t)json_object_get_int(number) : EPERM);
}

static inline enum scmp_compare operator_of(const char *name)
{
	static const char *const names[] = {
		[SCMP_CMP_NE] = "SCMP_CMP_NE",
		[SCMP_CMP_LT] = "SCMP_CMP_LT",
		[SCMP_CMP_LE] = "SCMP_CMP_LE",
		[SCMP_CMP_EQ] = "SCMP_CMP_EQ",
		[SCMP_CMP_GE] = "SCMP_CMP_GE",
		[SCMP_CMP_GT] = "SCMP_CMP_GT",
		[SCMP_CMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
	};

	for (size_t i = 1; i < ARRAY_SIZE(names); i++)
		if (str_eq(names[i], name))
			return (enum scmp_compare)i;
	fail_msg("%s", name);
	return SCMP_CMP_EQ;
}

static inline void add_name(struct runtime *runtime, struct json_object *entry, const char *name)
{
	struct runtime_rule *rule = array_append(&runtime->rules);
	struct json_object *args = member(entry, "args");

	rule->action = action_of(entry, "action", "errnoRet");
	rule->n_args = (unsigned int)length(args);
	assert_in_range(rule->n_args, 0, RUNTIME_ARGS_MAX);
	snprintf(rule->name, sizeof(rule->name), "%s", name);
	for (unsigned int i = 0; i < rule->n_args; i++) {
		struct json_object *arg = json_object_array_get_idx(args, i);

		rule->args[i] = (struct scmp_arg_cmp){
			.arg = (unsigned int)json_object_get_int(member(arg, "index")),
			.op = operator_of(json_object_get_string(member(arg, "op"))),
			.datum_a = json_object_get_uint64(member(arg, "value")),
			.datum_b = json_object_get_uint64(member(arg, "valueTwo")),
		};
	}
}

static inline void add_arches(struct runtime *runtime, struct json_object *list)
{
	for (size_t i = 0; i < length(list); i++) {
		char name[32];
		size_t n = 0;

		for (const char *at = text_at(list, i) + strlen("SCMP_ARCH_"); *at && n < 31; at++)
			name[n++] = (char)(*at >= 'A' && *at <= 'Z' ? *at + 32 : *at);
		name[n] = '\0';
		runtime->arches[runtime->n_arches++] = seccomp_arch_resolve_name(name);
	}
}

/* Returns the seccomp object in FILE, which may be a whole config.json. */
static inline struct json_object *seccomp_of(struct json_object *file)
{
	return member(file, "linux") ? member(member(file, "linux"), "seccomp") : file;
}

/* Fills RUNTIME, whose rules the caller frees. */
static inline void read_runtime(struct json_object *profile, const char *capability,
				struct runtime *runtime)
{
	struct json_object *entries = member(profile, "syscalls"),
			   *map = member(profile, "archMap");

	*runtime = (struct runtime){
		.default_action = action_of(profile, "defaultAction", "defaultErrnoRet"),
	};
	add_arches(runtime, member(profile, "architectures"));
	for (size_t i = 0; i < length(map); i++) {
		struct json_object *row = json_object_array_get_idx(map, i);

		if (str_eq(json_object_get_string(member(row, "architecture")), "SCMP_ARCH_X86_64"))
			add_arches(runtime, member(row, "subArchitectures"));
	}
	for (size_t i = 0; i < length(entries); i++) {
		struct json_object *entry = json_object_array_get_idx(entries, i);

		if (!is_included(entry, capability))
			continue;
		if (member(entry, "name"))
			add_name(runtime, entry, json_object_get_string(member(entry, "name")));
		for (size_t k = 0; k < length(member(entry, "names")); k++)
			add_name(runtime, entry, text_at(member(entry, "names"), k));
	}
	runtime_resolve(runtime);
}

/* Removes the names from PROFILE that this libseccomp does not know, as runc does. */
static inline void drop_unknown_names(struct json_object *profile)
{
	struct json_object *entries = member(profile, "syscalls");

	for (size_t i = length(entries); i-- > 0;) {
		struct json_object *entry = json_object_array_get_idx(entries, i);
		struct json_object *names = member(entry, "names");
		const char *name = json_object_get_string(member(entry, "name"));

		for (size_t k = length(names); k-- > 0;)
			if (seccomp_syscall_resolve_name(text_at(names, k)) == __NR_SCMP_ERROR)
				json_object_array_del_idx(names, k, 1);
		if (!length(names) &&
		    (!name || seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR))
			json_object_array_del_idx(entries, i, 1);
	}
}

#endif
