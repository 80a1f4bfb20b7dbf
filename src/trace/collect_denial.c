// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the denials of a run from the keys by which the kernel counted them. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "denial/explain.h"
#include "trace/collector.h"

static void add_interrupted(struct record *record, const struct call_key *key, uint64_t count)
{
	struct record_passed *row = array_append(&record->interrupted);

	row->arch = (enum arch)key->abi;
	row->nr = key->nr;
	row->count = count;
	memcpy(row->args, key->args, sizeof(row->args));
}

/* Returns whether a call that looked interrupted is not a denial, or may not be one: in complain
 * mode calls that the policy denies wait for a listener. */
static bool is_passed_over(const struct collector *c, const struct call_key *key, uint64_t count)
{
	if (explain_is_undecided(c->filter, key, (const uint64_t *)key->args))
		return true;
	if (!(key->flags & DENIAL_INTERRUPTED) || !(c->filter->flags & FILTER_COMPLAIN))
		return false;
	add_interrupted(c->record, key, count);
	return true;
}

/* Returns whether A and B differ only in who called, when and how often. */
static bool is_same_denial(const struct record_denial *a, const struct record_denial *b)
{
	return a->by == b->by && record_origin_is_same(&a->origin, &b->origin) &&
	       a->verdict_by == b->verdict_by && a->action.kind == b->action.kind &&
	       a->action.data == b->action.data && a->is_interrupted == b->is_interrupted;
}

/* The details of a denial are those of its first call; FROM is consumed. */
static void merge_denial(struct record_denial *to, struct record_denial *from)
{
	uint64_t count = to->count + from->count;
	uint64_t last_ns = to->last_ns > from->last_ns ? to->last_ns : from->last_ns;

	if (from->at_ns < to->at_ns) {
		struct record_denial later = *to;

		*to = *from;
		*from = later;
	}
	to->count = count;
	to->last_ns = last_ns;
	record_finish_denial(from);
}

static void add_denial(const struct collector *c, const struct call_key *key,
		       const union call_value *value, size_t first)
{
	struct record_denials *denials = &c->record->denials;
	struct record_denial denial;

	if (is_passed_over(c, key, value->denial.count))
		return;
	explain_denial(c->policy, c->filter, key, &value->denial, &denial);
	if (c->is_early)
		sample_table_tell_early(c->samples, key, &denial);
	else
		sample_table_tell(c->samples, key, &denial);
	if (denial.is_interrupted)
		record_count_denied(c->record, &denial);
	if (denial.origin.text)
		c->record->rule_hits[denial.origin.rule] += denial.count;
	for (size_t i = first; i < denials->n; i++) {
		if (is_same_denial(&denials->v[i], &denial)) {
			merge_denial(&denials->v[i], &denial);
			return;
		}
	}
	*array_append(denials) = denial;
}

/* Compares calls, disregarding the filters and tracers of their tasks. */
static int compare_keys(const void *a, const void *b)
{
	struct call_key x = **(const struct call_key *const *)a;
	struct call_key y = **(const struct call_key *const *)b;

	x.flags = y.flags = 0;
	return memcmp(&x, &y, sizeof(x));
}

/* Flags say who stopped a call; for one call, several sets of flags may mean the same. */
void collect_denials(const struct collector *c)
{
	auto_free const struct call_key **keys = mem_alloc(c->n_keys * sizeof(*keys));
	size_t n = 0, first = 0;

	for (size_t i = 0; i < c->n_keys; i++)
		if (c->keys[i].kind == KEY_DENIAL)
			keys[n++] = &c->keys[i];
	if (n)
		qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && compare_keys(&keys[i - 1], &keys[i]))
			first = c->record->denials.n;
		add_denial(c, keys[i], &c->values[keys[i] - c->keys], first);
	}
}
