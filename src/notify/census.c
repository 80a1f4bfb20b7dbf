// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every verdict is the filter's own, by simulation. Only where no rule of the policy tests an
 * argument of a number, so that all its calls have one verdict, is the first one remembered. What
 * is kept is bounded, whatever the command does.
 */
#include "notify/census.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "notify/heed.h"

/* More places than there can be entries; a power of two. */
enum { PLACES = 32768, ENTRIES_MAX = VALUE_KEYS + ODD_CALLS + 2 * SLOTS };

_Static_assert(ENTRIES_MAX < PLACES / 2, "a free place is near");

/* What calls are census apart by. */
struct census_key {
	uint32_t nr;
	uint16_t abi;
	uint16_t is_other; /* its arguments had no room */
	uint64_t args[EVENT_ARGS];
};

_Static_assert(sizeof(struct census_key) == 56, "it has no holes");

struct census_entry {
	struct census_key key;
	uint64_t count;
};

/* What is known of all calls of a number. */
struct census_number {
	bool is_decided;	    /* they have one verdict, which allows them: this one */
	bool is_looked_up, matters; /* to the listener itself */
	struct verdict verdict;
};

struct census {
	const struct policy *policy;
	const struct filter *filter;
	const struct kept_args *kept;
	struct kept_args tested;
	struct census_number numbers[SLOTS];
	uint32_t places[PLACES]; /* index of an entry, plus 1; 0: free */
	struct {
		struct census_entry *v;
		size_t n, cap;
	} entries;
	size_t n_values, n_odd;
	uint64_t *hits; /* by rule */
	uint64_t sum, rest, own_filters;
	enum heed_handler handler; /* the one that interrupts most */
};

struct census *census_create(const struct policy *policy, const struct filter *filter,
			     const struct kept_args *kept)
{
	struct census *census = mem_alloc(sizeof(*census));

	census->policy = policy;
	census->filter = filter;
	census->kept = kept;
	keys_add_tested(policy, &census->tested);
	census->hits = mem_alloc((policy->n_rules + 1) * sizeof(*census->hits));
	return census;
}

static enum arch arch_of(const struct seccomp_data *data)
{
	return arch_of_call(data->arch, (uint32_t)data->nr);
}

/* Of an ABI that the policy does not list, built-in rules decide by arguments (filter_decide()). */
static bool is_uniform(const struct census *census, enum arch arch, uint32_t nr)
{
	return census->policy->arches & 1U << arch && !keys_kept(&census->tested, arch, nr);
}

struct verdict census_decide(struct census *census, const struct seccomp_data *data)
{
	enum arch arch = arch_of(data);
	uint32_t nr = (uint32_t)data->nr, slot = keys_slot(arch, nr);
	struct verdict verdict;

	if (slot < SLOTS && census->numbers[slot].is_decided)
		return census->numbers[slot].verdict;
	verdict = filter_decide(census->filter, data);
	if (slot < SLOTS && !action_is_denial(&verdict.action) && is_uniform(census, arch, nr)) {
		census->numbers[slot].verdict = verdict;
		census->numbers[slot].is_decided = true;
	}
	return verdict;
}

/* Only known calls matter, and each of those has a slot. */
static bool matters(struct census *census, enum arch arch, uint32_t nr)
{
	uint32_t slot = keys_slot(arch, nr);

	if (slot == SLOTS)
		return false;
	if (!census->numbers[slot].is_looked_up) {
		census->numbers[slot].is_looked_up = true;
		census->numbers[slot].matters = heed_matters(arch, nr);
	}
	return census->numbers[slot].matters;
}

void census_heed(struct census *census, const struct seccomp_notif *request)
{
	enum heed_handler handler;

	if (!matters(census, arch_of(&request->data), (uint32_t)request->data.nr))
		return;
	census->own_filters += heed_adds_filter(&request->data);
	if (census->handler == HEED_INTERRUPTS)
		return;
	handler = heed_handler(request);
	if (handler > census->handler)
		census->handler = handler;
}

/* FNV-1a over words. */
static size_t hash(const struct census_key *key)
{
	uint64_t hash = 0xcbf29ce484222325;
	uint64_t words[sizeof(*key) / sizeof(uint64_t)];

	memcpy(words, key, sizeof(*key));
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		hash = (hash ^ words[i]) * 0x100000001b3;
	return (size_t)(hash ^ hash >> 32);
}

/* Returns the place of KEY: its entry's, or the free one that it would take. */
static uint32_t *find_place(struct census *census, const struct census_key *key)
{
	size_t at = hash(key) % PLACES;

	while (census->places[at] &&
	       memcmp(&census->entries.v[census->places[at] - 1].key, key, sizeof(*key)) != 0)
		at = (at + 1) % PLACES;
	return &census->places[at];
}

static struct census_key make_key(const struct census *census, const struct seccomp_data *data)
{
	struct census_key key = { .nr = (uint32_t)data->nr, .abi = (uint16_t)arch_of(data) };
	uint8_t kept = 0;

	if (keys_slot((enum arch)key.abi, key.nr) < SLOTS)
		kept = keys_kept(census->kept, (enum arch)key.abi, key.nr);
	for (size_t i = 0; i < EVENT_ARGS; i++)
		key.args[i] = kept >> i & 1 ? data->args[i] : 0;
	return key;
}

