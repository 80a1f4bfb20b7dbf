// SPDX-License-Identifier: GPL-2.0-or-later
/* The values that arguments had. */
#include <stdlib.h>

#include "base/mem.h"
#include "record/record.h"

void record_add_values(struct record_call *call, unsigned int which,
		       const uint64_t args[SYS_ARGS_MAX])
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);

	for (size_t i = 0; row && i < SYS_ARGS_MAX; i++)
		if (which >> i & 1)
			*array_append(&call->values[i]) = sys_arg_bits(call->arch,
								       row->args[i].kind, args[i]);
}

static int compare_values(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool has_value(const struct record_values *values, size_t n, uint64_t value)
{
	return n && bsearch(&value, values->v, n, sizeof(value), compare_values);
}

static void sort_values(struct record_values *values)
{
	size_t n = 0;

	if (!values->n)
		return;
	qsort(values->v, values->n, sizeof(*values->v), compare_values);
	for (size_t i = 0; i < values->n; i++)
		if (!n || values->v[n - 1] != values->v[i])
			values->v[n++] = values->v[i];
	values->n = n;
}

void record_sort_values(struct record_call *call)
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		sort_values(&call->values[i]);
}

void record_merge_values(struct record_call *to, const struct record_call *from)
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		const struct record_values *more = &from->values[i];
		size_t n = to->values[i].n;

		for (size_t k = 0; k < more->n; k++)
			if (!has_value(&to->values[i], n, more->v[k]))
				*array_append(&to->values[i]) = more->v[k];
		if (to->values[i].n > n)
			sort_values(&to->values[i]);
	}
}
