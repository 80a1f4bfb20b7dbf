// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/json_input.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/input.h"

/* What pinfold and others write nests a dozen deep; json-c descends by recursion. */
enum { DEPTH_MAX = 32 };

static int parse(const struct input *input, struct json_object **ret_object)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *object;

	if (!tokener || input->len > INT_MAX) {
		json_tokener_free(tokener);
		return -ENOMEM;
	}
	object = json_tokener_parse_ex(tokener, input->text, (int)input->len);
	json_tokener_free(tokener);
	if (!object)
		return -EINVAL;
	*ret_object = object;
	return 0;
}

int json_input_read(const char *path, size_t limit, struct json_object **ret_object,
		    struct diags *diags)
{
	struct input input = { 0 };
	auto_free char *text = NULL;
	int err = input_read(path, limit, &input);

	text = input.text;
	if (err)
		return diags_fail(diags, -EINVAL, "cannot read '%s' as JSON: %s", path,
				  input_error(err, limit));
	if (parse(&input, ret_object))
		return diags_fail(diags, -EINVAL, "cannot read '%s' as JSON: not valid JSON", path);
	return 0;
}
