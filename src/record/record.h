/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened in one run: plain data, no kernel handles. Made by a trace source, read by
 * reports and by learn/.
 */
#ifndef PINFOLD_RECORD_RECORD_H
#define PINFOLD_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "record/failure.h"
#include "record/stack.h"
#include "record/trace_source.h"
#include "sys/action.h"
#include "sys/arch.h"
#include "sys/syscall.h"

/* What was not seen; any of them not 0: the trace is not complete. */
struct record_lost {
	uint64_t events;       /* the ring buffer was full */
	uint64_t map_full;     /* a map was full */
	uint64_t missed_runs;  /* the kernel skipped a program (recursion) */
	uint64_t tasks;	       /* no storage for a task */
	uint64_t missed_exits; /* a call was entered while another had not ended */
	uint64_t starts;       /* calls under way at the start that may have been denied */
	uint64_t stacks;       /* not told or not readable; the counts are whole without them */
	uint64_t lines;	       /* of a stream; as for stacks */
	uint64_t processes;    /* after the first RECORD_PROCESSES_MAX; as for stacks */
	/* Calls that a signal took from the filter's listener before they were decided: each was
	 * made again, or gave EINTR. */
	uint64_t interrupted;
	/* Filters that the command put on itself, whose denials never come to the listener. */
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
	unsigned int runs;	  /* that had an allowed one, where several are in the record */
	uint64_t time_ns, max_ns; /* from entry to end: of all that ended, of the longest */
	struct {
		struct record_error *v;
		size_t n, cap;
	} errors;
	struct record_values values[SYS_ARGS_MAX]; /* by argument; n is 0 where none are kept */
	struct record_stack stack;		   /* of the first allowed call, on request */
	uint64_t first; /* that call, as the tracer has it (bpf/event.h); 0: not known */
	char *exe;	/* and its program; NULL: not known */
};

enum denial_by { BY_POLICY, BY_OTHER_FILTER, BY_PTRACE, BY_USER_DISPATCH, BY_UNEXPLAINED };

/* Where the policy says what decided. */
struct record_origin {
	size_t rule;	   /* its place among the policy's rules, if it is one */
	char *text;	   /* of the rule; NULL: no rule decided */
	char *file;	   /* NULL: it is written nowhere */
	unsigned int line; /* 0: an option */
	unsigned int col;
};

/* Calls that did not run, alike in ABI, number, rule and family arguments. */
struct record_denial {
	enum arch arch;
	uint32_t nr;
	uint64_t args[SYS_ARGS_MAX]; /* of the first; pointers are samples */
	struct action action;
	bool has_result; /* it "returned" what is no error: the action's number says nothing */
	int64_t result;
	uint64_t count;
	uint32_t arches; /* that the policy lists: bit 1 << enum arch */
	enum denial_by by;
	enum verdict_by verdict_by; /* BY_POLICY: what decided */
	struct record_origin origin;
	bool is_expected;	  /* action_is_expected() */
	bool is_interrupted;	  /* so it looked: not among the calls of its process */
	bool is_let_on;		  /* the call went on (complain mode), and counts as allowed */
	pid_t pid, tid, host_pid; /* of the first; pid and tid as in the pen */
	char comm[16];
	char *exe;		   /* its program; NULL: not known */
	uint64_t at_ns, last_ns;   /* of the first and the last, since the start of the command */
	struct record_stack stack; /* of the first */
	/* What its pointers led to when it ended, in words that are safe to print; NULL: not
	 * known. The kernel decided by the pointer alone. */
	char *seen[SYS_ARGS_MAX];
};

struct record_process {
	pid_t pid, host_pid, ppid; /* pid and ppid as in the pen */
	char *exe, *args;	   /* as the kernel names them; args are separated by NUL */
	size_t args_len;
	bool has_cut_exe, has_cut_args; /* what is known of them is their beginning */
	bool has_claimed_args;		/* what is not known is what the process itself showed */
	uint64_t start_ns, end_ns;	/* since the start of the command; end 0: not seen */
	int wait_status;		/* as wait(2) gives it */
	bool is_filtered;    /* some filter killed it, or its last call got SIGSYS from one */
	enum arch last_arch; /* that call */
	uint32_t last_nr;
	uint64_t calls, denied;
};

