/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happens in a pen, as it happens, for observers that cannot wait for the record. */
#ifndef PINFOLD_RECORD_EVENT_H
#define PINFOLD_RECORD_EVENT_H

#include <stdint.h>
#include <sys/types.h>

#include "record/record.h"

enum trace_event_kind {
	TRACE_EVENT_FOUND, /* was running before, and is traced from now on */
	TRACE_EVENT_FORK,
	TRACE_EVENT_EXEC,
	TRACE_EVENT_EXIT,
	TRACE_EVENT_DENIED,
	TRACE_EVENT_CALL, /* entered */
	TRACE_EVENT_RETURN,
};

struct trace_event {
	enum trace_event_kind kind;
	uint64_t at_ns; /* since the start of the command */
	pid_t pid, tid, host_pid;
	const struct record_process *process; /* found, fork, exec, exit */
	const struct record_denial *call;     /* denied; entered, returned: only what was called */
	int64_t result;			      /* returned; an error is negative, as in the kernel */
};

/* TAKE is NULL if nobody listens. What EVENT points to is valid only during the call. */
struct trace_observer {
	void (*take)(void *data, const struct trace_event *event);
	void *data;
};

#endif
