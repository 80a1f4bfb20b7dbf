/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened in one run: plain data, without kernel handles. Made by a trace source, read by
 * reports and by learn/. */
#ifndef PINFOLD_RECORD_RECORD_H
#define PINFOLD_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "record/record_failure.h"
#include "record/record_stack.h"
#include "record/timeline.h"
#include "record/trace_source.h"
#include "sys/action.h"
#include "sys/arch.h"
#include "sys/syscall.h"

/* What was not seen. */
struct record_lost {
	uint64_t events;       /* the ring buffer was full */
	uint64_t map_full;     /* a map was full */
	uint64_t missed_runs;  /* the kernel skipped a program (recursion) */
	uint64_t tasks;	       /* no storage for a task */
	uint64_t missed_exits; /* a call was entered while another had not ended */
	uint64_t starts;       /* calls under way at the start that may have been denied */
	uint64_t stacks;       /* lost or unreadable; the counts are right without them */
	uint64_t lines;	       /* of a stream; as for stacks */
	uint64_t processes;    /* after the first RECORD_PROCESSES_MAX; as for stacks */
	/* Calls that a signal took from the filter's listener before they were decided: each was
	 * made again, or failed with EINTR. If the listener receives every call, only those that
	 * may have failed, because a handler does not let calls restart. */
	uint64_t interrupted;
	/* Filters that the command installed on itself, whose denials never reach the listener. */
	uint64_t own_filters;
};

struct record_error {
	int number; /* errno */
	uint64_t count;
};

/* The distinct values seen in one argument of the allowed calls, ascending. */
struct record_values {
	uint64_t *v;
	size_t n, cap;
};

/* One system call by ABI and number. */
struct record_call {
	enum arch arch;
	uint32_t nr; /* x32 with SYS_X32_BIT */
	uint64_t allowed, denied, failed, restarted, logged;
	uint64_t other;		  /* allowed calls whose argument values were not kept */
	unsigned int runs;	  /* with an allowed one, if the record has several runs */
	unsigned int machines;	  /* that they were on, as far as that is known */
	uint64_t time_ns, max_ns; /* from entry to return: the sum, and the longest */
	struct {
		struct record_error *v;
		size_t n, cap;
	} errors;
	struct record_values values[SYS_ARGS_MAX]; /* by argument; n is 0 where none are kept */
	struct record_stack stack;		   /* of the first allowed call, on request */
	uint64_t first; /* that call, in the tracer's encoding (bpf/event.h); 0: not known */
	char *exe;	/* its program; NULL: not known */
};

enum denial_by { BY_POLICY, BY_OTHER_FILTER, BY_PTRACE, BY_USER_DISPATCH, BY_UNEXPLAINED };

/* The place in the policy that decided. */
struct record_origin {
	size_t rule;	   /* index of the policy's rule, if one decided */
	char *text;	   /* of the rule; NULL: no rule decided */
	char *file;	   /* NULL: it is not in any file */
	unsigned int line; /* 0: an option */
	unsigned int col;
};

/* Calls that did not run, alike in ABI, number, rule and family arguments. */
struct record_denial {
	enum arch arch;
	uint32_t nr;
	uint64_t args[SYS_ARGS_MAX]; /* of the first; pointers are samples */
	struct action action;
	bool has_result; /* it "returned" no error: ignore the action's number */
	int64_t result;
	uint64_t count;
	uint32_t arches; /* that the policy lists: bit 1 << enum arch */
	enum denial_by by;
	enum verdict_by verdict_by; /* BY_POLICY: what decided */
	struct record_origin origin;
	bool is_expected;	  /* action_is_expected() */
	bool is_interrupted;	  /* it looked interrupted: not counted among its process's calls */
	bool is_continued;	  /* the call went on (complain mode), and counts as allowed */
	pid_t pid, tid, host_pid; /* of the first; pid and tid as in the pen */
	char comm[16];
	char *exe;		   /* its program; NULL: not known */
	uint64_t at_ns, last_ns;   /* of the first and the last, since the start of the command */
	struct record_stack stack; /* of the first */
	uint32_t request;	   /* the number under which that was requested; 0: it was not */
	/* What its pointers pointed to when it returned, as text that is safe to print; NULL: not
	 * known. The kernel decided by the pointer value alone. */
	char *seen[SYS_ARGS_MAX];
};

struct record_process {
	pid_t pid, host_pid, ppid; /* pid and ppid as in the pen */
	char *exe, *args;	   /* as the kernel has them; args are separated by NUL */
	size_t args_len;
	bool has_cut_exe, has_cut_args; /* only the beginning is known */
	bool has_claimed_args;		/* the rest is what the process itself showed */
	uint64_t start_ns, end_ns;	/* since the start of the command; end 0: not seen */
	int wait_status;		/* as wait(2) gives it */
	bool is_filtered;    /* some filter killed it, or its last call got SIGSYS from one */
	enum arch last_arch; /* that call */
	uint32_t last_nr;
	uint64_t calls, denied;
};

/* How many processes are kept: the first ones to start. */
enum { RECORD_PROCESSES_MAX = 65536 };

struct record_calls {
	struct record_call *v;
	size_t n, cap;
};
struct record_denials {
	struct record_denial *v;
	size_t n, cap;
};
struct record_processes {
	struct record_process *v;
	size_t n, cap;
};

