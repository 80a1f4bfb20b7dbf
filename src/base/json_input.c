// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/json_input.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/input.h"

/* What pinfold and others write nests about a dozen levels deep; json-c recurses. */
enum { DEPTH_MAX = 32 };

/*
 * Roughly what json-c allocates: an object has a table of 16 slots, so two bytes of text may turn
 * into 800. By this estimate a report of the maximum size, 32 MiB, takes about 500 MiB.
 */
enum { OBJECT_COST = 800, OTHER_COST = 160, COST_MAX = 640 << 20 };

struct number {
	uint64_t value;
	bool is_fraction; /* its digits do not matter */
};

/* Takes one character of a number; returns whether its integer part still fits 64 bits: json-c
 * clamps a larger one. */
static bool take_digit(struct number *number, char c)
{
	if (c < '0' || c > '9')
		*number = (struct number){ .is_fraction = c == '.' };
	else if (!number->is_fraction)
		return !__builtin_mul_overflow(number->value, 10, &number->value) &&
		       !__builtin_add_overflow(number->value, c - '0', &number->value);
	return true;
}

/* Rejects what json-c accepts and JSON does not have: strings in single quotes, and comments. A
 * double quote in one of those would hide the text after it from this scan. */
static int measure(const struct input *input, uint64_t *ret_cost)
{
	bool is_inside = false; /* inside a string */
	struct number number = { 0 };
	uint64_t cost = 0;

	for (size_t i = 0; i < input->len; i++) {
		char c = input->text[i];

		if (is_inside && c == '\\')
			i++;
		else if (c == '"')
			is_inside = !is_inside;
		else if (!is_inside && (c == '\'' || c == '/' || !take_digit(&number, c)))
			return -EINVAL;
		else if (!is_inside && c == '{')
			cost += OBJECT_COST;
		else if (!is_inside && (c == '[' || c == ',' || c == ':'))
			cost += OTHER_COST;
	}
	*ret_cost = cost;
	return 0;
}

static bool is_blank_from(const struct input *input, size_t at)
{
	static const char blanks[] = { ' ', '\t', '\r', '\n' };

	for (; at < input->len; at++)
		if (!memchr(blanks, input->text[at], sizeof(blanks)))
			return false;
	return true;
}

static int parse(const struct input *input, struct json_object **ret_object)
{
	struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MAX);
	struct json_object *object;
	bool is_whole;

	if (!tokener || input->len > INT_MAX) {
		json_tokener_free(tokener);
		return -ENOMEM;
	}
	object = json_tokener_parse_ex(tokener, input->text, (int)input->len);
	is_whole = is_blank_from(input, json_tokener_get_parse_end(tokener));
	json_tokener_free(tokener);
	if (!object || !is_whole) {
		json_object_put(object);
		return -EINVAL;
	}
	*ret_object = object;
	return 0;
}

int json_input_read(const char *path, size_t limit, struct json_object **ret_object,
		    struct diags *diags)
{
	struct input input = { 0 };
	auto_free char *text = NULL;
	uint64_t cost = 0;
	int err = input_read(path, limit, &input);

	text = input.text;
	if (err)
		return diags_fail(diags, -EINVAL, "cannot read '%s' as JSON: %s", input_name(path),
				  input_error(err, limit));
	err = measure(&input, &cost);
	if (!err && cost > COST_MAX)
		return diags_fail(diags, -EINVAL,
				  "cannot read '%s' as JSON: it would take too much memory",
				  input_name(path));
	if (err || parse(&input, ret_object))
		return diags_fail(diags, -EINVAL, "cannot read '%s' as JSON: not valid JSON",
				  input_name(path));
	return 0;
}
