// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/stream.h"

#include "report/json.h"
#include "sys/name.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

enum { MAX_ERRNO = 4095 }; /* linux/err.h: a result above -MAX_ERRNO is an error */

static void write_line(struct line_file *file, struct json_object *object)
{
	const char *text = json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	struct strbuf line = { 0 };

	strbuf_puts(&line, text);
	strbuf_puts(&line, "\n");
	line_file_add(file, line.text, line.len);
	strbuf_finish(&line);
	json_object_put(object);
}

void stream_begin(struct line_file *file, const struct report *report)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "event", "start");
	json_add_text(object, "schema", "pinfold-stream/1");
	json_add_text(object, "pinfold", PACKAGE_VERSION);
	json_object_object_add(object, "command", json_new_command(report->command));
	json_object_object_add(object, "target", json_new_target(report));
	json_object_object_add(object, "started", json_new_started(&report->started));
	write_line(file, object);
}

static void add_result(struct json_object *to, int64_t result)
{
	bool is_error = result < 0 && result >= -MAX_ERRNO;
	const char *name = is_error ? errno_name((int)-result) : NULL;

	json_object_object_add(to, "result", json_object_new_int64(result));
	json_add_text(to, "error", name);
}

static void add_found(struct json_object *to, const struct trace_event *event)
{
	json_add_number(to, "ppid", (uint64_t)event->process->ppid);
	json_add_program(to, event->process);
}

static void add_fork(struct json_object *to, const struct trace_event *event)
{
	json_add_number(to, "ppid", (uint64_t)event->process->ppid);
}

static void add_exec(struct json_object *to, const struct trace_event *event)
{
	json_add_program(to, event->process);
}

static void add_exit(struct json_object *to, const struct trace_event *event)
{
	json_add_end(to, event->process);
}

static void add_caller(struct json_object *to, const struct trace_event *event)
{
	json_add_number(to, "tid", (uint64_t)event->tid);
	json_add_text(to, "comm", event->call->comm);
}

static void add_call(struct json_object *to, const struct trace_event *event)
{
	add_caller(to, event);
	json_add_call(to, event->call);
}

static void add_denied(struct json_object *to, const struct trace_event *event)
{
	add_call(to, event);
	json_add_decision(to, event->call);
}

static void add_return(struct json_object *to, const struct trace_event *event)
{
	const struct record_denial *call = event->call;

	add_caller(to, event);
	json_add_text(to, "abi", arch_get(call->arch)->name);
	json_object_object_add(to, "nr", json_object_new_int64((int32_t)call->nr));
	json_add_text(to, "name", sys_call_name(call->arch, call->nr));
	add_result(to, event->result);
}

void stream_take(void *data, const struct trace_event *event)
{
	static const struct {
		const char *name;
		void (*add)(struct json_object *to, const struct trace_event *event);
	} kinds[] = {
		[TRACE_EVENT_FOUND] = { "found", add_found },
		[TRACE_EVENT_FORK] = { "fork", add_fork },
		[TRACE_EVENT_EXEC] = { "exec", add_exec },
		[TRACE_EVENT_EXIT] = { "exit", add_exit },
		[TRACE_EVENT_DENIED] = { "denied", add_denied },
		[TRACE_EVENT_CALL] = { "call", add_call },
		[TRACE_EVENT_RETURN] = { "return", add_return },
	};
	struct json_object *object = json_object_new_object();

	json_add_text(object, "event", kinds[event->kind].name);
	json_add_number(object, "at_ns", event->at_ns);
	json_add_number(object, "pid", (uint64_t)event->pid);
	json_add_number(object, "host_pid", (uint64_t)event->host_pid);
	kinds[event->kind].add(object, event);
	write_line(data, object);
}

void stream_add_failures(struct line_file *file, const struct record_failures *failures)
{
	for (size_t i = 0; i < failures->n; i++) {
		struct json_object *object;

		if (failures->v[i].cause != RECORD_CAUSE_PEN)
			continue;
		object = json_object_new_object();
		json_add_text(object, "event", "pen_failure");
		json_object_object_add(object, "failure", json_new_failure(&failures->v[i]));
		write_line(file, object);
	}
}

static void add_part(struct line_file *file, const char *event, struct json_object *part)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "event", event);
	json_object_object_add(object, event, part);
	write_line(file, object);
}

void stream_add_network(struct line_file *file, const struct network_use *use)
{
	if (!use || !use->is_used)
		return;
	for (size_t i = 0; i < use->n_connections; i++)
		add_part(file, "connection", json_new_connection(&use->connections[i]));
	for (size_t i = 0; i < use->n_refusals; i++)
		add_part(file, "refused", json_new_refusal(&use->refusals[i]));
}

void stream_end(struct line_file *file, const struct report *report)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "event", "end");
	json_add_number(object, "at_ns", report->elapsed_ns);
	json_add_number(object, "dropped", file->dropped + report->record->lost.lines);
	json_add_bool(object, "complete", record_is_complete(report->record));
	json_object_object_add(object, "exit", json_new_exit(&report->exit));
	write_line(file, object);
}
