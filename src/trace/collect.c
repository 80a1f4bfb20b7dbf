// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/collect.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "denial/explain.h"
#include "ebpf/keys.h"
#include "trace/collector.h"
#include "trace/search.h"

enum { NS_PER_US = 1000 };

/* Returns the call, valid until the next one is added, or NULL if it was never made. */
static struct record_call *add_counts(struct record *record, uint32_t abi, uint32_t nr,
				      const struct call_counts *counts)
{
	struct record_call *call;

	if (!counts->allowed && !counts->denied)
		return NULL;
	call = array_append(&record->calls);
	call->arch = (enum arch)abi;
	call->nr = nr;
	call->allowed = counts->allowed;
	call->denied = counts->denied;
	call->failed = counts->failed;
	call->restarted = counts->restarted;
	call->other = counts->other;
	call->time_ns = counts->time_ns;
	call->max_ns = counts->max_ns;
	call->first = counts->first;
	return call;
}

static struct call_counts sum_cpus(const struct call_group *cpus, size_t n, size_t at)
{
	struct call_counts sum = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct call_counts *c = &cpus[i].calls[at];

		sum.allowed += c->allowed;
		sum.denied += c->denied;
		sum.failed += c->failed;
		sum.restarted += c->restarted;
		sum.other += c->other;
		sum.time_ns += c->time_ns;
		if (c->max_ns > sum.max_ns)
			sum.max_ns = c->max_ns;
		if (c->first && (!sum.first || c->first < sum.first))
			sum.first = c->first;
	}
	return sum;
}

static void add_error_count(struct record_call *call, int number, uint64_t count)
{
	for (size_t i = 0; i < call->errors.n; i++) {
		if (call->errors.v[i].number == number) {
			call->errors.v[i].count += count;
			return;
		}
	}
	*array_append(&call->errors) = (struct record_error){ .number = number, .count = count };
}

/* Each CPU has its own first error of a call, not necessarily the same. */
static void add_first_errors(struct record_call *call, const struct call_group *cpus, size_t n,
			     size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (cpus[i].error[at])
			add_error_count(call, cpus[i].error[at], cpus[i].errors[at]);
}

/* Adds the calls of group NUMBER, of which each CPU has its own part. */
static void collect_group(const struct collector *c, const struct call_group *group,
			  uint32_t number)
{
	for (size_t i = 0; i < GROUP; i++) {
		struct call_counts sum = sum_cpus(group, ebpf_cpus(), i);
		size_t slot = (size_t)number * GROUP + i;
		uint32_t abi = (uint32_t)(slot / SLOTS_PER_ABI), nr = slot % SLOTS_PER_ABI;
		struct record_call *call;

		if (abi == EVENT_ABI_X32)
			nr |= SYS_X32_BIT;
		call = add_counts(c->record, abi, nr, &sum);
		if (call)
			add_first_errors(call, group, ebpf_cpus(), i);
	}
}

static int collect_counts(const struct collector *c)
{
	auto_free struct call_group *group = ebpf_alloc_group();
	int err = 0;

	for (uint32_t i = 0; !err && i < GROUPS; i++) {
		err = ebpf_read_group(c->ebpf, i, group);
		if (!err)
			collect_group(c, group, i);
	}
	return err;
}

static void add_odd_call(const struct collector *c, const struct call_key *key,
			 const union call_value *value)
{
	add_counts(c->record, key->abi, key->nr, &value->odd);
}

