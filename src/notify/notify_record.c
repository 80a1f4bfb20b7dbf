// SPDX-License-Identifier: GPL-2.0-or-later
/* What a listener has received, as a record. */
#include <search.h>
#include <string.h>

#include "base/mem.h"
#include "denial/explain.h"
#include "notify/notified.h"
#include "notify/notify.h"

struct record_denial notified_describe(const struct notify *notify, const struct notified *entry)
{
	struct record_denial denial = { 0 };

	explain_first(&entry->key, &entry->value, &denial);
	explain_by_policy(notify->policy, &entry->verdict, &denial);
	denial.is_continued = entry->is_continued;
	denial.request = entry->request;
	memcpy(denial.seen, entry->seen, sizeof(denial.seen));
	return denial;
}

/*
 * An answer that lets a call go on races with a kill, and only the kernel knows which came first:
 * if the tracer counted the calls that ran, its count is right. What remains of its counts ran
 * without an answer.
 */
static void settle(struct record *record, const struct notified *entry, uint64_t *count)
{
	for (size_t i = 0; i < record->passes.n; i++) {
		struct record_passed *passed = &record->passes.v[i];

		if ((uint32_t)passed->arch != entry->key.abi || passed->nr != entry->key.nr ||
		    memcmp(passed->args, entry->key.args, sizeof(passed->args)) != 0)
			continue;
		*count = passed->count;
		break;
	}
	record->let_through -= *count < record->let_through ? *count : record->let_through;
}

/* If there is another source, it has counted what the rules decided, and has the calls that were
 * stopped. */
static void take_entry(const void *node, VISIT visit, void *data)
{
	struct notified *entry = *(struct notified *const *)node;
	struct notify *notify = data;
	struct record *record = notify->record;
	struct record_denial *denial;

	if ((visit != postorder && visit != leaf) || !entry->value.count ||
	    (!notify->is_alone && !entry->is_continued))
		return;
	denial = array_append(&record->denials);
	*denial = notified_describe(notify, entry);
	memset(entry->seen, 0, sizeof(entry->seen));
	denial->at_ns -= notify->start_ns;
	denial->last_ns -= notify->start_ns;
	if (!notify->is_alone) {
		settle(record, entry, &denial->count);
		return;
	}
	if (denial->origin.text)
		record->rule_hits[denial->origin.rule] += denial->count;
	if (!denial->is_continued)
		record_count_denied(record, denial);
}

/* Returns whether a call that a signal took from the listener is one of a kind that it answered. */
static bool is_known(const struct notify *notify, const struct record_passed *call)
{
	struct seccomp_data data = { .nr = (int)call->nr,
				     .arch = arch_get(call->arch)->audit_arch };
	const struct notified *entry;
	struct verdict verdict;
	struct call_key key;

	memcpy(data.args, call->args, sizeof(data.args));
	verdict = filter_decide(notify->filter, &data);
	key = notified_key(notify, &data, &verdict);
	entry = notified_find(notify, &key);
	return entry && entry->value.count;
}

/*
 * Returns how many calls that a signal took from the listener may be the only ones of their kind:
 * of the others there is nothing that the report does not say. The tracer in the kernel knows which
 * they were, and also those after the last one that was received here.
 */
static uint64_t count_interrupted(const struct notify *notify)
{
	const struct record_passes *seen = &notify->record->interrupted;
	uint64_t n = 0, unknown = 0;

	for (size_t i = 0; i < seen->n; i++) {
		n += seen->v[i].count;
		unknown += is_known(notify, &seen->v[i]) ? 0 : seen->v[i].count;
	}
	return unknown + (notify->interrupted > n ? notify->interrupted - n : 0);
}

void notify_finish(struct notify *notify, uint64_t start_ns, struct record *record)
{
	notify->record = record;
	notify->start_ns = start_ns;
	notify->is_alone = record->source == TRACE_NONE;
	if (notify->is_alone) {
		record->source = notify->census ? TRACE_NOTIFY_CALLS : TRACE_NOTIFY;
		record->n_rules = notify->policy->n_rules;
		record->rule_hits = mem_alloc(record->n_rules * sizeof(*record->rule_hits));
		record->rest.denied += notify->rest.denied;
		record->lost.map_full += notify->rest.denied;
	}
	record->lost.interrupted = count_interrupted(notify);
	record->lost.own_filters = notify->own_filters;
	if (notify->census)
		census_finish(notify->census, record);
	record->is_unsure = record->is_unsure || !notify->is_killable;
	record->is_complaining = notify->filter->flags & FILTER_COMPLAIN;
	record->rest.continued += notify->rest.continued;
	record->lost.map_full += notify->rest.continued;
	twalk_r(notify->entries, take_entry, notify);
	record->let_through -= notify->rest.continued < record->let_through ? notify->rest.continued
									    : record->let_through;
	record_sort(record);
}

/* What twalk_r() passes on. */
struct listing {
	const struct notify *notify;
	bool with_stopped;
	struct record *record;
};

static void list_entry(const void *node, VISIT visit, void *data)
{
	const struct notified *entry = *(struct notified *const *)node;
	const struct listing *to = data;
	struct record_denial *denial;

	if ((visit != postorder && visit != leaf) || !entry->value.count ||
	    (!to->with_stopped && !entry->is_continued))
		return;
	denial = array_append(&to->record->denials);
	*denial = notified_describe(to->notify, entry);
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		denial->seen[i] = entry->seen[i] ? mem_strdup(entry->seen[i]) : NULL;
}

void notify_list(const struct notify *notify, bool with_stopped, struct record *record)
{
	struct listing listing = { notify, with_stopped, record };

	twalk_r(notify->entries, list_entry, &listing);
}
