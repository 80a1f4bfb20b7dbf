// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libseccomp, which reads these profiles, has no order of rules: so the entries of one call do not
 * overlap, and each is a row of masked comparisons. Integers of 32 bits are compared as such.
 */
#include <stdlib.h>

#include <json-c/json.h>

#include "base/mem.h"
#include "convert/convert.h"
#include "convert/verdicts.h"

/* One profile while it is written. */
struct writer {
	const struct policy *policy;
	struct numbers numbers[ARCH_COUNT]; /* of each arch that the policy lists */
	struct json_object *entries;
	struct losses *losses;
	uint64_t work; /* of outcomes_of() */
};

static const char *const arch_names[] = {
	[ARCH_X86_64] = "SCMP_ARCH_X86_64",
	[ARCH_X86] = "SCMP_ARCH_X86",
	[ARCH_X32] = "SCMP_ARCH_X32",
	[ARCH_AARCH64] = "SCMP_ARCH_AARCH64",
};

static const char *const action_names[] = {
	[ACTION_ALLOW] = "SCMP_ACT_ALLOW",
	[ACTION_LOG] = "SCMP_ACT_LOG",
	[ACTION_ERRNO] = "SCMP_ACT_ERRNO",
	[ACTION_TRAP] = "SCMP_ACT_TRAP",
	[ACTION_KILL_THREAD] = "SCMP_ACT_KILL_THREAD",
	[ACTION_KILL_PROCESS] = "SCMP_ACT_KILL_PROCESS",
};

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
		/* The whole register as one number: readers of JSON that round large ones exist. */
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

	return str_eq(json_object_get_string(name), action_names[action->kind]) &&
	       (action->kind != ACTION_ERRNO || json_object_get_int(errnum) == action->data);
}

/* Gives the entry of all calls that get ACTION without condition. */
static struct json_object *find_plain(const struct writer *writer, const struct action *action)
{
	for (size_t i = 0; i < json_object_array_length(writer->entries); i++) {
		struct json_object *entry = json_object_array_get_idx(writer->entries, i);

		if (has_action(entry, action) && !json_object_object_get(entry, "args"))
			return json_object_object_get(entry, "names");
	}
	return NULL;
}

static void add_entry(struct writer *writer, const char *call, const struct action *action,
		      const struct cube *cube)
{
	bool is_plain = cube_is_all(cube);
	struct json_object *names = is_plain ? find_plain(writer, action) : NULL;
	struct json_object *entry;

	if (!names) {
		entry = json_object_new_object();
		names = json_object_new_array();
		json_object_object_add(entry, "names", names);
		add_text(entry, "action", action_names[action->kind]);
		if (action->kind == ACTION_ERRNO)
			json_object_object_add(entry, "errnoRet",
					       json_object_new_int(action->data));
		if (!is_plain)
			json_object_object_add(entry, "args", new_args(cube));
		json_object_array_add(writer->entries, entry);
	}
	json_object_array_add(names, json_object_new_string(call));
}

static void write_outcome(struct writer *writer, const char *call, const struct outcome *outcome)
{
	static const struct action kill = { .kind = ACTION_KILL_PROCESS };

	if (outcome->action.kind == ACTION_TRAP && outcome->action.data)
		loss_add(writer->losses, LOSS_OTHER, NULL, "%s: trap without its number %u", call,
			 outcome->action.data);
	if (!outcome->cubes.is_too_many) {
		for (size_t i = 0; i < outcome->cubes.n; i++)
			add_entry(writer, call, &outcome->action, &outcome->cubes.v[i]);
		return;
	}
	loss_add(writer->losses, LOSS_NARROWER, NULL,
		 "%s: its conditions take more than %d entries; it is denied", call, CUBES_MAX);
	if (!action_is_denial(&writer->policy->default_action))
		add_entry(writer, call, &kill, &(struct cube){ 0 });
}

