// SPDX-License-Identifier: GPL-2.0-or-later
/* Combines several runs of a command into one record. */
#include <stdlib.h>

#include "base/mem.h"
#include "record/record.h"

/* A report from elsewhere may have any number. */
static void add_count(uint64_t *to, uint64_t count)
{
	if (__builtin_add_overflow(*to, count, to))
		*to = UINT64_MAX;
}

static void add_errors(struct record_call *to, const struct record_call *from)
{
	for (size_t i = 0; i < from->errors.n; i++) {
		struct record_error *found = NULL;

		for (size_t k = 0; k < to->errors.n; k++)
			if (to->errors.v[k].number == from->errors.v[i].number)
				found = &to->errors.v[k];
		if (found)
			add_count(&found->count, from->errors.v[i].count);
		else
			*array_append(&to->errors) = from->errors.v[i];
	}
}

static void add_call(struct record_call *to, const struct record_call *from)
{
	add_count(&to->allowed, from->allowed);
	add_count(&to->denied, from->denied);
	add_count(&to->failed, from->failed);
	add_count(&to->other, from->other);
	to->runs += from->allowed > 0;
	add_errors(to, from);
	record_merge_values(to, from);
}

/* New ones go after the N sorted ones. */
static void add_calls(struct record *record, const struct record *run)
{
	size_t n = record->calls.n;

	for (size_t i = 0; i < run->calls.n; i++) {
		const struct record_call *from = &run->calls.v[i];
		struct record_call *to = NULL;

		for (size_t k = 0; k < n && !to; k++)
			if (record->calls.v[k].arch == from->arch &&
			    record->calls.v[k].nr == from->nr)
				to = &record->calls.v[k];
		if (!to) {
			to = array_append(&record->calls);
			to->arch = from->arch;
			to->nr = from->nr;
		}
		add_call(to, from);
	}
}

static void add_denials(struct record *record, const struct record *run)
{
	for (size_t i = 0; i < run->denials.n; i++) {
		const struct record_denial *from = &run->denials.v[i];

		if (!from->is_expected)
			continue;
		*array_append(&record->denials) = (struct record_denial){
			.arch = from->arch,
			.nr = from->nr,
			.action = from->action,
			.count = from->count,
			.origin.text = from->origin.text ? mem_strdup(from->origin.text) : NULL,
			.is_expected = true,
		};
	}
}

void record_begin_runs(struct record *record)
{
	for (size_t i = 0; i < record->calls.n; i++)
		record->calls.v[i].runs = record->calls.v[i].allowed > 0;
}

void record_add_run(struct record *record, const struct record *run)
{
	add_calls(record, run);
	add_denials(record, run);
	add_count(&record->lost.events, run->lost.events);
	add_count(&record->lost.map_full, run->lost.map_full);
	add_count(&record->lost.interrupted, run->lost.interrupted);
	record->is_unsure = record->is_unsure || run->is_unsure;
	record_sort(record);
}
