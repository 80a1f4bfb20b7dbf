// SPDX-License-Identifier: GPL-2.0-or-later
/* The part of the JSON report that comes from the record: calls, rules, processes. */
#include <inttypes.h>
#include <sys/wait.h>

#include "report/json.h"
#include "report/policy_facts.h"
#include "sys/name.h"

static struct json_object *new_trace(const struct record *record)
{
	struct json_object *object = json_object_new_object(), *lost = json_object_new_object();
	struct json_object *unseen = json_object_new_array();

	json_add_text(object, "source", trace_source_row(record->source)->name);
	json_add_text(object, "why", record->why);
	json_add_bool(object, "complete", record_is_complete(record));
	json_add_bool(object, "exact_hits", record->has_exact_hits);
	json_add_bool(object, "names", !record->lacks_library);
	json_add_bool(object, "complaining", record->is_complaining);
	json_add_number(lost, "events", record->lost.events);
	json_add_number(lost, "map_full", record->lost.map_full);
	json_add_number(lost, "missed_runs", record->lost.missed_runs);
	json_add_number(lost, "tasks", record->lost.tasks);
	json_add_number(lost, "missed_exits", record->lost.missed_exits);
	json_add_number(lost, "starts", record->lost.starts);
	json_add_number(lost, "stacks", record->lost.stacks);
	json_add_number(lost, "interrupted", record->lost.interrupted);
	json_add_number(lost, "own_filters", record->lost.own_filters);
	json_add_number(lost, "lines", record->lost.lines);
	json_add_number(lost, "processes", record->lost.processes);
	json_add_number(lost, "let_through", record->let_through);
	json_add_number(lost, "failures", record->failures.lost);
	json_object_object_add(object, "lost", lost);
	for (size_t i = 0; record_unseen(record, i); i++)
		json_object_array_add(unseen, json_object_new_string(record_unseen(record, i)));
	json_object_object_add(object, "unseen", unseen);
	return object;
}

/* Only a source that counts allowed calls knows such numbers. */
static uint64_t known_if(const struct record *record, uint64_t count)
{
	return record_knows_calls(record) ? count : UINT64_MAX;
}

/* Only one that sees them end knows these. */
static uint64_t result_if(const struct record *record, uint64_t count)
{
	return record_knows_results(record) ? count : UINT64_MAX;
}

/* Those that have no row of their own. */
static struct json_object *new_rest(const struct record_rest *rest)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "allowed", rest->allowed);
	json_add_number(object, "denied", rest->denied);
	json_add_number(object, "would_deny", rest->continued);
	json_add_number(object, "failed", rest->failed);
	return object;
}

static struct json_object *new_totals(const struct record *record)
{
	struct record_totals totals = record_sum(record);
	struct json_object *object = json_object_new_object();
	bool knows_denied = record->source != TRACE_NONE;

	json_add_known_number(object, "allowed", known_if(record, totals.allowed));
	json_add_known_number(object, "denied", knows_denied ? totals.denied : UINT64_MAX);
	json_add_known_number(object, "expected", knows_denied ? totals.expected : UINT64_MAX);
	json_add_known_number(object, "would_deny", knows_denied ? totals.would_deny : UINT64_MAX);
	json_add_known_number(object, "failed", result_if(record, totals.failed));
	json_add_known_number(object, "logged", result_if(record, totals.logged));
	json_object_object_add(object, "rest", new_rest(&record->rest));
	return object;
}

static struct json_object *new_errors(const struct record_call *call)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < call->errors.n; i++) {
		const char *name = errno_name(call->errors.v[i].number);
		char number[12];

		snprintf(number, sizeof(number), "%d", call->errors.v[i].number);
		json_add_number(object, name ? name : number, call->errors.v[i].count);
	}
	return object;
}

static struct json_object *new_values(const struct record_call *call,
				      const struct record_values *values)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();
	uint64_t bits = 0;

	for (size_t i = 0; i < values->n; i++) {
		bits |= values->v[i];
		json_object_array_add(list, json_new_hex(values->v[i]));
	}
	json_object_object_add(object, "values", list);
	json_object_object_add(object, "union", json_new_hex(bits));
	json_add_number(object, "other", call->other);
	return object;
}

static struct json_object *new_call_args(const struct record_call *call)
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; row && i < row->n_args; i++)
		if (call->values[i].n)
			json_object_object_add(object, sys_arg_label(&row->args[i]),
					       new_values(call, &call->values[i]));
	return object;
}

