// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/trace_source.h"

#include <errno.h>

#include "base/mem.h"
#include "base/str.h"
#include "record/record.h"

static const char vdso_calls[] =
	"calls that the vDSO answers without the kernel (clock_gettime, getcpu, ...)";
static const char vsyscall_calls[] = "calls through the vsyscall page";
static const char places[] = "where in the program a call came from";
static const char objects[] = "what failing calls named, and so what the pen caused";
static const char io_uring[] = "io_uring operations";
static const char ends[] = "calls that the policy traps or kills: only how the command ends "
			   "shows them";
static const char capabilities[] =
	"which capability a call lacked, unless its name says so (before Linux 6.14)";

static bool has_io_uring(const struct record *record)
{
	for (size_t i = 0; i < record->calls.n; i++) {
		const char *name = sys_call_name(record->calls.v[i].arch, record->calls.v[i].nr);

		if (name && str_eq(name, "io_uring_setup") && record->calls.v[i].allowed)
			return true;
	}
	return false;
}

/* Whether a call failed that may have lacked one. */
static bool may_lack_capability(const struct record *record)
{
	for (size_t i = 0; i < record->failures.n; i++) {
		const struct record_failure *failure = &record->failures.v[i];

		if (failure->refusal == REFUSAL_UNKNOWN &&
		    (failure->error == EPERM || failure->error == EACCES))
			return true;
	}
	return false;
}

/* The hits of all rules are known but for those that only the kernel sees. */
static bool has_log(const struct record *record)
{
	return !record->has_exact_hits;
}

static bool is_enforced(const struct record *record)
{
	return !record->is_complaining;
}

static const struct trace_source_row rows[TRACE_SOURCES] = {
	[TRACE_NONE] = {
		.name = "none",
		.lack = "no trace, so denied calls are not reported",
	},
	[TRACE_NOTIFY] = {
		.name = "notify",
		.word = TRACE_NOTIFY,
		.lack = "no eBPF trace, so allowed calls are not counted",
		.unseen = { { "calls that the policy allows", NULL }, { "processes", NULL },
			    { places, NULL }, { objects, NULL },
			    { ends, is_enforced } },
	},
	[TRACE_NOTIFY_CALLS] = {
		.name = "notify-calls",
		.word = TRACE_NOTIFY,
		.lack = "a trace by the filter's listener, so only calls are reported, not how they end",
		.knows_calls = true,
		.is_dear = true,
		.unseen = { { vdso_calls, NULL }, { vsyscall_calls, NULL },
			    { "what calls returned, and how long they took", NULL },
			    { "how often exit, exit_group and sigreturn were called: each counts as one",
			      NULL },
			    { "processes", NULL }, { places, NULL }, { objects, NULL },
			    { "calls that the policy logs: only the kernel's log shows them", has_log },
			    { ends, is_enforced } },
	},
	[TRACE_RAW] = {
		.name = "raw",
		.word = TRACE_RAW,
		.lack = "a trace by raw tracepoints, so processes are not reported",
		.knows_calls = true,
		.knows_results = true,
		.unseen = { { vdso_calls, NULL }, { vsyscall_calls, NULL },
			    { "calls that a program's own user dispatch takes", NULL },
			    { "processes", NULL }, { places, NULL }, { objects, NULL },
			    { "threads that a rule with 'kill_thread' ended while others lived; "
			      "before Linux 5.17 anything that is killed", NULL },
			    { io_uring, has_io_uring } },
	},
	[TRACE_EBPF] = {
		.name = "ebpf",
		.word = TRACE_EBPF,
		.knows_calls = true,
		.knows_results = true,
		.unseen = { { vdso_calls, NULL }, { vsyscall_calls, NULL },
			    { io_uring, has_io_uring }, { capabilities, may_lack_capability } },
	},
};

const struct trace_source_row *trace_source_row(enum trace_source source)
{
	return &rows[source];
}

bool trace_source_find(const char *name, enum trace_source *ret_source)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!str_eq(rows[i].name, name))
			continue;
		*ret_source = (enum trace_source)i;
		return true;
	}
	return false;
}