static int compare_errors(const void *a, const void *b)
{
	const struct record_error *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static void add_error(const struct collector *c, const struct call_key *key,
		      const union call_value *value)
{
	struct record_call *call = record_find_call(c->record, (enum arch)key->abi, key->nr);

	if (call)
		add_error_count(call, (int)key->data, value->counters[0]);
}

static void sort_errors(struct record *record)
{
	for (size_t i = 0; i < record->calls.n; i++) {
		struct record_call *call = &record->calls.v[i];

		if (call->errors.n)
			qsort(call->errors.v, call->errors.n, sizeof(*call->errors.v),
			      compare_errors);
	}
}

static void add_passed(struct record *record, const struct record_call *call, const uint64_t *args,
		       uint64_t count)
{
	struct record_passed *passed = array_append(&record->passes);

	passed->arch = call->arch;
	passed->nr = call->nr;
	passed->count = count;
	memcpy(passed->args, args, sizeof(passed->args));
	record->let_through += count;
}

/* Counts COUNT calls that ran with these arguments towards the rule that let them through and its
 * action. */
static void count_hits(const struct collector *c, struct record_call *call, const uint64_t *args,
		       uint64_t count)
{
	const char *name = sys_call_name(call->arch, call->nr);
	struct verdict verdict;

	if (!count || !c->filter || (name && sys_call_is_exempt(name)))
		return;
	verdict = explain_decide(c->filter, call->arch, call->nr, args);
	if (verdict.rule)
		c->record->rule_hits[verdict.rule->index] += count;
	if (verdict.action.kind == ACTION_LOG)
		call->logged += count;
	else if (verdict.action.kind != ACTION_ALLOW)
		add_passed(c->record, call, args, count);
}

static void add_value(const struct collector *c, const struct call_key *key,
		      const union call_value *value)
{
	struct record_call *call = record_find_call(c->record, (enum arch)key->abi, key->nr);
	const uint64_t *args = (const uint64_t *)key->args;

	if (!call)
		return;
	if (c->keep == KEEP_VALUES)
		record_add_values(call, keys_of_families(call->arch, call->nr), args);
	count_hits(c, call, args, value->counters[0]);
}

/* Calls of which no argument is kept all have the same verdict. */
static void count_plain_hits(const struct collector *c)
{
	static const uint64_t none[SYS_ARGS_MAX];
	struct kept_args tested, kept;

	keys_choose(c->policy, KEEP_TESTED, &tested);
	keys_choose(c->policy, c->keep, &kept);
	for (size_t i = 0; i < c->record->calls.n; i++) {
		struct record_call *call = &c->record->calls.v[i];
		bool is_kept = keys_kept(&kept, call->arch, call->nr);
		bool is_tested = keys_kept(&tested, call->arch, call->nr);

		if (!is_kept && !is_tested)
			count_hits(c, call, none, call->allowed);
		else if (is_kept && !is_tested)
			count_hits(c, call, none, call->other);
		else if (!is_kept || call->other)
			c->record->has_exact_hits = false;
		record_sort_values(call);
	}
}

static void collect_keys(const struct collector *c, enum key_kind kind,
			 void (*add)(const struct collector *c, const struct call_key *key,
				     const union call_value *value))
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (c->keys[i].kind == kind)
			add(c, &c->keys[i], &c->values[i]);
}

int collect_maps(const struct ebpf *ebpf, const struct policy *policy, const struct filter *filter,
		 enum keep keep, const struct sample_table *samples, struct record *record)
{
	auto_free void *keys = NULL, *values = NULL;
	struct collector c = {
		.ebpf = ebpf,
		.policy = policy,
		.filter = filter,
		.keep = keep,
		.samples = samples,
		.record = record,
	};
	int err = ebpf_read_map(ebpf_map_fd(ebpf, RUN_KEYS), &keys, &values, &c.n_keys);

	record->n_rules = policy->n_rules;
	record->rule_hits = mem_alloc(policy->n_rules * sizeof(*record->rule_hits));
	record->has_exact_hits = true;
	if (!err)
		err = collect_counts(&c);
	if (err)
		return err;
	c.keys = keys;
	c.values = values;
	collect_keys(&c, KEY_ODD, add_odd_call);
	record_sort(record);
	for (size_t i = 0; i < record->calls.n; i++)
		sample_table_tell_call(samples, &record->calls.v[i]);
	collect_keys(&c, KEY_ERROR, add_error);
	sort_errors(record);
	collect_keys(&c, KEY_VALUE, add_value);
	collect_denials(&c);
	count_plain_hits(&c);
	record_sort(record);
	return 0;
}

static void take_rest(const struct run_state *run, struct record *record)
{
	record->rest = (struct record_rest){
		.allowed = run->rest.allowed,
		.denied = run->rest.denied,
		.failed = run->rest.failed,
	};
	if (run->rest.allowed)
		record->has_exact_hits = false;
}