struct json_object *json_new_stack(const struct record_stack *stack)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < stack->n; i++) {
		const struct record_frame *frame = &stack->v[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "module", frame->module);
		json_add_text(object, "symbol", frame->symbol);
		json_object_object_add(object, "symbol_offset",
				       frame->symbol ? json_new_hex(frame->symbol_offset) : NULL);
		json_object_object_add(object, "offset", json_new_hex(frame->offset));
		json_object_object_add(object, "address", json_new_hex(frame->address));
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *new_call(const struct record *record, const struct record_call *call)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "abi", arch_get(call->arch)->name);
	json_object_object_add(object, "nr", json_object_new_int64((int32_t)call->nr));
	json_add_text(object, "name", sys_call_name(call->arch, call->nr));
	json_add_known_number(object, "allowed", known_if(record, call->allowed));
	json_add_number(object, "denied", call->denied);
	json_add_known_number(object, "failed", result_if(record, call->failed));
	json_add_known_number(object, "restarted", result_if(record, call->restarted));
	json_add_known_number(object, "logged", result_if(record, call->logged));
	json_object_object_add(object, "errors", new_errors(call));
	json_add_known_number(object, "time_ns", record->has_times ? call->time_ns : UINT64_MAX);
	json_add_known_number(object, "time_max_ns", record->has_times ? call->max_ns : UINT64_MAX);
	json_object_object_add(object, "args", new_call_args(call));
	json_object_object_add(object, "stack", json_new_stack(&call->stack));
	return object;
}

static struct json_object *new_rule_at(const struct report *report, size_t i)
{
	const struct fact_rule rule = facts_rule(report, i);
	struct json_object *object = json_object_new_object();

	json_add_text(object, "file", rule.file);
	json_add_number(object, "line", rule.line);
	json_add_text(object, "text", rule.text);
	json_add_number(object, "hits",
			report->record->rule_hits ? report->record->rule_hits[i] : 0);
	return object;
}

void json_add_program(struct json_object *to, const struct record_process *process)
{
	struct json_object *args = json_object_new_array();

	for (size_t at = 0; at < process->args_len;) {
		size_t len = strnlen(process->args + at, process->args_len - at);

		json_object_array_add(args, json_new_text(process->args + at, len));
		at += len + 1;
	}
	json_add_text(to, "exe", process->exe);
	json_add_bool(to, "exe_cut", process->has_cut_exe);
	json_object_object_add(to, "args", args);
	json_add_bool(to, "args_cut", process->has_cut_args);
	json_add_bool(to, "args_claimed", process->has_claimed_args);
}

void json_add_end(struct json_object *to, const struct record_process *process)
{
	bool has_ended = process->end_ns != 0;
	int status = process->wait_status;

	json_add_known_number(to, "status",
			      has_ended && WIFEXITED(status) ? (uint64_t)WEXITSTATUS(status)
							     : UINT64_MAX);
	json_add_text(to, "signal",
		      has_ended && WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : NULL);
}

static struct json_object *new_process(const struct record_process *process)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "pid", (uint64_t)process->pid);
	json_add_number(object, "host_pid", (uint64_t)process->host_pid);
	json_add_number(object, "ppid", (uint64_t)process->ppid);
	json_add_program(object, process);
	json_add_number(object, "start_ns", process->start_ns);
	json_add_known_number(object, "end_ns", process->end_ns ? process->end_ns : UINT64_MAX);
	json_add_end(object, process);
	json_add_number(object, "calls", process->calls);
	json_add_number(object, "denied", process->denied);
	return object;
}

static struct json_object *new_call_at(const struct report *report, size_t i)
{
	return new_call(report->record, &report->record->calls.v[i]);
}

static struct json_object *new_process_at(const struct report *report, size_t i)
{
	return new_process(&report->record->processes.v[i]);
}

static struct json_object *new_failure_at(const struct report *report, size_t i)
{
	return json_new_failure(&report->record->failures.v[i]);
}

void json_add_record(struct json_file *file, const struct report *report)
{
	const struct record *record = report->record;

	json_add_part(file, "trace", new_trace(record));
	json_add_part(file, "totals", new_totals(record));
	json_add_list(file, "syscalls", record->calls.n, new_call_at, report);
	json_add_list(file, "rules", facts_n_rules(report), new_rule_at, report);
	json_add_list(file, "denials", record->denials.n, json_new_denial, report);
	if (record->failures.are_known)
		json_add_list(file, "pen_failures", record->failures.n, new_failure_at, report);
	else
		json_add_part(file, "pen_failures", NULL);
	json_add_list(file, "processes", record->processes.n, new_process_at, report);
}
