// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports come from other machines: a member that is missing or of the wrong type is an error,
 * never a zero, because merge and prune turn it into a policy. */
#include "record/record_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/input.h"
#include "base/json_input.h"
#include "base/mem.h"
#include "base/str.h"
#include "sys/name.h"

/* The most that a run can leave: the sizes of the tracer's maps (bpf/event.h), and of a policy.
 * More is rejected, because each row is compared with those before it. */
enum {
	BYTES_MAX = 32 << 20,
	CALLS_MAX = 8192,
	VALUES_MAX = 16384,
	DENIALS_MAX = 65536,
	RULES_MAX = 8192,
};

/* A report that is being read. */
struct report_reader {
	const char *path;
	struct diags *diags;
	size_t n_values; /* of all calls */
	bool has_failed;
};

static void refuse(struct report_reader *reader, const char *what)
{
	if (!reader->has_failed)
		diags_fail(reader->diags, -EINVAL,
			   "'%s' is not a pinfold report: its '%s' is missing or of the wrong type",
			   reader->path, what);
	reader->has_failed = true;
}

/* Returns whether N is at most MOST; otherwise reports that there are too many of WHAT. */
static bool is_bounded(struct report_reader *reader, const char *what, size_t n, size_t most)
{
	if (n <= most)
		return true;
	if (!reader->has_failed)
		diags_fail(reader->diags, -E2BIG,
			   "'%s' is not a pinfold report: it has more than %zu %s", reader->path,
			   most, what);
	reader->has_failed = true;
	return false;
}

/* Returns the member KEY if it has TYPE; otherwise reports an error and returns NULL. */
static struct json_object *member(struct report_reader *reader, struct json_object *of,
				  const char *key, enum json_type type)
{
	struct json_object *value = NULL;

	if (json_object_is_type(of, json_type_object) &&
	    json_object_object_get_ex(of, key, &value) && json_object_is_type(value, type))
		return value;
	refuse(reader, key);
	return NULL;
}

static uint64_t number(struct report_reader *reader, struct json_object *of, const char *key)
{
	struct json_object *value = member(reader, of, key, json_type_int);

	return value ? json_object_get_uint64(value) : 0;
}

static const char *text(struct report_reader *reader, struct json_object *of, const char *key)
{
	struct json_object *value = member(reader, of, key, json_type_string);

	return value ? json_object_get_string(value) : "";
}

static bool truth(struct report_reader *reader, struct json_object *of, const char *key)
{
	struct json_object *value = member(reader, of, key, json_type_boolean);

	return value && json_object_get_boolean(value);
}

static void read_values(struct report_reader *reader, struct json_object *from,
			struct record_call *call, struct record_values *to)
{
	struct json_object *list = member(reader, from, "values", json_type_array);

	reader->n_values += list ? json_object_array_length(list) : 0;
	if (!is_bounded(reader, "values of arguments", reader->n_values, VALUES_MAX))
		return;
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		const char *hex = json_object_get_string(item);
		char *end = NULL;

		errno = 0;
		*array_append(to) = hex ? strtoull(hex, &end, 16) : 0;
		if (!hex || errno || end == hex || *end)
			refuse(reader, "values");
	}
	call->other = number(reader, from, "other");
}

static void read_args(struct report_reader *reader, struct json_object *from,
		      struct record_call *call)
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);
	struct json_object *args = member(reader, from, "args", json_type_object);

	if (!args)
		return;
	json_object_object_foreach(args, key, value) {
		int index = row ? sys_call_arg(row, key) : -1;

		if (index < 0)
			refuse(reader, "args");
		else
			read_values(reader, value, call, &call->values[index]);
	}
}

/* Errors are written by name, or by number if they have none. */
static void read_errors(struct report_reader *reader, struct json_object *from,
			struct record_call *call)
{
	struct json_object *errors = member(reader, from, "errors", json_type_object);

	if (!errors)
		return;
	json_object_object_foreach(errors, key, value) {
		int error = errno_find(key);

		*array_append(&call->errors) = (struct record_error){
			.number = error > 0 ? error : atoi(key),
			.count = json_object_get_uint64(value),
		};
	}
}

static enum arch read_arch(struct report_reader *reader, struct json_object *from)
{
	enum arch arch = arch_find(text(reader, from, "abi"));

	if (arch == ARCH_NONE)
		refuse(reader, "abi");
	return arch == ARCH_NONE ? arch_native() : arch;
}

