/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracer: watches the tasks of one pen from inside the kernel and makes a record of their
 * calls.
 *
 * Life: trace_begin() begins to load the programs, which takes as long as making a pen does;
 * trace_open() takes part in that until it is done; trace_mark() marks pid 1 of the pen, whose
 * first child is the command; trace_attach() attaches what is not attached yet, before the command
 * exists; trace_fd() and trace_read() empty the event buffer while it runs; trace_finish() makes
 * the record.
 */
#ifndef PINFOLD_TRACE_TRACE_H
#define PINFOLD_TRACE_TRACE_H

#include "base/diag.h"
#include "confine/clerk.h"
#include "filter/filter.h"
#include "policy/policy.h"
#include "record/event.h"
#include "record/record.h"

struct trace; /* opaque */

enum trace_stacks {
	TRACE_STACKS_DENIED, /* of the first call of each kind that is denied */
	TRACE_STACKS_OFF,
	TRACE_STACKS_ALL, /* and of each number's first allowed call */
};

/* What is requested beyond counting. */
struct trace_options {
	enum trace_stacks stacks;
	bool is_raw;	  /* by raw tracepoints */
	bool wants_times; /* how long calls take */
	struct trace_observer
		observer;     /* of processes, denials and the calls below, as they happen */
	bool wants_values;    /* arguments of allowed calls, and which rules they met */
	bool wants_firsts;    /* which program made each call first */
	bool wants_paths;     /* files and peers of allowed calls */
	bool is_of_others;    /* what runs already is traced: trace/target.h */
	uint64_t cgroup_id;   /* and what enters this cgroup; 0: none */
	uint32_t hierarchy;   /* of it, as in /proc/PID/cgroup: 0 is version 2 */
	const char *streamed; /* names of calls and sets between blanks; NULL: none */
};

/* Begins to load the tracer, and does not wait for it; trace_close() must be called. */
struct trace *trace_begin(const struct trace_options *options);

/*
 * Makes the tracer ready for FILTER and the POLICY it was compiled from; both must outlive it.
 * FILTER is NULL where none of ours is in force: then no denial is the policy's. RAW_INIT: where
 * that is by raw tracepoints, the number of pid 1 of the pen. Returns 0, or -errno with an error in
 * DIAGS: -EPERM without the privilege (CAP_BPF and CAP_PERFMON), -EOPNOTSUPP on a kernel that
 * cannot.
 */
int trace_open(struct trace *trace, const struct policy *policy, const struct filter *filter,
	       int raw_init, struct diags *diags);

/*
 * Returns 0 if this process has what the tracer needs, CAP_BPF and CAP_PERFMON or CAP_SYS_ADMIN, or
 * -EPERM or, with too few descriptors, -EMFILE, with an error in DIAGS. The kernel may still refuse
 * the tracer, as in a container, where they are not those of the host.
 */
int trace_probe(struct diags *diags);

/* Marks the process of PIDFD as pid 1 of the pen; with raw tracepoints its namespace tells. Returns
 * 0 or -errno with an error in DIAGS. */
int trace_mark(struct trace *trace, int pidfd, struct diags *diags);

/* Attaches the programs that are not yet, and lets other runs find them. Returns 0 or -errno with
 * an error in DIAGS. */
int trace_attach(struct trace *trace, struct diags *diags);

/*
 * What takes rights after the run is left to others, before this process gives its own up: names of
 * functions to a process made here, what other runs are to find no more to CLERK, which has not
 * started. Returns the capabilities (1 << CAP_*) that are of use here still.
 */
uint64_t trace_prepare_confinement(struct trace *trace, struct clerk *clerk);

/* For what runs already: lets the process of PIDFD be a target; returns 0, -EEXIST when it is one
 * already, or -errno. trace_adopt() then begins to trace all threads of the targets, and returns 0
 * or -errno with an error in DIAGS. */
int trace_mark_target(struct trace *trace, int pidfd);
int trace_adopt(struct trace *trace, struct diags *diags);

/* Returns whether all processes have ended, as far as events told: some may have been lost. */
bool trace_seems_over(const struct trace *trace);

/* Returns whether a task that is traced still runs, which takes a walk over all tasks. */
bool trace_has_tasks(const struct trace *trace);

/* Returns a descriptor that is readable when events should be read; owned by the tracer. */
int trace_fd(const struct trace *trace);

/* Reads the events that are there; fits struct pen_watch. */
void trace_read(void *trace, int fd);

/* Tells the observer of an event that another source saw, at a time of CLOCK_MONOTONIC, unless the
 * command had not started; fits struct trace_observer. */
void trace_relay(void *trace, const struct trace_event *event);

/*
 * Detaches and makes the record of the run, which the caller frees by record_finish(). To be
 * called when no task of the pen is left. Returns 0, or -errno with an error in DIAGS when the
 * kernel's counters cannot be read.
 */
int trace_finish(struct trace *trace, struct record *ret_record, struct diags *diags);

/* Detaches and frees; NULL is allowed. */
void trace_close(struct trace *trace);

#endif
