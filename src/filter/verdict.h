/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The meaning of a policy: which rule decides a call. Evaluated directly, with nothing compiled. */
#ifndef PINFOLD_FILTER_VERDICT_H
#define PINFOLD_FILTER_VERDICT_H

#include <linux/seccomp.h>

#include "policy/expr.h"
#include "policy/policy.h"

struct verdict {
	struct action action;
	enum verdict_by by;
	const struct rule *rule; /* owned by the policy; NULL unless VERDICT_RULE */
	bool is_quiet;		 /* of a call that no listener may hold up: filter_is_quiet() */
};

/* Returns POLICY's verdict on the call DATA, which is what the kernel would pass to a filter
 * (instruction_pointer is not used). */
struct verdict policy_verdict(const struct policy *policy, const struct seccomp_data *data);

/* The outcome of one test of a rule for one call. */
struct verdict_test {
	const struct rule *rule;
	const struct test *test;
	struct operand operand;
	uint64_t value; /* of the argument, truncated to its width; before the test's mask */
	bool is_true;
};

/*
 * Like policy_verdict(), and calls ON_TEST for every test that was evaluated, in order, up to the
 * one that decided. Tests that do not apply to a multiplexed form (socketcall, ipc) are not
 * reported.
 */
struct verdict verdict_explain(const struct policy *policy, const struct seccomp_data *data,
			       void (*on_test)(const struct verdict_test *test, void *context),
			       void *context);

/* Returns whether two verdicts are the same: action, reason and rule; whether the call is quiet is
 * the filter's affair. */
bool verdict_is_same(const struct verdict *a, const struct verdict *b);

/* Returns where the verdict was written: the place of the rule, or of default or unknown; file is
 * NULL when it was not written anywhere. */
struct place verdict_place(const struct policy *policy, const struct verdict *verdict);

#endif
