// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook/hook_request.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "base/mem.h"
#include "base/str.h"

#define PREFIX	 "io.pinfold."
#define REQUIRED PREFIX "required"

static const char *const annotations[HOOK_OUTPUTS] = {
	[HOOK_PROFILE] = PREFIX "record",
	[HOOK_POLICY] = PREFIX "policy",
	[HOOK_REPORT] = PREFIX "report",
};

const char *hook_annotation(enum hook_output output)
{
	return annotations[output];
}

/* Returns the member KEY of OBJECT, or NULL. The last of several counts, as in Go's reader. */
static const struct json_value *find(const struct json_value *object, const char *key)
{
	const struct json_value *found = NULL;

	for (const struct json_value *at = object->first; at; at = at->next)
		if (str_eq(at->key, key))
			found = at;
	return found;
}

static int refuse(const char *what, struct diags *diags)
{
	diags_fail(diags, -EINVAL, "standard input is not a container's state: %s", what);
	diags_hint(diags, "a container's runtime starts 'pinfold oci-hook': see "
			  "pinfold-oci-hook(1)");
	return -EINVAL;
}

/* It becomes part of file names. */
static bool is_safe_id(const char *id)
{
	size_t len = strlen(id);

	if (!len || len > NAME_MAX || *id == '.')
		return false;
	for (; *id; id++)
		if (!isalnum((unsigned char)*id) && !strchr("._+-", *id))
			return false;
	return true;
}

static int read_state(const struct json_value *state, struct hook_request *request,
		      struct diags *diags)
{
	const struct json_value *id, *pid;
	char *end;
	long number;

	if (state->kind != JSON_OBJECT)
		return refuse("it is not an object", diags);
	id = find(state, "id");
	pid = find(state, "pid");
	if (!id || id->kind != JSON_STRING || !is_safe_id(id->text))
		return refuse("'id' is missing or invalid", diags);
	if (!pid || pid->kind != JSON_NUMBER)
		return refuse("'pid' is missing: the container has not been created, or has ended",
			      diags);
	number = strtol(pid->text, &end, 10);
	if (*end || number <= 0 || number > INT_MAX)
		return refuse("'pid' is not a process id", diags);
	request->id = mem_strdup(id->text);
	request->pid = (pid_t)number;
	return 0;
}

static const char *name_annotation(size_t i, void *data)
{
	(void)data;
	if (i < HOOK_OUTPUTS)
		return annotations[i];
	return i == HOOK_OUTPUTS ? REQUIRED : NULL;
}

static int take_required(const char *value, struct hook_request *request, struct diags *diags)
{
	request->is_required = str_eq(value, "true");
	if (request->is_required || str_eq(value, "false"))
		return 0;
	return diags_fail(diags, -EINVAL, "annotation '%s' is neither 'true' nor 'false'",
			  REQUIRED);
}

static int take_annotation(const struct json_value *value, struct hook_request *request,
			   struct diags *diags)
{
	if (!str_starts(value->key, PREFIX))
		return 0;
	if (value->kind != JSON_STRING)
		return diags_fail(diags, -EINVAL, "annotation '%s' is not a string", value->key);
	if (str_eq(value->key, REQUIRED))
		return take_required(value->text, request, diags);
	for (size_t i = 0; i < HOOK_OUTPUTS; i++) {
		if (!str_eq(value->key, annotations[i]))
			continue;
		free(request->names[i]);
		request->names[i] = mem_strdup(value->text);
		return 0;
	}
	diags_fail(diags, -EINVAL, "unknown annotation '%s'", value->key);
	diags_hint_nearest(diags, value->key, name_annotation, NULL);
	return -EINVAL;
}

static int read_annotations(const struct json_value *state, struct hook_request *request,
			    struct diags *diags)
{
	const struct json_value *list = find(state, "annotations");
	int err = 0;

	if (!list || list->kind == JSON_NULL)
		return 0;
	if (list->kind != JSON_OBJECT)
		return refuse("'annotations' is not an object", diags);
	for (const struct json_value *at = list->first; !err && at; at = at->next)
		err = take_annotation(at, request, diags);
	return err;
}

int hook_request_read(char *text, size_t len, struct hook_request *ret_request, struct diags *diags)
{
	struct hook_request request = { 0 };
	struct json_text json;
	int err = json_text_take("<stdin>", text, len, &json, diags);

	if (!err)
		err = read_state(json.value, &request, diags);
	if (!err)
		err = read_annotations(json.value, &request, diags);
	json_text_finish(&json);
	if (err)
		hook_request_finish(&request);
	else
		*ret_request = request;
	return err;
}

bool hook_request_is_empty(const struct hook_request *request)
{
	for (size_t i = 0; i < HOOK_OUTPUTS; i++)
		if (request->names[i])
			return false;
	return true;
}

void hook_request_finish(struct hook_request *request)
{
	for (size_t i = 0; i < HOOK_OUTPUTS; i++)
		free(request->names[i]);
	free(request->id);
	*request = (struct hook_request){ 0 };
}