static void read_call(struct report_reader *reader, struct json_object *from, struct record *record)
{
	struct record_call *call = array_append(&record->calls);
	struct json_object *nr = member(reader, from, "nr", json_type_int);

	call->arch = read_arch(reader, from);
	call->nr = nr ? (uint32_t)json_object_get_int64(nr) : 0;
	call->allowed = number(reader, from, "allowed");
	call->denied = number(reader, from, "denied");
	call->failed = number(reader, from, "failed");
	read_errors(reader, from, call);
	read_args(reader, from, call);
}

static void read_denial(struct report_reader *reader, struct json_object *from,
			struct record *record)
{
	struct json_object *nr = member(reader, from, "nr", json_type_int);
	struct record_denial *denial;

	if (!nr || !truth(reader, from, "expected"))
		return;
	denial = array_append(&record->denials);
	denial->arch = read_arch(reader, from);
	denial->nr = (uint32_t)json_object_get_int64(nr);
	denial->is_expected = true;
	denial->action.kind = ACTION_ERRNO;
	denial->action.data = (uint16_t)number(reader, from, "value");
	denial->action.is_known = truth(reader, from, "known");
	if (json_object_object_get(from, "rule"))
		denial->origin.text = mem_strdup(""); /* of another machine's policy */
}

static void read_rule(struct report_reader *reader, struct json_object *from,
		      struct report_copy *copy)
{
	struct report_rule *rule = array_append(&copy->rules);

	rule->line = (unsigned int)number(reader, from, "line");
	rule->text = mem_strdup(text(reader, from, "text"));
	rule->hits = number(reader, from, "hits");
}

static void read_trace(struct report_reader *reader, struct json_object *from,
		       struct report_copy *copy)
{
	struct json_object *trace = member(reader, from, "trace", json_type_object);
	struct json_object *lost = trace ? member(reader, trace, "lost", json_type_object) : NULL;
	const char *source = trace ? text(reader, trace, "source") : "";
	enum trace_source found;
	bool knows_calls = trace_source_find(source, &found) &&
			   trace_source_row(found)->knows_calls;

	if (!lost)
		return;
	copy->is_complete = truth(reader, trace, "complete");
	copy->record.source = knows_calls ? TRACE_EBPF : TRACE_NONE;
	copy->record.has_exact_hits = truth(reader, trace, "exact_hits");
	copy->record.lost.events = number(reader, lost, "events");
	copy->record.lost.map_full = number(reader, lost, "map_full");
	copy->record.is_unsure = !copy->is_complete;
}

static void read_all(struct report_reader *reader, struct json_object *from,
		     struct report_copy *copy)
{
	static const char *const lists[] = { "syscalls", "denials", "rules" };
	static const size_t most[] = { CALLS_MAX, DENIALS_MAX, RULES_MAX };

	if (!str_eq(text(reader, from, "schema"), "pinfold-report/1")) {
		refuse(reader, "schema");
		return;
	}
	read_trace(reader, from, copy);
	if (!reader->has_failed && !record_knows_calls(&copy->record)) {
		diags_fail(reader->diags, -ENODATA,
			   "the trace of '%s' does not have the calls that were allowed",
			   reader->path);
		diags_hint(reader->diags, "create the report with --trace ebpf");
		reader->has_failed = true;
	}
	for (size_t k = 0; k < ARRAY_SIZE(lists) && !reader->has_failed; k++) {
		struct json_object *list = member(reader, from, lists[k], json_type_array);

		size_t n = list ? json_object_array_length(list) : 0;

		if (!is_bounded(reader, lists[k], n, most[k]))
			return;
		for (size_t i = 0; i < n && !reader->has_failed; i++) {
			struct json_object *item = json_object_array_get_idx(list, i);

			if (k == 0)
				read_call(reader, item, &copy->record);
			else if (k == 1)
				read_denial(reader, item, &copy->record);
			else
				read_rule(reader, item, copy);
		}
	}
}

int report_read(const char *path, struct report_copy *ret_copy, struct diags *diags)
{
	struct report_reader reader = { .path = input_name(path), .diags = diags };
	struct report_copy copy = { .path = path };
	struct json_object *from = NULL;
	int err = json_input_read(path, BYTES_MAX, &from, diags);

	if (err)
		return err;
	read_all(&reader, from, &copy);
	json_object_put(from);
	if (reader.has_failed) {
		report_copy_finish(&copy);
		return -EINVAL;
	}
	*ret_copy = copy;
	return 0;
}

void report_copy_finish(struct report_copy *copy)
{
	for (size_t i = 0; i < copy->rules.n; i++)
		free(copy->rules.v[i].text);
	free(copy->rules.v);
	record_finish(&copy->record);
	*copy = (struct report_copy){ 0 };
}
