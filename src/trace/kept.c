// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/kept.h"

#include "sys/syscall.h"

/* Keeping arguments takes time. Which rule let a call through matters to reports, and if calls that
 * the policy stops go on, or calls are logged. */
enum keep kept_choose(const struct trace_options *options, const struct policy *policy,
		      const struct filter *filter)
{
	if (options->wants_values)
		return KEEP_VALUES;
	return !filter || filter->flags & FILTER_COMPLAIN || policy_has_action(policy, ACTION_LOG)
		       ? KEEP_TESTED
		       : KEEP_NUMBERS;
}

bool kept_has_requests(const struct trace_options *options, const struct filter *filter)
{
	return filter && filter->flags & FILTER_COMPLAIN && !options->is_raw &&
	       options->stacks != TRACE_STACKS_OFF;
}

/* A number has one verdict unless the policy tests its arguments. */
static bool may_be_denied(const struct filter *filter, const struct kept_args *tested,
			  enum arch arch, uint32_t nr)
{
	const struct seccomp_data data = { .nr = (int)nr, .arch = arch_get(arch)->audit_arch };
	struct verdict verdict;

	if (keys_kept(tested, arch, nr))
		return true;
	verdict = filter_decide(filter, &data);
	return action_is_denial(&verdict.action);
}

void kept_mark_requested(const struct policy *policy, const struct filter *filter,
			 struct kept_args *kept)
{
	struct kept_args tested;

	keys_choose(policy, KEEP_TESTED, &tested);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		enum arch arch = (enum arch)(slot / SLOTS_PER_ABI);
		uint32_t nr = slot % SLOTS_PER_ABI;

		if (arch == ARCH_X32)
			nr |= SYS_X32_BIT;
		if (may_be_denied(filter, &tested, arch, nr))
			kept->of[slot] |= KEY_REQUESTED;
	}
}
