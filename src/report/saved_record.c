// SPDX-License-Identifier: GPL-2.0-or-later
/* What a saved report says about the trace, calls, rules and processes. What is computed from the
 * rest, such as sums and what the trace cannot see, is not read. */
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/saved_value.h"
#include "sys/name.h"

/* The most that a run can leave: the sizes of the tracer's maps (bpf/event.h), and of a policy; and
 * of numbers of processes, one of which is the size of a table (process_tree.c). */
enum {
	CALLS_MAX = 20480, /* the kinds of denials that a trace keeps, and each known number */
	VALUES_MAX = 16384,
	ERRORS_MAX = 4096,
	RULES_MAX = 8192,
	ARGS_MAX = 1 << 20,
	SAMPLES_MAX = 65536,
	PID_MAX = 1 << 22,
};

static void read_values(struct saved_reader *reader, const struct json_value *from,
			struct record_call *call, struct record_values *to)
{
	const struct json_value *list = saved_need(reader, from, "values", JSON_LIST);

	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next) {
		if (!saved_is_bounded(reader, &item->place, "values of arguments",
				      ++reader->n_values, VALUES_MAX))
			return;
		*array_append(to) = saved_hex_of(reader, item);
	}
	call->other = saved_count(reader, from, "other");
}

static void read_call_args(struct saved_reader *reader, const struct json_value *from,
			   struct record_call *call)
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);
	const struct json_value *args = saved_need(reader, from, "args", JSON_OBJECT);

	for (const struct json_value *item = args ? args->first : NULL; item; item = item->next) {
		int index = row ? sys_call_arg(row, item->key) : -1;

		if (index < 0)
			saved_refuse(reader, &item->key_place, "the call has no such argument");
		else
			read_values(reader, item, call, &call->values[index]);
	}
}

/* Errors are written by name, or by number if they have none. */
static int error_of(const char *key)
{
	int number = errno_find(key);

	return number > 0 ? number : atoi(key);
}

static void read_errors(struct saved_reader *reader, const struct json_value *from,
			struct record_call *call)
{
	const struct json_value *errors = saved_need(reader, from, "errors", JSON_OBJECT);

	for (const struct json_value *item = errors ? errors->first : NULL; item;
	     item = item->next) {
		if (!saved_is_bounded(reader, &item->place, "errors of a call", call->errors.n + 1,
				      ERRORS_MAX))
			return;
		*array_append(&call->errors) = (struct record_error){
			.number = error_of(item->key),
			.count = saved_count(reader, errors, item->key),
		};
	}
}

void saved_take_call(struct saved_reader *reader, const struct json_value *item)
{
	struct record *record = &reader->to->record;
	struct record_call *call;
	uint64_t time_ns;

	if (!saved_is_bounded(reader, &item->place, "syscalls", record->calls.n + 1, CALLS_MAX))
		return;
	call = array_append(&record->calls);
	call->arch = saved_arch(reader, item);
	call->nr = saved_nr(reader, item);
	if (!saved_has(item, "allowed"))
		saved_refuse(reader, &item->place, "'allowed' is missing");
	reader->has_unknown_count |= !saved_find(reader, item, "allowed", JSON_NUMBER);
	call->allowed = saved_count(reader, item, "allowed");
	call->denied = saved_count(reader, item, "denied");
	call->failed = saved_count(reader, item, "failed");
	call->restarted = saved_count(reader, item, "restarted");
	call->logged = saved_count(reader, item, "logged");
	read_errors(reader, item, call);
	time_ns = saved_known(reader, item, "time_ns");
	record->has_times |= time_ns != UINT64_MAX;
	call->time_ns = time_ns != UINT64_MAX ? time_ns : 0;
	call->max_ns = saved_count(reader, item, "time_max_ns");
	read_call_args(reader, item, call);
	saved_read_stack(reader, item, &call->stack);
}

void saved_take_rule(struct saved_reader *reader, const struct json_value *item)
{
	struct saved_facts *facts = &reader->to->facts;
	struct record *record = &reader->to->record;
	struct fact_rule *rule;

	if (!saved_is_bounded(reader, &item->place, "rules", facts->rules.n + 1, RULES_MAX))
		return;
	saved_need(reader, item, "text", JSON_STRING);
	saved_need(reader, item, "hits", JSON_NUMBER);
	rule = arena_append(&reader->to->arena, &facts->rules);
	rule->file = saved_name(reader, item, "file");
	rule->file = rule->file ? rule->file : "";
	rule->line = (unsigned int)saved_small(reader, item, "line", UINT32_MAX);
	rule->text = saved_name(reader, item, "text");
	record->rule_hits = mem_realloc(record->rule_hits, facts->rules.n,
					sizeof(*record->rule_hits));
	record->rule_hits[record->n_rules++] = saved_count(reader, item, "hits");
}

static void read_program(struct saved_reader *reader, const struct json_value *item,
			 struct record_process *process)
{
	const struct json_value *args = saved_find(reader, item, "args", JSON_LIST);
	struct strbuf buf = { 0 };

	process->exe = saved_text(reader, item, "exe");
	process->has_cut_exe = saved_truth(reader, item, "exe_cut", false);
	for (const struct json_value *arg = args ? args->first : NULL; arg; arg = arg->next) {
		if (arg->kind != JSON_STRING)
			saved_refuse(reader, &arg->place, "an argument must be a string");
		strbuf_unescape(&buf, arg->text, strlen(arg->text));
		strbuf_add(&buf, "", 1);
	}
	saved_is_bounded(reader, &item->place, "bytes of arguments", buf.len, ARGS_MAX);
	process->args = buf.text;
	process->args_len = buf.len;
	process->has_cut_args = saved_truth(reader, item, "args_cut", false);
	process->has_claimed_args = saved_truth(reader, item, "args_claimed", false);
}

