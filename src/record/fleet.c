// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reports arrive in any order, some from machines that nobody trusts: the record must not depend on
 * the order, and its size is bounded by the number of calls that exist, whatever the reports say.
 */
#include "record/fleet.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "record/network_add.h"

/* The values of one argument that are kept: as many as one report may have. */
enum { VALUES_MAX = 16384 };

/* Two programs are enough to know that there were several. */
enum { PROGRAMS_MAX = 2 };

static bool is_same_program(const char *a, const char *b)
{
	return a && b ? str_eq(a, b) : a == b;
}

static void add_programs(struct record_processes *to, const struct record_processes *from)
{
	for (size_t i = 0; i < from->n && to->n < PROGRAMS_MAX; i++) {
		const char *exe = from->v[i].exe;
		bool is_new = true;

		for (size_t k = 0; k < to->n; k++)
			is_new = is_new && !is_same_program(to->v[k].exe, exe);
		if (is_new)
			array_append(to)->exe = mem_strdup(exe);
	}
}

static int compare_denials(const void *a, const void *b)
{
	const struct record_denial *x = a, *y = b;

	if (x->arch != y->arch)
		return x->arch < y->arch ? -1 : 1;
	if (x->nr != y->nr)
		return x->nr < y->nr ? -1 : 1;
	if (x->action.kind != y->action.kind)
		return x->action.kind < y->action.kind ? -1 : 1;
	if (x->action.data != y->action.data)
		return x->action.data < y->action.data ? -1 : 1;
	if (x->action.is_known != y->action.is_known)
		return x->action.is_known ? -1 : 1;
	return (int)!x->origin.text - (int)!y->origin.text;
}

/* Combines the denials that are alike. */
static void settle_denials(struct record_denials *denials)
{
	size_t n = 0;

	if (denials->n)
		qsort(denials->v, denials->n, sizeof(*denials->v), compare_denials);
	for (size_t i = 0; i < denials->n; i++) {
		struct record_denial *last = n ? &denials->v[n - 1] : NULL;

		denials->v[i].at_ns = 0;
		if (last && !compare_denials(last, &denials->v[i])) {
			last->count += denials->v[i].count;
			record_finish_denial(&denials->v[i]);
		} else {
			denials->v[n++] = denials->v[i];
		}
	}
	denials->n = n;
}

