// SPDX-License-Identifier: GPL-2.0-or-later
/* The part of the JSON report that comes from the record: calls, rules, denials, processes. */
#include <inttypes.h>
#include <sys/wait.h>

#include "report/advice.h"
#include "report/call.h"
#include "report/json.h"
#include "sys/name.h"

/* Returns the text in BUF, which it frees, or NULL if it is empty. */
static struct json_object *take_text(struct strbuf *buf)
{
	struct json_object *object = buf->len ? json_object_new_string_len(buf->text, (int)buf->len)
					      : NULL;

	strbuf_finish(buf);
	return object;
}

static struct json_object *new_trace(const struct record *record)
{
	struct json_object *object = json_object_new_object(), *lost = json_object_new_object();
	struct json_object *unseen = json_object_new_array();

	json_add_text(object, "source", trace_source_row(record->source)->name);
	json_add_text(object, "why", record->why);
	json_add_bool(object, "complete", record_is_complete(record));
	json_add_bool(object, "exact_hits", record->has_exact_hits);
	json_add_bool(object, "names", !record->lacks_library);
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

static struct json_object *new_totals(const struct record *record)
{
	struct record_totals totals = record_sum(record);
	struct json_object *object = json_object_new_object();
	bool knows_denied = record->source != TRACE_NONE;

	json_add_known_number(object, "allowed", known_if(record, totals.allowed));
	json_add_known_number(object, "denied", knows_denied ? totals.denied : UINT64_MAX);
	json_add_known_number(object, "expected", knows_denied ? totals.expected : UINT64_MAX);
	json_add_known_number(object, "would_deny", knows_denied ? totals.would_deny : UINT64_MAX);
	json_add_known_number(object, "failed", known_if(record, totals.failed));
	json_add_known_number(object, "logged", known_if(record, totals.logged));
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
	json_add_known_number(object, "failed", known_if(record, call->failed));
	json_add_known_number(object, "restarted", known_if(record, call->restarted));
	json_add_known_number(object, "logged", known_if(record, call->logged));
	json_object_object_add(object, "errors", new_errors(call));
	json_add_known_number(object, "time_ns", record->has_times ? call->time_ns : UINT64_MAX);
	json_add_known_number(object, "time_max_ns", record->has_times ? call->max_ns : UINT64_MAX);
	json_object_object_add(object, "args", new_call_args(call));
	json_object_object_add(object, "stack", json_new_stack(&call->stack));
	return object;
}

static struct json_object *new_place(const struct place *place, const char *text)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "file", place->file);
	json_add_number(object, "line", place->line);
	json_add_text(object, "text", text);
	return object;
}

static struct json_object *new_rule_at(const struct report *report, size_t i)
{
	const struct rule *rule = report->policy->rules[i];
	struct json_object *object = new_place(&rule->place, rule->text);

	json_add_number(object, "hits",
			report->record->rule_hits ? report->record->rule_hits[i] : 0);
	return object;
}

/* Returns where the verdict is written; a statement such as default has no text here. */
static struct json_object *new_origin(const struct record_origin *origin)
{
	const struct place place = record_place(origin);

	return origin->file ? new_place(&place, origin->text) : NULL;
}

static struct json_object *new_first(const struct record_denial *denial)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "pid", (uint64_t)denial->pid);
	json_add_number(object, "host_pid", (uint64_t)denial->host_pid);
	json_add_number(object, "tid", (uint64_t)denial->tid);
	json_add_text(object, "comm", denial->comm);
	json_add_text(object, "exe", denial->exe);
	json_add_number(object, "at_ns", denial->at_ns);
	return object;
}

static struct json_object *new_last(const struct record_denial *denial)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "at_ns", denial->last_ns);
	return object;
}

/* Returns an object keyed by the names of the arguments. */
static struct json_object *new_seen(const struct record_denial *denial)
{
	const struct sys_call *call = sys_call_by_nr(denial->arch, denial->nr);
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; call && i < call->n_args; i++)
		if (denial->seen[i])
			json_add_text(object, sys_arg_label(&call->args[i]), denial->seen[i]);
	return object;
}

static struct json_object *new_line(bool has_line, unsigned int line)
{
	return has_line ? json_object_new_uint64(line) : NULL;
}