/* Whether there is room for one more of the kind of KEY. */
static bool has_room(struct census *census, const struct census_key *key)
{
	bool is_odd = keys_slot((enum arch)key->abi, key->nr) == SLOTS;
	bool has_values = !is_odd && !key->is_other &&
			  keys_kept(census->kept, (enum arch)key->abi, key->nr);

	if (is_odd)
		return census->n_odd < ODD_CALLS && ++census->n_odd;
	return !has_values || (census->n_values < VALUE_KEYS && ++census->n_values);
}

/* Returns the entry of the call, created if necessary; NULL: no room for its number. */
static struct census_entry *find_entry(struct census *census, const struct seccomp_data *data)
{
	struct census_key key = make_key(census, data);
	uint32_t *place = find_place(census, &key);

	if (!*place && !has_room(census, &key)) {
		memset(key.args, 0, sizeof(key.args));
		key.is_other = true;
		place = find_place(census, &key);
		if (!*place && keys_slot((enum arch)key.abi, key.nr) == SLOTS)
			return NULL;
	}
	if (!*place) {
		struct census_entry *entry = array_append(&census->entries);

		entry->key = key;
		*place = (uint32_t)census->entries.n;
	}
	return &census->entries.v[*place - 1];
}

void census_count(struct census *census, const struct seccomp_data *data,
		  const struct verdict *verdict)
{
	struct census_entry *entry = find_entry(census, data);

	census->sum++;
	if (entry)
		entry->count++;
	else
		census->rest++;
	if (verdict && verdict->rule)
		census->hits[verdict->rule->index]++;
}

uint64_t census_sum(const struct census *census)
{
	return census->sum;
}

bool census_has_breaking(const struct census *census)
{
	return census->handler == HEED_INTERRUPTS;
}

static struct record_call *find_call(struct record *record, enum arch arch, uint32_t nr)
{
	struct record_call *call;

	for (size_t i = record->calls.n; i > 0; i--)
		if (record->calls.v[i - 1].arch == arch && record->calls.v[i - 1].nr == nr)
			return &record->calls.v[i - 1];
	call = array_append(&record->calls);
	call->arch = arch;
	call->nr = nr;
	return call;
}

static void add_entry(const struct census_entry *entry, struct record *record)
{
	enum arch arch = (enum arch)entry->key.abi;
	struct record_call *call = find_call(record, arch, entry->key.nr);

	call->allowed += entry->count;
	if (entry->key.is_other)
		call->other += entry->count;
	else
		record_add_values(call, keys_of_families(arch, entry->key.nr), entry->key.args);
}

static bool has_made(const struct record *record, enum arch arch, const char *name)
{
	for (size_t i = 0; i < record->calls.n; i++) {
		const struct record_call *call = &record->calls.v[i];
		const char *made = sys_call_name(call->arch, call->nr);

		if (call->arch == arch && call->allowed && (!name || (made && str_eq(made, name))))
			return true;
	}
	return false;
}

/* Whether a program that did what was seen calls NAME in the end, which passes the listener. */
static bool has_reason(const struct census *census, const struct record *record, enum arch arch,
		       const char *name)
{
	if (str_eq(name, "exit"))
		return has_made(record, arch, "clone") || has_made(record, arch, "clone3");
	if (str_eq(name, "exit_group"))
		return has_made(record, arch, NULL);
	return census->handler != HEED_NO_HANDLER && has_made(record, arch, "rt_sigaction");
}

static void add_quiet(const struct census *census, enum arch arch, const char *name,
		      struct record *record)
{
	const struct sys_call *row = sys_call_find(arch, name);
	struct seccomp_data data = { .arch = arch_get(arch)->audit_arch };
	struct verdict verdict;

	if (!row || !has_reason(census, record, arch, name))
		return;
	data.nr = row->nr[arch];
	verdict = filter_decide(census->filter, &data);
	if (verdict.action.kind != ACTION_ALLOW)
		return;
	find_call(record, arch, (uint32_t)data.nr)->allowed = 1;
	if (verdict.rule)
		record->rule_hits[verdict.rule->index]++;
}

static void add_quiet_calls(const struct census *census, struct record *record)
{
	const char *name;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		for (size_t i = 0; (name = filter_quiet_call(i)); i++)
			if (census->policy->arches & 1U << arch)
				add_quiet(census, arch, name, record);
}

void census_finish(const struct census *census, struct record *record)
{
	for (size_t i = 0; i < census->entries.n; i++)
		add_entry(&census->entries.v[i], record);
	for (size_t i = 0; i < record->calls.n; i++)
		record_sort_values(&record->calls.v[i]);
	for (size_t i = 0; i < census->policy->n_rules; i++)
		record->rule_hits[i] += census->hits[i];
	if (census->sum)
		add_quiet_calls(census, record);
	record->rest.allowed += census->rest;
	record->lost.map_full += census->rest;
	record->lost.own_filters += census->own_filters;
	record->has_exact_hits = !policy_has_action(census->policy, ACTION_LOG);
	record->is_unsure |= !(census->filter->flags & FILTER_COMPLAIN) &&
			     (policy_has_action(census->policy, ACTION_TRAP) ||
			      policy_has_action(census->policy, ACTION_KILL_THREAD) ||
			      policy_has_action(census->policy, ACTION_KILL_PROCESS));
	record->is_unsure |= !record->has_exact_hits;
}

void census_destroy(struct census *census)
{
	if (!census)
		return;
	free(census->entries.v);
	free(census->hits);
	free(census);
}
