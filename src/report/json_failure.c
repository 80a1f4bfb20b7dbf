// SPDX-License-Identifier: GPL-2.0-or-later
/* The failing calls of the JSON report: what each named, and whether the pen was the cause. */
#include "policy/quantity.h"
#include "report/json.h"
#include "report/json_word.h"
#include "sys/name.h"

/* A path comes from the command and must be escaped; the text of anything else is safe already. */
static struct json_object *new_object(const struct record_failure *failure)
{
	struct json_object *object;

	if (failure->object == RECORD_OBJECT_NONE)
		return NULL;
	object = json_object_new_object();
	json_add_text(object, "kind", json_word_of(&json_objects, failure->object));
	if (failure->object == RECORD_OBJECT_PATH) {
		json_add_escaped(object, "text", failure->text);
		json_add_escaped(object, "second", failure->second);
		json_add_text(object, "use",
			      failure->is_executed ? "execute"
						   : json_word_of(&json_uses, failure->access));
	} else {
		json_add_text(object, "text", failure->text);
	}
	return object;
}

static struct json_object *new_first(const struct record_failure *failure)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "pid", (uint64_t)failure->pid);
	json_add_number(object, "host_pid", (uint64_t)failure->host_pid);
	json_add_number(object, "tid", (uint64_t)failure->tid);
	json_add_text(object, "comm", failure->comm);
	json_add_text(object, "exe", failure->exe);
	json_add_number(object, "at_ns", failure->at_ns);
	return object;
}

static struct json_object *new_last(const struct record_failure *failure)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "at_ns", failure->last_ns);
	json_add_bool(object, "survived", failure->is_survived);
	return object;
}

static struct json_object *new_args(const struct record_failure *failure)
{
	const struct sys_call *row = sys_call_by_nr(failure->arch, failure->nr);
	struct json_object *array = json_object_new_array();
	size_t n = row ? row->n_args : SYS_ARGS_MAX;

	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, json_new_hex(failure->args[i]));
	return array;
}

static struct json_object *new_fix(const struct record_failure *failure)
{
	struct json_object *object;

	if (!failure->fix && !failure->statement)
		return NULL;
	object = json_object_new_object();
	json_add_escaped(object, "option", failure->fix);
	json_add_escaped(object, "statement", failure->statement);
	return object;
}

struct json_object *json_new_failure(const struct record_failure *failure)
{
	const char *error = errno_name(failure->error);
	char name[CAPABILITY_NAME_ROOM];
	struct json_object *object = json_object_new_object();

	json_add_text(object, "abi", arch_get(failure->arch)->name);
	json_object_object_add(object, "nr", json_object_new_int64((int32_t)failure->nr));
	json_add_text(object, "name", sys_call_name(failure->arch, failure->nr));
	json_object_object_add(object, "args", new_args(failure));
	json_add_text(object, "error", error);
	json_object_object_add(object, "object", new_object(failure));
	json_add_text(object, "capability",
		      record_is_refused(failure) ? capability_name(failure->capability, name)
						 : NULL);
	json_add_text(object, "refusal", json_word_of(&json_refusals, failure->refusal));
	json_add_number(object, "count", failure->count);
	json_object_object_add(object, "first", new_first(failure));
	json_object_object_add(object, "last", new_last(failure));
	json_object_object_add(object, "stack", json_new_stack(&failure->stack));
	json_add_text(object, "verdict", json_word_of(&json_causes, failure->cause));
	json_add_escaped(object, "cause", failure->words);
	json_object_object_add(object, "fix", new_fix(failure));
	return object;
}