static struct json_object *new_dead(const struct advice *advice)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < advice->dead.n; i++) {
		const struct advice_dead *dead = &advice->dead.v[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "file", dead->file);
		json_add_number(object, "from_line", dead->line);
		json_add_number(object, "to_line", dead->last_line);
		json_add_text(object, "take_out", dead->take_out);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *new_fix(const struct policy *policy, const struct record_denial *denial)
{
	struct json_object *object;
	struct advice advice;
	bool is_before, is_instead;

	advice_find(policy, denial, &advice);
	if (advice.kind == ADVICE_NONE) {
		advice_finish(&advice);
		return NULL;
	}
	object = json_object_new_object();
	is_before = advice.kind == ADVICE_BEFORE;
	is_instead = advice.kind == ADVICE_INSTEAD;
	json_add_text(object, "file", advice.file);
	json_object_object_add(object, "before_line", new_line(is_before, advice.line));
	json_object_object_add(object, "from_line", new_line(is_instead, advice.line));
	json_object_object_add(object, "to_line", new_line(is_instead, advice.last_line));
	json_add_bool(object, "option", advice.kind == ADVICE_OPTION);
	json_object_object_add(object, "text", take_text(&advice.text));
	json_object_object_add(object, "take_out", take_text(&advice.take_out));
	json_add_bool(object, "rest", advice.has_rest);
	json_object_object_add(object, "capability", take_text(&advice.capability));
	json_object_object_add(object, "also", new_dead(&advice));
	advice_finish(&advice);
	return object;
}

void json_add_call(struct json_object *to, const struct record_denial *denial)
{
	const struct sys_call *row = sys_call_by_nr(denial->arch, denial->nr);
	size_t n_args = row ? row->n_args : SYS_ARGS_MAX;
	struct json_object *args = json_object_new_array();
	struct strbuf text = { 0 };

	call_format_denied(&text, denial);
	for (size_t i = 0; i < n_args; i++)
		json_object_array_add(args, json_new_hex(denial->args[i]));
	json_add_text(to, "abi", arch_get(denial->arch)->name);
	json_object_object_add(to, "nr", json_object_new_int64((int32_t)denial->nr));
	json_add_text(to, "name", sys_call_name(denial->arch, denial->nr));
	json_object_object_add(to, "args", args);
	json_object_object_add(to, "text", take_text(&text));
}

void json_add_decision(struct json_object *to, const struct record_denial *denial)
{
	static const char *const authors[] = {
		[BY_POLICY] = "policy",		  [BY_OTHER_FILTER] = "other-filter",
		[BY_PTRACE] = "ptrace",		  [BY_USER_DISPATCH] = "user-dispatch",
		[BY_UNEXPLAINED] = "unexplained",
	};
	json_add_text(to, "action", action_row(denial->action.kind)->json);
	json_add_number(to, "value", denial->action.data);
	json_object_object_add(to, "result",
			       denial->has_result ? json_new_hex((uint64_t)denial->result) : NULL);
	json_object_object_add(to, "rule", new_origin(&denial->origin));
	json_add_text(to, "by", authors[denial->by]);
	json_add_bool(to, "expected", denial->is_expected);
	json_add_bool(to, "known", denial->action.is_known);
	json_add_bool(to, "enforced", !denial->is_continued);
}

static struct json_object *new_denial(const struct policy *policy,
				      const struct record_denial *denial)
{
	struct json_object *object = json_object_new_object();

	json_add_call(object, denial);
	json_add_decision(object, denial);
	json_add_number(object, "count", denial->count);
	json_object_object_add(object, "first", new_first(denial));
	json_object_object_add(object, "last", new_last(denial));
	json_object_object_add(object, "seen", new_seen(denial));
	json_object_object_add(object, "stack", json_new_stack(&denial->stack));
	json_object_object_add(object, "fix", new_fix(policy, denial));
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

static struct json_object *new_denial_at(const struct report *report, size_t i)
{
	return new_denial(report->policy, &report->record->denials.v[i]);
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
	json_add_list(file, "rules", report->policy->n_rules, new_rule_at, report);
	json_add_list(file, "denials", record->denials.n, new_denial_at, report);
	if (record->failures.are_known)
		json_add_list(file, "pen_failures", record->failures.n, new_failure_at, report);
	else
		json_add_part(file, "pen_failures", NULL);
	json_add_list(file, "processes", record->processes.n, new_process_at, report);
}