/* A real-time signal has no name: that one ended the process is then all that is known. */
static int read_end(struct saved_reader *reader, const struct json_value *item)
{
	const struct json_value *status = saved_find(reader, item, "status", JSON_NUMBER);
	const struct json_value *name = saved_find(reader, item, "signal", JSON_STRING);
	int number = name ? signal_find(name->text) : 0;

	if (name && number <= 0)
		saved_refuse(reader, &name->place, "unknown 'signal'");
	if (name)
		return number;
	return status ? W_EXITCODE((int)saved_small(reader, item, "status", 255), 0) : SIGRTMAX;
}

void saved_take_process(struct saved_reader *reader, const struct json_value *item)
{
	struct record_processes *processes = &reader->to->record.processes;
	struct record_process *process;

	if (!saved_is_bounded(reader, &item->place, "processes", processes->n + 1,
			      RECORD_PROCESSES_MAX))
		return;
	process = array_append(processes);
	process->pid = (pid_t)saved_small(reader, item, "pid", PID_MAX);
	process->host_pid = (pid_t)saved_small(reader, item, "host_pid", PID_MAX);
	process->ppid = (pid_t)saved_small(reader, item, "ppid", PID_MAX);
	read_program(reader, item, process);
	process->start_ns = saved_count(reader, item, "start_ns");
	process->end_ns = saved_count(reader, item, "end_ns");
	process->wait_status = process->end_ns ? read_end(reader, item) : 0;
	process->calls = saved_count(reader, item, "calls");
	process->denied = saved_count(reader, item, "denied");
}

void saved_take_sample(struct saved_reader *reader, const struct json_value *item)
{
	struct record_samples *samples = &reader->to->record.samples;

	if (saved_is_bounded(reader, &item->place, "samples", samples->n + 1, SAMPLES_MAX))
		*array_append(samples) = (struct record_sample){
			.at_ns = saved_count(reader, item, "at_ns"),
			.calls = saved_known(reader, item, "calls"),
			.denied = saved_known(reader, item, "denied"),
			.processes = saved_known(reader, item, "processes"),
			.cpu_ns = saved_known(reader, item, "cpu_ns"),
			.memory = saved_known(reader, item, "memory"),
		};
}

static void read_lost(struct saved_reader *reader, const struct json_value *from,
		      struct record *record)
{
	const struct json_value *lost = saved_need(reader, from, "lost", JSON_OBJECT);
	const struct {
		const char *key;
		uint64_t *to;
	} rows[] = {
		{ "events", &record->lost.events },
		{ "map_full", &record->lost.map_full },
		{ "missed_runs", &record->lost.missed_runs },
		{ "tasks", &record->lost.tasks },
		{ "missed_exits", &record->lost.missed_exits },
		{ "starts", &record->lost.starts },
		{ "stacks", &record->lost.stacks },
		{ "interrupted", &record->lost.interrupted },
		{ "own_filters", &record->lost.own_filters },
		{ "lines", &record->lost.lines },
		{ "processes", &record->lost.processes },
		{ "let_through", &record->let_through },
		{ "failures", &record->failures.lost },
	};

	saved_need(reader, lost, "events", JSON_NUMBER);
	saved_need(reader, lost, "map_full", JSON_NUMBER);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		*rows[i].to = saved_count(reader, lost, rows[i].key);
}

static void read_rest(struct saved_reader *reader, const struct json_value *from,
		      struct record_rest *to)
{
	const struct json_value *totals = saved_find(reader, from, "totals", JSON_OBJECT);
	const struct json_value *rest = saved_find(reader, totals, "rest", JSON_OBJECT);

	to->allowed = saved_count(reader, rest, "allowed");
	to->denied = saved_count(reader, rest, "denied");
	to->continued = saved_count(reader, rest, "would_deny");
	to->failed = saved_count(reader, rest, "failed");
}

void saved_read_trace(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *trace = saved_need(reader, from, "trace", JSON_OBJECT);
	const struct json_value *source = saved_need(reader, trace, "source", JSON_STRING);
	struct record *record = &reader->to->record;
	bool is_complaining = reader->to->report.mode == MODE_COMPLAIN;

	if (source && !trace_source_find(source->text, &record->source))
		saved_refuse(reader, &source->place, "unknown 'source'");
	record->why = saved_text(reader, trace, "why");
	saved_need(reader, trace, "complete", JSON_BOOL);
	saved_need(reader, trace, "exact_hits", JSON_BOOL);
	reader->to->is_complete = saved_truth(reader, trace, "complete", false);
	record->has_exact_hits = saved_truth(reader, trace, "exact_hits", false);
	record->lacks_library = !saved_truth(reader, trace, "names", true);
	record->is_complaining = saved_truth(reader, trace, "complaining", is_complaining);
	read_lost(reader, trace, record);
	read_rest(reader, from, &record->rest);
	if (source && reader->has_unknown_count && record_knows_calls(record))
		saved_refuse(reader, &source->place,
			     "the numbers of calls are not known, which this source counts");
	record->is_unsure = !reader->to->is_complete && !record_has_losses(record) &&
			    !record->lost.interrupted;
}
