/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that the kernel gets: compiled from a policy, simulated, proved. */
#ifndef PINFOLD_FILTER_FILTER_H
#define PINFOLD_FILTER_FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "base/diag.h"
#include "filter/verdict.h"

struct filter {
	struct sock_filter *prog;
	size_t len;		 /* instructions, at most BPF_MAXINSNS */
	struct verdict *returns; /* for each instruction that is a return: what decided */
	size_t cookie_lo,
		cookie_hi; /* instructions whose k takes the launch cookie's halves; 0: none */
};

enum filter_flags {
	FILTER_LAUNCH_COOKIE = 1, /* let execveat with the cookie as sixth register through */
};

/*
 * Compiles POLICY, which must outlive the filter. Gives 0 with *ret_filter, which the caller frees
 * by filter_destroy(), or -E2BIG with an error in DIAGS that names the largest calls.
 */
int filter_compile(const struct policy *policy, unsigned int flags, struct filter **ret_filter,
		   struct diags *diags);

void filter_destroy(struct filter *filter);

/* Puts the launch cookie into a copy of the program that the caller owns (filter->len
 * instructions): done in the launch child only. */
void filter_set_cookie(const struct filter *filter, struct sock_filter *prog, uint64_t cookie);

/*
 * Runs the program PROG of LEN instructions on DATA as the kernel would (classic BPF with
 * seccomp's rules). Gives 0 with the return value and the index of the instruction that returned
 * (either may be NULL), or -EINVAL for a program that the kernel would refuse.
 */
int filter_simulate(const struct sock_filter *prog, size_t len, const struct seccomp_data *data,
		    uint32_t *ret_value, size_t *ret_insn);

/* Gives what decided the call DATA in FILTER (by the simulator; the cookie never matches). */
struct verdict filter_decide(const struct filter *filter, const struct seccomp_data *data);

/*
 * Proves that FILTER gives POLICY's verdict for every ABI, number and argument. Gives 0, or
 * -EINVAL with an error in DIAGS that holds a call for which they differ, or -E2BIG when the
 * proof would take more cases than are allowed.
 */
int filter_prove(const struct filter *filter, const struct policy *policy, struct diags *diags);

#endif