/* A directory whose files allowed calls used, or the path that a failed call named. */
struct record_path {
	enum arch arch;
	uint32_t nr;
	enum record_access access;
	int error; /* errno; 0: PATH is the directory */
	uint64_t count;
	char *path; /* absolute, below the caller's root, without "." and ".." */
};

/* An address that allowed calls named. */
struct record_peer {
	enum arch arch;
	uint32_t nr;
	int error;
	uint64_t count;
	char *text;	/* "AF_INET 127.0.0.1:80", safe to print */
	bool is_remote; /* an internet address other than this machine's loopback */
};

struct record_paths {
	struct record_path *v;
	size_t n, cap;
};
struct record_peers {
	struct record_peer *v;
	size_t n, cap;
};

/* Files and peers, if requested (--paths). */
struct record_files {
	struct record_paths paths; /* by path, ascending */
	struct record_peers peers;
	uint64_t lost;	     /* calls whose path or directory was dropped */
	uint64_t unresolved; /* calls whose path was not readable, too long, or led through ".." */
};

/* Calls that ran although the policy denies them, alike in the arguments that the trace keeps. */
struct record_passed {
	enum arch arch;
	uint32_t nr;
	uint64_t args[SYS_ARGS_MAX];
	uint64_t count;
};
struct record_passes {
	struct record_passed *v;
	size_t n, cap;
};

/* Calls whose number did not fit in the maps: they are in the sums, but have no row. */
struct record_rest {
	uint64_t allowed, denied, failed;
	uint64_t continued; /* would have been denied */
};

struct record {
	enum trace_source source;
	char *why; /* why it is not ebpf; NULL: it is, or it was not requested */
	struct record_lost lost;
	struct record_calls calls; /* by ABI and number, ascending */
	struct record_rest rest;
	struct record_denials denials;
	struct record_processes processes;
	struct record_files files;
	struct record_passes passes;
	/* Likewise, but of those that a signal took from the listener; how many of them are not
	 * known otherwise is among the losses. */
	struct record_passes interrupted;
	struct record_failures failures;
	struct record_samples samples; /* if requested; the last one has the totals */
	uint64_t let_through;	       /* of those, what no listener let go on: 0, or a defect */
	uint64_t *rule_hits;	       /* by rule->index: calls that the rule decided */
	size_t n_rules;
	bool has_times;
	bool has_exact_hits; /* every value that decides between rules was kept */
	bool is_complaining; /* calls that the policy would stop went on */
	bool lacks_library;  /* libdw, which names functions, is missing */
	bool is_unsure;	     /* the source may have missed a denied call without knowing */
};

struct record_totals {
	uint64_t allowed, denied, expected, failed, logged;
	uint64_t would_deny; /* went on in complain mode */
};

/* Returns the sums over all calls and denials; "denied" excludes the expected ones. */
struct record_totals record_sum(const struct record *record);

/* Returns whether allowed calls were counted. */
static inline bool record_knows_calls(const struct record *record)
{
	return trace_source_row(record->source)->knows_calls;
}

/* Returns whether it is known what became of allowed calls: how they ended, and what was logged. */
static inline bool record_knows_results(const struct record *record)
{
	return trace_source_row(record->source)->knows_results;
}

/* Returns how many calls the policy denied, or would have, except the expected ones: what check
 * fails on. */
uint64_t record_violations(const struct record *record);

/* Returns whether something was lost or remains unexplained. */
bool record_has_losses(const struct record *record);

/* Returns whether all calls are known: nothing was lost, and the source sees all. */
bool record_is_complete(const struct record *record);

/* Returns kind I of what a trace of this run cannot see, as text, or NULL past the last one. */
const char *record_unseen(const struct record *record, size_t i);

/* Adds the calls of *denial to the denied ones of their row. A new row goes at the end:
 * record_sort() must be called afterwards. */
void record_count_denied(struct record *record, const struct record_denial *denial);

/* Sorts calls and denials. */
void record_sort(struct record *record);

/* Adds ARGS to the values of the call, of those arguments that are in WHICH (bit 1 << argument).
 * record_sort_values() must be called afterwards: it sorts them, and drops repeated ones. */
void record_add_values(struct record_call *call, unsigned int which,
		       const uint64_t args[SYS_ARGS_MAX]);
void record_sort_values(struct record_call *call);

/* Adds the values of FROM to those of TO, which are sorted and remain so. */
void record_merge_values(struct record_call *to, const struct record_call *from);

/* Returns the row of a call, or NULL; the rows must be sorted. */
struct record_call *record_find_call(const struct record *record, enum arch arch, uint32_t nr);

/*
 * Combine several runs of one command into the record of the last: record_begin_runs() counts its
 * calls as one run, record_add_run() adds another, of which only the calls, the expected denials
 * and the losses are taken.
 */
void record_begin_runs(struct record *record);
void record_add_run(struct record *record, const struct record *run);

/* Returns the place of ORIGIN, whose file name ORIGIN still owns. */
static inline struct place record_place(const struct record_origin *origin)
{
	return (struct place){ origin->file, origin->line, origin->col };
}

/* Returns whether both come from the same rule or statement. */
bool record_origin_is_same(const struct record_origin *a, const struct record_origin *b);

/* Frees what the denial owns, but not the denial itself. */
void record_finish_denial(struct record_denial *denial);

void record_finish(struct record *record);

#endif