static void take_losses(const struct run_state *run, struct record_lost *lost)
{
	lost->events += run->lost_events;
	lost->map_full += run->lost_keys + run->lost_errors;
	lost->tasks += run->lost_tasks;
	lost->stacks += run->lost_stacks;
	lost->missed_exits += run->missed_exits;
	lost->lines += run->lost_lines;
	lost->starts += run->lost_starts;
}

/* Fills in which program made each call first. */
static void name_first_programs(struct process_table *processes, uint64_t start_ns,
				struct record_calls *calls)
{
	for (size_t i = 0; i < calls->n; i++) {
		uint64_t first = calls->v[i].first;
		pid_t pid = (pid_t)(first & ((1U << FIRST_PID_BITS) - 1));
		uint64_t at_ns = start_ns + ((first >> FIRST_PID_BITS) + 1) * NS_PER_US;
		const char *exe = first ? process_table_exe(processes, pid, at_ns) : NULL;

		calls->v[i].exe = exe ? mem_strdup(exe) : NULL;
	}
}

static char *name_program(struct process_table *processes, pid_t host_pid, uint64_t at_ns)
{
	const char *exe = process_table_exe(processes, host_pid, at_ns);

	return exe ? mem_strdup(exe) : NULL;
}

/* Fills in which program the first caller of each denial, and of each failing call, was running at
 * the time. */
static void name_programs(struct process_table *processes, struct record *record)
{
	for (size_t i = 0; i < record->denials.n; i++) {
		struct record_denial *denial = &record->denials.v[i];

		denial->exe = name_program(processes, denial->host_pid, denial->at_ns);
	}
	for (size_t i = 0; i < record->failures.n; i++) {
		struct record_failure *failure = &record->failures.v[i];

		failure->exe = name_program(processes, failure->host_pid, failure->at_ns);
	}
}

/* The tracer does not count these calls, because only the policy says whether they were denied. */
static void count_in_process(struct record_processes *processes, const struct record_denial *denial)
{
	for (size_t i = processes->n; i > 0; i--) {
		struct record_process *process = &processes->v[i - 1];

		if (process->host_pid == denial->host_pid && process->start_ns <= denial->last_ns) {
			process->calls += denial->count;
			process->denied += denial->count;
			return;
		}
	}
}

pid_t collect_host_pid(const struct record_processes *processes, pid_t pid, uint64_t at_ns)
{
	for (size_t i = processes->n; i > 0; i--)
		if (processes->v[i - 1].pid == pid && processes->v[i - 1].start_ns <= at_ns)
			return processes->v[i - 1].host_pid;
	return 0;
}

/* Returns whether the process PID, of the time AT_NS, was seen to exit with status 0. */
static bool has_ended_well(const struct record_processes *processes, pid_t pid, uint64_t at_ns)
{
	for (size_t i = processes->n; i > 0; i--) {
		const struct record_process *process = &processes->v[i - 1];

		if (process->host_pid == pid && process->start_ns <= at_ns)
			return process->end_ns && !process->wait_status;
	}
	return false;
}

static void mark_survived(struct record *record)
{
	for (size_t i = 0; i < record->failures.n; i++) {
		struct record_failure *failure = &record->failures.v[i];

		failure->is_survived = has_ended_well(&record->processes, failure->last_host_pid,
						      failure->last_ns);
	}
}

void collect_run(const struct run_state *run, struct process_table *processes,
		 struct record *record)
{
	take_losses(run, &record->lost);
	take_rest(run, record);
	name_programs(processes, record);
	name_first_programs(processes, run->start_ns, &record->calls);
	process_table_take(processes, run->start_ns, &record->processes);
	record->lost.processes = process_table_forgotten(processes);
	for (size_t i = 0; i < record->failures.n; i++) {
		record->failures.v[i].at_ns -= run->start_ns;
		record->failures.v[i].last_ns -= run->start_ns;
	}
	for (size_t i = 0; i < record->denials.n; i++) {
		record->denials.v[i].at_ns -= run->start_ns;
		record->denials.v[i].last_ns -= run->start_ns;
		if (record->denials.v[i].is_interrupted)
			count_in_process(&record->processes, &record->denials.v[i]);
	}
	search_drop_found(record);
	mark_survived(record);
}
