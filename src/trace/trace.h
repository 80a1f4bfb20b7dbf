/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracer: watches the tasks of one pen from inside the kernel and makes a record of their
 * calls.
 *
 * Life cycle: trace_begin() starts to load the programs, which takes as long as making a pen;
 * trace_open() helps until that is done; trace_mark() marks pid 1 of the pen, whose first child is
 * the command; trace_attach() attaches what is not attached yet, before the command exists;
 * trace_fd() and trace_read() drain the event buffer while it runs; trace_finish() makes the
 * record.
 */
#ifndef PINFOLD_TRACE_TRACE_H
#define PINFOLD_TRACE_TRACE_H

#include "base/diag.h"
#include "bpf/stack_requests.h"
#include "confine/clerk.h"
#include "filter/filter.h"
#include "policy/policy.h"
#include "record/event.h"
#include "record/record.h"

struct trace; /* opaque */

enum trace_stacks {
	TRACE_STACKS_DENIED, /* of the first call of each kind that is denied */
	TRACE_STACKS_OFF,
	TRACE_STACKS_ALL, /* and of the first allowed call of each number */
};

/* What is requested beyond counting. */
struct trace_options {
	enum trace_stacks stacks;
	bool is_raw;			/* uses raw tracepoints */
	bool wants_times;		/* how long calls take */
	struct trace_observer observer; /* processes, denials and the calls below, live */
	bool wants_values;		/* arguments of allowed calls, and which rules matched */
	bool wants_firsts;		/* which program made each call first */
	bool wants_paths;		/* files and peers of allowed calls */
	bool wants_failure_stacks;	/* of the first failing call of each kind, with names */
	bool is_of_others;		/* traces what is already running: trace/target.h */
	uint64_t cgroup_id;		/* and tasks that enter this cgroup; 0: none */
	uint32_t hierarchy;		/* its hierarchy, as in /proc/PID/cgroup: 0 is version 2 */
	uint32_t mount_ns;    /* targets are counted from their first exec in it on; 0: at once */
	const char *streamed; /* names of calls and sets, separated by blanks; NULL: none */
};

/* Starts to load the tracer without waiting for it. Free it by trace_close(). */
struct trace *trace_begin(const struct trace_options *options);

/*
 * Makes the tracer ready for FILTER and the POLICY it was compiled from; both must outlive it.
 * FILTER is NULL if none of ours is in force: then no denial is the policy's. RAW_INIT is the
 * host's pid of the pen's pid 1, for raw tracepoints. Returns 0, or -errno with an error in DIAGS:
 * -EPERM without the privileges (CAP_BPF and CAP_PERFMON), -EOPNOTSUPP if the kernel does not
 * support it.
 */
int trace_open(struct trace *trace, const struct policy *policy, const struct filter *filter,
	       int raw_init, struct diags *diags);

/*
 * Returns 0 if this process has what the tracer needs (CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN,
 * and enough descriptors), otherwise -EPERM or -EMFILE with an error in DIAGS. The kernel may still
 * refuse the tracer, for example in a container, whose capabilities are not the host's.
 */
int trace_probe(struct diags *diags);

/* Marks the process of PIDFD as pid 1 of the pen; unnecessary with raw tracepoints, which go by its
 * namespace. Returns 0 or -errno with an error in DIAGS. */
int trace_mark(struct trace *trace, int pidfd, struct diags *diags);

/* Attaches the programs that are not attached yet, and lets other runs find them. Returns 0 or
 * -errno with an error in DIAGS. */
int trace_attach(struct trace *trace, struct diags *diags);

/*
 * Delegates what will need rights after the run, before this process drops its own: naming
 * functions, if anybody WANTS_NAMES, to a process started here, removing what other runs would find
 * to CLERK, not started yet. Returns the capabilities (1 << CAP_*) that this process still needs.
 */
uint64_t trace_prepare_confinement(struct trace *trace, bool wants_names, struct clerk *clerk);

/* For what is already running: makes the process of PIDFD a target; returns 0, -EEXIST if it is one
 * already, or another -errno. trace_adopt() then starts to trace all threads of the targets, and
 * returns 0 or -errno with an error in DIAGS. */
int trace_mark_target(struct trace *trace, int pidfd);
int trace_adopt(struct trace *trace, struct diags *diags);

/* Returns whether all processes have ended, as far as events say: some may have been lost. */
bool trace_seems_over(const struct trace *trace);

/* Returns whether a traced task is still running; it walks all tasks. */
bool trace_has_tasks(const struct trace *trace);

/* What a run has done so far. */
struct trace_counts {
	uint64_t calls, denied; /* that did not run; calls includes them */
	uint64_t processes;	/* alive; UINT64_MAX: not known, because events were lost */
};

/* Calls of one number. */
struct trace_number {
	enum arch arch;
	uint32_t nr;
	uint64_t count;
};

struct trace_numbers {
	struct trace_number *v;
	size_t n, cap;
};

/* Reads the counters of the run while it goes; with the calls by ABI and number, ascending, in
 * *RET_NUMBERS, which the caller frees, unless that is NULL. Numbers that no kernel has are only in
 * the sums. Returns 0 or -errno. */
int trace_count(struct trace *trace, struct trace_counts *ret_counts,
		struct trace_numbers *ret_numbers);

/* Adds to RECORD, which may be empty, the denials so far whose last call was latest, MOST keys at
 * most. Their times are by CLOCK_MONOTONIC. Returns 0 or -errno. */
int trace_find_latest(struct trace *trace, size_t most, struct record *record);

/* Returns a descriptor, owned by the tracer, that is readable when events should be read. */
int trace_fd(const struct trace *trace);

/* Reads the pending events; fits struct pen_watch. */
void trace_read(void *trace, int fd);

/* Passes an event that another source saw, with its time by CLOCK_MONOTONIC, to the observer,
 * unless the command had not started yet; fits struct trace_observer. */
void trace_relay(void *trace, const struct trace_event *event);

/*
 * Detaches and makes the record of the run, which the caller frees by record_finish(). Call it when
 * no task of the pen is left. Returns 0, or -errno with an error in DIAGS if the kernel's counters
 * cannot be read.
 */
int trace_finish(struct trace *trace, struct record *ret_record, struct diags *diags);

/* Returns where the filter's listener requests stacks of calls that it lets go on, owned by the
 * tracer; NULL if there are none, or before trace_open(). */
struct stack_requests *trace_requests(const struct trace *trace);

/* Fills in the stacks of the denials in RECORD whose calls went on, and which program made them;
 * its times count from START_NS (CLOCK_MONOTONIC). Call it after trace_finish(). */
void trace_tell_continued(struct trace *trace, uint64_t start_ns, struct record *record);

/* Detaches and frees; NULL is allowed. */
void trace_close(struct trace *trace);

#endif
