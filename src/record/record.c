// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/record.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

struct record_totals record_sum(const struct record *record)
{
	struct record_totals totals = {
		.allowed = record->rest.allowed,
		.denied = record->rest.denied,
		.failed = record->rest.failed,
		.would_deny = record->rest.continued,
	};

	for (size_t i = 0; i < record->calls.n; i++) {
		totals.allowed += record->calls.v[i].allowed;
		totals.denied += record->calls.v[i].denied;
		totals.failed += record->calls.v[i].failed;
		totals.logged += record->calls.v[i].logged;
	}
	for (size_t i = 0; i < record->denials.n; i++) {
		const struct record_denial *denial = &record->denials.v[i];

		if (denial->is_continued)
			totals.would_deny += denial->count;
		else if (denial->is_expected)
			totals.expected += denial->count;
	}
	totals.denied -= totals.expected;
	return totals;
}

uint64_t record_violations(const struct record *record)
{
	uint64_t violations = record->rest.continued;

	for (size_t i = 0; i < record->denials.n; i++) {
		const struct record_denial *denial = &record->denials.v[i];

		if (denial->by == BY_POLICY && !denial->is_expected)
			violations += denial->count;
	}
	return violations;
}

bool record_has_losses(const struct record *record)
{
	const struct record_lost *lost = &record->lost;

	for (size_t i = 0; i < record->denials.n; i++)
		if (record->denials.v[i].by == BY_UNEXPLAINED)
			return true;
	return lost->events || lost->map_full || lost->missed_runs || lost->tasks ||
	       lost->missed_exits || lost->starts || record->let_through;
}

bool record_is_complete(const struct record *record)
{
	return record_knows_calls(record) && !record_has_losses(record) &&
	       !record->lost.interrupted && !record->is_unsure;
}

const char *record_unseen(const struct record *record, size_t i)
{
	const struct trace_gap *gap = trace_source_row(record->source)->unseen;

	for (; gap->what; gap++)
		if ((!gap->is_unseen || gap->is_unseen(record)) && !i--)
			return gap->what;
	return NULL;
}

static int compare_calls(const void *a, const void *b)
{
	const struct record_call *x = a, *y = b;

	if (x->arch != y->arch)
		return x->arch < y->arch ? -1 : 1;
	return (x->nr > y->nr) - (x->nr < y->nr);
}

struct record_call *record_find_call(const struct record *record, enum arch arch, uint32_t nr)
{
	struct record_call key = { .arch = arch, .nr = nr };

	if (!record->calls.n)
		return NULL;
	return bsearch(&key, record->calls.v, record->calls.n, sizeof(key), compare_calls);
}

void record_count_denied(struct record *record, const struct record_denial *denial)
{
	struct record_call *call = NULL;

	for (size_t i = 0; i < record->calls.n && !call; i++)
		if (record->calls.v[i].arch == denial->arch && record->calls.v[i].nr == denial->nr)
			call = &record->calls.v[i];
	if (!call) {
		call = array_append(&record->calls);
		call->arch = denial->arch;
		call->nr = denial->nr;
	}
	call->denied += denial->count;
}

static int compare_denials(const void *a, const void *b)
{
	const struct record_denial *x = a, *y = b;

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns ? -1 : 1;
	return (x->nr > y->nr) - (x->nr < y->nr);
}

void record_sort(struct record *record)
{
	if (record->calls.n)
		qsort(record->calls.v, record->calls.n, sizeof(*record->calls.v), compare_calls);
	if (record->denials.n)
		qsort(record->denials.v, record->denials.n, sizeof(*record->denials.v),
		      compare_denials);
}

static void finish_call(struct record_call *call)
{
	record_finish_stack(&call->stack);
	free(call->exe);
	free(call->errors.v);
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		free(call->values[i].v);
}

bool record_origin_is_same(const struct record_origin *a, const struct record_origin *b)
{
	bool is_same_file = a->file && b->file ? str_eq(a->file, b->file) : a->file == b->file;

	return !a->text == !b->text && (!a->text || a->rule == b->rule) && a->line == b->line &&
	       is_same_file;
}

void record_finish_denial(struct record_denial *denial)
{
	record_finish_stack(&denial->stack);
	free(denial->origin.text);
	free(denial->origin.file);
	free(denial->exe);
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		free(denial->seen[i]);
}

void record_finish(struct record *record)
{
	for (size_t i = 0; i < record->denials.n; i++)
		record_finish_denial(&record->denials.v[i]);
	for (size_t i = 0; i < record->calls.n; i++)
		finish_call(&record->calls.v[i]);
	for (size_t i = 0; i < record->processes.n; i++) {
		free(record->processes.v[i].exe);
		free(record->processes.v[i].args);
	}
	for (size_t i = 0; i < record->files.paths.n; i++)
		free(record->files.paths.v[i].path);
	for (size_t i = 0; i < record->files.peers.n; i++)
		free(record->files.peers.v[i].text);
	record_finish_failures(&record->failures);
	free(record->files.paths.v);
	free(record->files.peers.v);
	free(record->calls.v);
	free(record->denials.v);
	free(record->processes.v);
	free(record->passes.v);
	free(record->interrupted.v);
	free(record->samples.v);
	free(record->rule_hits);
	free(record->why);
	*record = (struct record){ 0 };
}
