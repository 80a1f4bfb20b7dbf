// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/live.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "denial/explain.h"
#include "denial/seen.h"

static struct trace_event common(const struct live *live, const struct event *event)
{
	return (struct trace_event){
		.at_ns = event->at_ns > live->start_ns ? event->at_ns - live->start_ns : 0,
		.pid = (pid_t)event->pid,
		.tid = (pid_t)event->tid,
		.host_pid = (pid_t)event->host_pid,
	};
}

static void tell_process(const struct live *live, const struct event *event,
			 const struct record_process *process)
{
	static const enum trace_event_kind kinds[] = {
		[EVENT_FORK] = TRACE_EVENT_FORK,
		[EVENT_EXEC] = TRACE_EVENT_EXEC,
		[EVENT_EXIT] = TRACE_EVENT_EXIT,
	};
	struct trace_event reported = common(live, event);

	reported.kind = kinds[event->kind];
	reported.process = process;
	live->observer.take(live->observer.data, &reported);
}

static void take_texts(const struct event_call *event, size_t len, struct record_denial *call)
{
	if (len < sizeof(*event))
		return;
	for (size_t i = 0; i < event->n_texts && i < EVENT_TEXTS; i++) {
		uint8_t arg = event->texts[i].arg;

		if (arg < SYS_ARGS_MAX && !call->seen[arg])
			call->seen[arg] = seen_decode(&event->texts[i]);
	}
}

/* A denial is explained from all its arguments: those that no rule tests make no difference. */
static struct record_denial make_call(const struct live *live, const struct event_call *event)
{
	struct call_key key = event->key;
	struct denial_value value = {
		.count = 1,
		.host_pid = event->event.host_pid,
		.pid = event->event.pid,
		.tid = event->event.tid,
	};
	struct record_denial call = { .arch = (enum arch)key.abi, .nr = key.nr };

	memcpy(value.args, event->args, sizeof(value.args));
	memcpy(value.comm, event->comm, sizeof(value.comm));
	memcpy(key.args, event->args, sizeof(key.args));
	if (event->event.kind == EVENT_DENIED) {
		explain_denial(live->policy, live->filter, &key, &value, &call);
	} else {
		memcpy(call.args, event->args, sizeof(call.args));
		memcpy(call.comm, event->comm, sizeof(call.comm));
		call.comm[sizeof(call.comm) - 1] = '\0';
	}
	return call;
}

static void tell_call(const struct live *live, const struct event_call *event, size_t len)
{
	static const enum trace_event_kind kinds[] = {
		[EVENT_DENIED] = TRACE_EVENT_DENIED,
		[EVENT_ENTERED] = TRACE_EVENT_CALL,
		[EVENT_RETURNED] = TRACE_EVENT_RETURN,
	};
	struct record_denial call = make_call(live, event);
	struct trace_event reported = common(live, &event->event);

	take_texts(event, len, &call);
	reported.kind = kinds[event->event.kind];
	reported.call = &call;
	reported.result = event->key.data;
	live->observer.take(live->observer.data, &reported);
	record_finish_denial(&call);
}

/* In complain mode a listener decides on calls that the policy denies, and reports them itself. */
static bool is_passed_over(const struct live *live, const struct event_call *event)
{
	return event->key.flags & DENIAL_INTERRUPTED &&
	       (explain_is_undecided(live->filter, &event->key, (const uint64_t *)event->args) ||
		live->filter->flags & FILTER_COMPLAIN);
}

void live_tell_found(const struct live *live, const struct record_process *process)
{
	const struct trace_event reported = {
		.kind = TRACE_EVENT_FOUND,
		.pid = process->pid,
		.tid = process->pid,
		.host_pid = process->host_pid,
		.process = process,
	};

	live->observer.take(live->observer.data, &reported);
}

void live_tell(const struct live *live, const void *data, size_t len,
	       const struct record_process *process)
{
	const struct event *event = data;

	if (process)
		tell_process(live, event, process);
	else if (len >= offsetof(struct event_call, texts) && event->kind >= EVENT_DENIED &&
		 event->kind <= EVENT_RETURNED && !is_passed_over(live, data))
		tell_call(live, data, len);
}
