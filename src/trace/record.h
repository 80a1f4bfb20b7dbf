/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened in one run: plain data, no kernel handles. Made by a trace source, read by
 * reports and by learn/.
 */
#ifndef PINFOLD_TRACE_RECORD_H
#define PINFOLD_TRACE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "policy/policy.h"
#include "sys/arch.h"
#include "sys/syscall.h"

enum trace_source { TRACE_NONE, TRACE_EBPF };

/* What was not seen; any of them not 0: the trace is not complete. */
struct record_lost {
	uint64_t events;      /* the ring buffer was full */
	uint64_t map_full;    /* a map was full */
	uint64_t missed_runs; /* the kernel skipped a program (recursion) */
	uint64_t tasks;       /* no storage for a task */
	uint64_t missed_exits;/* a call was entered while another had not ended */
};

struct record_error {
	int number; /* errno */
	uint64_t count;
};

/* The values seen in one argument of a call. */
struct record_values {
	uint8_t arg;
	uint64_t *v;
	size_t n, cap;
	uint64_t other; /* calls whose value was not kept */
};

/* One system call by ABI and number. */
struct record_call {
	enum arch arch;
	uint32_t nr; /* x32 with SYS_X32_BIT */
	uint64_t allowed, denied, failed, restarted, logged;
	struct record_error *errors;
	size_t n_errors, errors_cap;
	struct record_values values[SYS_ARGS_MAX];
	size_t n_values;
};

enum denial_by { BY_POLICY, BY_OTHER_FILTER, BY_PTRACE, BY_UNEXPLAINED };

/* Calls that did not run, alike in ABI, number, rule and family arguments. */
struct record_denial {
	enum arch arch;
	uint32_t nr;
	uint64_t args[SYS_ARGS_MAX]; /* of the first; pointers are samples */
	struct action action;
	uint64_t count;
	enum denial_by by;
	const struct rule *rule;  /* BY_POLICY: owned by the policy; NULL: default, unknown or ABI */
	struct place place;       /* where the verdict is written; file NULL: built in */
	bool is_expected;         /* denied with ENOSYS: asks libc to fall back */
	pid_t pid, tid, host_pid; /* of the first; pid and tid as in the pen */
	char comm[16];
	uint64_t at_ns;           /* since the start of the command */
};

struct record_process {
	pid_t pid, host_pid, ppid; /* pid and ppid as in the pen */
	char *exe, *args;          /* as the kernel names them; args are separated by NUL */
	size_t args_len;
	uint64_t start_ns, end_ns; /* since the start of the command; end 0: not seen */
	int wait_status;           /* as wait(2) gives it */
	uint64_t calls, denied;
};

struct record {
	enum trace_source source;
	char *why; /* why it is not ebpf; NULL: it is, or it was not wished */
	struct record_lost lost;
	struct { struct record_call *v; size_t n, cap; } calls;
	struct { struct record_denial *v; size_t n, cap; } denials;
	struct { struct record_process *v; size_t n, cap; } processes;
	uint64_t *rule_hits; /* by rule->index */
	size_t n_rules;
	uint64_t io_uring_setups; /* operations of io_uring pass no tracepoint of calls */
};

struct record_totals {
	uint64_t allowed, denied, expected, failed, logged;
};

/* Gives the sums over all calls and denials: denied without the expected ones. */
struct record_totals record_sum(const struct record *record);

/* Gives whether nothing was lost and nothing stays unexplained. */
bool record_is_complete(const struct record *record);

void record_finish(struct record *record);

#endif