/* Returns where NAME is, or belongs. */
static size_t place_of(const struct fleet *fleet, const char *name)
{
	size_t from = 0, to = fleet->machines.n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(fleet->machines.v[middle].name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static unsigned int find_machine(struct fleet *fleet, const char *name)
{
	unsigned int index = (unsigned int)fleet->machines.n;
	size_t at = place_of(fleet, name);
	struct fleet_machine *found;

	if (at < index && str_eq(fleet->machines.v[at].name, name))
		return fleet->machines.v[at].index;
	array_append(&fleet->machines);
	found = &fleet->machines.v[at];
	memmove(found + 1, found, (index - at) * sizeof(*found));
	*found = (struct fleet_machine){ mem_strdup(name), index };
	return index;
}

static int compare_sightings(const void *a, const void *b)
{
	const struct fleet_sighting *x = a, *y = b;

	if (x->arch != y->arch)
		return x->arch < y->arch ? -1 : 1;
	return (x->nr > y->nr) - (x->nr < y->nr);
}

static struct fleet_sighting *find_sighting(struct fleet *fleet, const struct record_call *call,
					    size_t n)
{
	const struct fleet_sighting key = { .arch = call->arch, .nr = call->nr };
	struct fleet_sighting *found = NULL;

	if (n)
		found = bsearch(&key, fleet->sightings.v, n, sizeof(key), compare_sightings);
	if (!found) {
		found = array_append(&fleet->sightings);
		*found = key;
	}
	return found;
}

static void add_sightings(struct fleet *fleet, const struct record *run, const char *name)
{
	unsigned int index = find_machine(fleet, name);
	size_t n = fleet->sightings.n, size = index / 8 + 1;

	for (size_t i = 0; i < run->calls.n; i++) {
		struct fleet_sighting *seen;

		if (!run->calls.v[i].allowed)
			continue;
		seen = find_sighting(fleet, &run->calls.v[i], n);
		if (seen->size < size) {
			seen->machines = mem_realloc(seen->machines, size, 1);
			memset(seen->machines + seen->size, 0, size - seen->size);
			seen->size = size;
		}
		seen->machines[index / 8] |= (uint8_t)(1U << index % 8);
	}
	if (fleet->sightings.n > n)
		qsort(fleet->sightings.v, fleet->sightings.n, sizeof(*fleet->sightings.v),
		      compare_sightings);
}

static void add_time(struct fleet *fleet, time_t started)
{
	if (started && (!fleet->first || started < fleet->first))
		fleet->first = started;
	if (started > fleet->last)
		fleet->last = started;
}

/* Of an argument with more values than are kept, any value may have been used. Nothing is dropped
 * before all runs are added to one call, so that the order of the runs does not matter: one value
 * more than allowed remains as the mark. */
static void bound_values(struct record_call *call)
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		if (call->values[i].n > VALUES_MAX)
			call->values[i].n = VALUES_MAX + 1;
}

static void settle_values(struct record_call *call)
{
	bool is_over = false;

	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		is_over = is_over || call->values[i].n > VALUES_MAX;
	for (size_t i = 0; is_over && i < SYS_ARGS_MAX; i++)
		call->values[i].n = call->values[i].n > VALUES_MAX ? 1 : call->values[i].n;
	if (is_over)
		call->other = call->allowed;
}

static void add_network(struct fleet *fleet, const struct network_use *network)
{
	struct network_use reached = *network;

	reached.n_refusals = 0;
	reached.more = 0;
	network_use_add(&fleet->network, &reached);
	network_use_sort(&fleet->network);
}

void fleet_add(struct fleet *fleet, const struct record_copy *copy)
{
	fleet->n_runs++;
	fleet->n_incomplete += !copy->is_complete;
	fleet->n_unplaced += !copy->machine;
	add_time(fleet, copy->started);
	if (copy->machine)
		add_sightings(fleet, &copy->record, copy->machine);
	add_programs(&fleet->record.processes, &copy->record.processes);
	record_add_run(&fleet->record, &copy->record);
	add_network(fleet, &copy->network);
	settle_denials(&fleet->record.denials);
	for (size_t i = 0; i < fleet->record.calls.n; i++)
		bound_values(&fleet->record.calls.v[i]);
}

static unsigned int count_machines(const struct fleet *fleet, const struct record_call *call)
{
	const struct fleet_sighting key = { .arch = call->arch, .nr = call->nr }, *seen = NULL;
	unsigned int n = 0;

	if (fleet->sightings.n)
		seen = bsearch(&key, fleet->sightings.v, fleet->sightings.n, sizeof(key),
			       compare_sightings);
	for (size_t i = 0; seen && i < seen->size; i++)
		n += (unsigned int)__builtin_popcount(seen->machines[i]);
	return n;
}

bool fleet_leaves_out(const struct fleet *fleet, const struct record_call *call)
{
	return call->runs && call->runs < fleet->least_runs;
}

void fleet_settle(struct fleet *fleet, unsigned int least_runs)
{
	fleet->least_runs = least_runs;
	fleet->n_calls = record_sum(&fleet->record).allowed;
	for (size_t i = 0; i < fleet->record.calls.n; i++) {
		struct record_call *call = &fleet->record.calls.v[i];

		call->machines = count_machines(fleet, call);
		settle_values(call);
		if (fleet_leaves_out(fleet, call))
			call->allowed = 0;
	}
}

void fleet_finish(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->machines.n; i++)
		free(fleet->machines.v[i].name);
	for (size_t i = 0; i < fleet->sightings.n; i++)
		free(fleet->sightings.v[i].machines);
	free(fleet->machines.v);
	free(fleet->sightings.v);
	record_finish(&fleet->record);
	network_use_finish(&fleet->network);
	*fleet = (struct fleet){ 0 };
}