/* So many processes are kept, those that began first. */
enum { RECORD_PROCESSES_MAX = 16384 };

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

/* A folder whose files allowed calls used, or what a failed call named. */
struct record_path {
	enum arch arch;
	uint32_t nr;
	enum record_access access;
	int error; /* errno; 0: PATH is the folder */
	uint64_t count;
	char *path; /* absolute, as the caller's root has it, without "." and ".." */
};

/* An address that allowed calls named. */
struct record_peer {
	enum arch arch;
	uint32_t nr;
	int error;
	uint64_t count;
	char *text;	/* "AF_INET 127.0.0.1:80", safe to print */
	bool is_remote; /* of the internet, and not of this machine */
};

struct record_paths {
	struct record_path *v;
	size_t n, cap;
};
struct record_peers {
	struct record_peer *v;
	size_t n, cap;
};

/* What was asked for of files and peers (--paths). */
struct record_files {
	struct record_paths paths; /* by path, ascending */
	struct record_peers peers;
	uint64_t lost;	     /* calls whose path or folder found no room */
	uint64_t unresolved; /* calls whose path was not readable, too long, or led through ".." */
};

/* Calls that ran though the policy denies them, alike in what the trace keeps of arguments. */
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

/* Calls whose number found no room: they are in no row of the calls, but in the sums. */
struct record_rest {
	uint64_t allowed, denied, failed;
	uint64_t let_on; /* would have been denied */
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
	struct record_failures failures;
	uint64_t let_through; /* of those, what no listener let go on: never, or a defect */
	uint64_t *rule_hits;  /* by rule->index: calls that the rule decided */
	size_t n_rules;
	bool has_times;
	bool has_exact_hits; /* no value that decides between rules went unkept */
	bool is_complaining; /* what the policy would stop went on */
	bool lacks_library;  /* libdw, by which functions get their names */
	bool is_unsure;	     /* this source may have missed a denied call, and could not know */
};

struct record_totals {
	uint64_t allowed, denied, expected, failed, logged;
	uint64_t would_deny; /* went on in complain mode */
};

/* Returns the sums over all calls and denials: denied without the expected ones. */
struct record_totals record_sum(const struct record *record);

/* Returns whether allowed calls were counted. */
static inline bool record_knows_calls(const struct record *record)
{
	return trace_source_row(record->source)->knows_calls;
}

/* Returns how many calls the policy denied, or would have, without the expected ones: what check
 * fails on. */
uint64_t record_violations(const struct record *record);

/* Returns whether something was lost, or stays unexplained. */
bool record_has_losses(const struct record *record);

/* Returns whether all calls are known: nothing was lost, and the source sees all. */
bool record_is_complete(const struct record *record);

/* Returns kind I of what a trace of this run cannot see, in words, or NULL past the last one. */
const char *record_unseen(const struct record *record, size_t i);

/* Counts the calls of *denial as denied ones of their call. A call that is not there yet is added
 * at the end: then record_sort() must be called. */
void record_count_denied(struct record *record, const struct record_denial *denial);

/* Puts calls and denials into their order. */
void record_sort(struct record *record);

/* Returns the row of a call among those in order, or NULL. */
struct record_call *record_find_call(const struct record *record, enum arch arch, uint32_t nr);

/*
 * Several runs of one command in the record of the last: record_begin_runs() counts its calls as of
 * one run, record_add_run() adds another, of which nothing but calls, what was denied as expected
 * and losses is taken.
 */
void record_begin_runs(struct record *record);
void record_add_run(struct record *record, const struct record *run);

/* Returns the place of ORIGIN, whose file stays the origin's. */
static inline struct place record_place(const struct record_origin *origin)
{
	return (struct place){ origin->file, origin->line, origin->col };
}

/* Returns whether the same rule, or the same statement, is the origin of both. */
bool record_origin_is_same(const struct record_origin *a, const struct record_origin *b);

/* Frees what the denial owns; the denial itself stays the caller's. */
void record_finish_denial(struct record_denial *denial);

void record_finish(struct record *record);

#endif
