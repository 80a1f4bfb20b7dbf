/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program for the kernel: compiled from a policy, simulated, proved. */
#ifndef PINFOLD_FILTER_FILTER_H
#define PINFOLD_FILTER_FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "base/diag.h"
#include "filter/verdict.h"

/*
 * The calls of the launch, which pass when the cookie is their sixth argument: execveat, which
 * starts the command, and, in a filter with a listener, sendmsg, which hands the listener over. The
 * kernel ignores the sixth argument of both.
 */
enum { FILTER_LAUNCH_CALLS = 2 };

/* The instructions whose k takes the halves of the launch cookie. */
struct filter_cookie {
	size_t lo, hi; /* 0: none */
};

/* What a return instruction stands for. */
struct filter_outcome {
	struct verdict verdict;
	/* No condition led here: the call's number says which verdict decides (struct
	 * filter_number), as all that return the same to the kernel share a return. VERDICT is
	 * one of them. */
	bool is_by_number;
};

/* The numbers from FIRST to the next row's, and their verdict where no condition decides. */
struct filter_number {
	uint32_t first;
	struct verdict verdict;
};

struct filter_numbers {
	struct filter_number *v; /* sorted; the first row is for 0 */
	size_t n, cap;
};

struct filter {
	struct sock_filter *prog;
	size_t len;			/* instructions, at most BPF_MAXINSNS */
	unsigned int flags;		/* enum filter_flags */
	struct filter_outcome *returns; /* for each return instruction */
	/* By the ABI that has number 0 under the call's AUDIT_ARCH: x32 is in x86_64's. Without
	 * rows, no call of it passes. */
	struct filter_numbers numbers[ARCH_COUNT];
	struct filter_cookie cookies[FILTER_LAUNCH_CALLS];
	struct policy *built_in; /* FILTER_COMPLAIN: the built-in rules for every ABI; else NULL */
};

enum filter_flags {
	FILTER_LAUNCH_COOKIE = 1, /* let the calls of the launch through */
	/* What the policy denies with an errno goes to the filter's listener, which answers it. */
	FILTER_NOTIFY = 2,
	/* Everything the policy stops goes to the listener, which may let the call continue. */
	FILTER_COMPLAIN = 4,
	/* With one of the two: what the policy allows goes to the listener, too, which lets it
	 * continue; but not what it logs, which only the kernel does. */
	FILTER_CALLS = 8,
};

/*
 * Compiles POLICY, which must outlive the filter. Returns 0 with *ret_filter, which the caller
 * frees with filter_destroy(), or -E2BIG with an error in DIAGS that names the largest calls.
 */
int filter_compile(const struct policy *policy, unsigned int flags, struct filter **ret_filter,
		   struct diags *diags);

void filter_destroy(struct filter *filter);

/* Returns what a filter compiled with FLAGS returns for VERDICT: SECCOMP_RET_* | data. */
uint32_t filter_return(const struct verdict *verdict, unsigned int flags);

/* Returns the name of quiet call I, or NULL past the last one. */
const char *filter_quiet_call(size_t i);

/*
 * Returns whether a call is quiet: it never returns to its caller, which has no instruction after
 * it. A signal that takes it from a listener would make it return EINTR there. If the policy allows
 * it, it passes without a listener even with FILTER_CALLS.
 */
bool filter_is_quiet(enum arch arch, uint32_t nr);

/* Returns launch call I of a filter compiled with FLAGS, or NULL past the last one. */
const char *filter_launch_call(unsigned int flags, size_t i);

/* Puts the launch cookie into a copy of the program that the caller owns (filter->len
 * instructions); only the child that launches the command does this. */
void filter_set_cookie(const struct filter *filter, struct sock_filter *prog, uint64_t cookie);

/*
 * Runs the program PROG of LEN instructions on DATA as the kernel would (classic BPF with seccomp's
 * rules). Returns 0 with the return value and the index of the instruction that returned it (either
 * may be NULL), or -EINVAL for a program that the kernel would refuse.
 */
int filter_simulate(const struct sock_filter *prog, size_t len, const struct seccomp_data *data,
		    uint32_t *ret_value, size_t *ret_insn);

/* Returns what decided the call DATA, given that FILTER returned at instruction INSN. */
struct verdict filter_verdict_at(const struct filter *filter, size_t insn,
				 const struct seccomp_data *data);

/* Returns the row of NUMBERS, which is not empty, that contains NR. */
const struct filter_number *filter_find_number(const struct filter_numbers *numbers, uint32_t nr);

/*
 * Returns what decided the call DATA in FILTER, by simulation with a cookie that never matches.
 * With FILTER_COMPLAIN, a call of an ABI that the policy does not list may continue, so what no
 * policy can allow gets the action of the built-in rules there too.
 */
struct verdict filter_decide(const struct filter *filter, const struct seccomp_data *data);

/*
 * Proves that FILTER returns POLICY's verdict for every ABI, number and argument. Returns 0,
 * -EINVAL with an error in DIAGS that contains a call for which they differ, or -E2BIG when the
 * proof would exceed its work limit.
 */
int filter_prove(const struct filter *filter, const struct policy *policy, struct diags *diags);

#endif