/* Gives whether the outcomes of CALL are the same under every arch; those of one of them. */
static bool find_outcomes(struct writer *writer, const char *call, struct outcomes *ret_outcomes)
{
	bool has_one = false, is_same = true;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct sys_call *row = sys_call_find(arch, call);
		struct outcomes outcomes;

		if (!(writer->policy->arches >> arch & 1) || !row)
			continue;
		outcomes = outcomes_of(&writer->numbers[arch], arch, (uint32_t)row->nr[arch],
				       &writer->policy->default_action, &writer->work);
		if (!has_one) {
			*ret_outcomes = outcomes;
			has_one = true;
			continue;
		}
		is_same = is_same && outcomes_are_same(&outcomes, ret_outcomes);
		outcomes_finish(&outcomes);
	}
	return is_same;
}

static void write_call(struct writer *writer, const char *call)
{
	static const struct action kill = { .kind = ACTION_KILL_PROCESS };
	struct outcomes outcomes = { 0 };

	if (find_outcomes(writer, call, &outcomes)) {
		for (size_t i = 0; i < outcomes.n; i++)
			write_outcome(writer, call, &outcomes.v[i]);
	} else {
		loss_add(writer->losses, LOSS_NARROWER, NULL,
			 "%s: the ABIs differ, and the format has one rule for all; it is denied",
			 call);
		if (!action_is_denial(&writer->policy->default_action))
			add_entry(writer, call, &kill, &(struct cube){ 0 });
	}
	outcomes_finish(&outcomes);
}

/* A runtime starts the command under the filter. */
static void let_start(struct writer *writer)
{
	static const struct action allow = { .kind = ACTION_ALLOW };
	struct json_object *names = find_plain(writer, &allow);

	if (writer->policy->default_action.kind == ACTION_ALLOW)
		return;
	for (size_t i = 0; names && i < json_object_array_length(names); i++)
		if (str_eq(json_object_get_string(json_object_array_get_idx(names, i)), "execve"))
			return;
	add_entry(writer, "execve", &allow, &(struct cube){ 0 });
	loss_add(writer->losses, LOSS_WIDER, NULL,
		 "execve is allowed, since a runtime starts the command under the filter");
}

static void tell_unknown(struct writer *writer)
{
	const struct policy *policy = writer->policy;
	struct strbuf text = { 0 };

	if (policy->unknown_action.kind == policy->default_action.kind &&
	    policy->unknown_action.data == policy->default_action.data)
		return;
	action_format(&text, &policy->default_action);
	loss_add(writer->losses, loss_grade_of(&policy->unknown_action, &policy->default_action),
		 NULL, "unknown calls are not told from others: they get '%s'", text.text);
	strbuf_finish(&text);
}

static struct json_object *new_profile(struct writer *writer)
{
	const struct action *action = &writer->policy->default_action;
	struct json_object *profile = json_object_new_object();
	struct json_object *arches = json_object_new_array();

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (writer->policy->arches >> arch & 1)
			json_object_array_add(arches, json_object_new_string(arch_names[arch]));
	add_text(profile, "defaultAction", action_names[action->kind]);
	if (action->kind == ACTION_ERRNO)
		json_object_object_add(profile, "defaultErrnoRet",
				       json_object_new_int(action->data));
	json_object_object_add(profile, "architectures", arches);
	json_object_object_add(profile, "syscalls", writer->entries);
	return profile;
}

void convert_to_oci(const struct policy *policy, struct strbuf *buf, struct losses *losses)
{
	struct writer writer = { .policy = policy,
				 .entries = json_object_new_array(),
				 .losses = losses };
	struct json_object *profile;
	const struct sys_call *row;
	const char *last = "";

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		numbers_init(&writer.numbers[arch], policy, arch_get(arch)->audit_arch);
	for (size_t i = 0; (row = sys_call_row(i)); i++) {
		if (!str_eq(row->name, last))
			write_call(&writer, row->name);
		last = row->name;
	}
	let_start(&writer);
	tell_unknown(&writer);
	verdicts_tell_rest(policy, losses);
	profile = new_profile(&writer);
	strbuf_puts(buf,
		    json_object_to_json_string_ext(
			    profile, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	strbuf_puts(buf, "\n");
	json_object_put(profile);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		numbers_finish(&writer.numbers[arch]);
}
