// SPDX-License-Identifier: GPL-2.0-or-later
/* A compiled filter: its cookie, its destruction, and what it decides. */
#include "filter/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

void filter_destroy(struct filter *filter)
{
	if (!filter)
		return;
	free(filter->prog);
	free(filter->returns);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		free(filter->numbers[arch].v);
	policy_destroy(filter->built_in);
	free(filter);
}

static bool goes_to_listener(const struct verdict *verdict, unsigned int flags)
{
	const struct action *action = &verdict->action;

	if (action->kind == ACTION_ALLOW)
		return flags & FILTER_CALLS && verdict->by != VERDICT_LAUNCH && !verdict->is_quiet;
	if (flags & FILTER_COMPLAIN)
		return action_is_denial(action);
	return flags & FILTER_NOTIFY && action->kind == ACTION_ERRNO;
}

uint32_t filter_return(const struct verdict *verdict, unsigned int flags)
{
	return goes_to_listener(verdict, flags) ? SECCOMP_RET_USER_NOTIF
						: action_to_ret(&verdict->action);
}

const char *filter_quiet_call(size_t i)
{
	static const char *const names[] = { "exit", "exit_group", "rt_sigreturn", "sigreturn" };

	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

bool filter_is_quiet(enum arch arch, uint32_t nr)
{
	const char *name = sys_call_name(arch, nr), *quiet;

	for (size_t i = 0; name && (quiet = filter_quiet_call(i)); i++)
		if (str_eq(name, quiet))
			return true;
	return false;
}

const char *filter_launch_call(unsigned int flags, size_t i)
{
	static const char *const names[FILTER_LAUNCH_CALLS] = { "execveat", "sendmsg" };
	size_t n = 0;

	if (flags & FILTER_LAUNCH_COOKIE)
		n = flags & (FILTER_NOTIFY | FILTER_COMPLAIN) ? 2 : 1;
	return i < n ? names[i] : NULL;
}

void filter_set_cookie(const struct filter *filter, struct sock_filter *prog, uint64_t cookie)
{
	for (size_t i = 0; filter_launch_call(filter->flags, i); i++) {
		prog[filter->cookies[i].lo].k = (uint32_t)cookie;
		prog[filter->cookies[i].hi].k = (uint32_t)(cookie >> 32);
	}
}

const struct filter_number *filter_find_number(const struct filter_numbers *numbers, uint32_t nr)
{
	size_t low = 0, high = numbers->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (numbers->v[middle].first <= nr)
			low = middle;
		else
			high = middle;
	}
	return &numbers->v[low];
}

static const struct verdict foreign = { .action = { .kind = ACTION_KILL_PROCESS },
					.by = VERDICT_ARCH };

struct verdict filter_verdict_at(const struct filter *filter, size_t insn,
				 const struct seccomp_data *data)
{
	enum arch arch = arch_of_call(data->arch, 0);

	if (!filter->returns[insn].is_by_number)
		return filter->returns[insn].verdict;
	if (arch == ARCH_NONE || !filter->numbers[arch].n)
		return foreign;
	return filter_find_number(&filter->numbers[arch], (uint32_t)data->nr)->verdict;
}

/* Runs FILTER on DATA with a cookie that does not occur in DATA. */
static int simulate_without_launch(const struct filter *filter, const struct seccomp_data *data,
				   size_t *ret_insn)
{
	auto_free struct sock_filter *prog = mem_alloc(filter->len * sizeof(*prog));

	memcpy(prog, filter->prog, filter->len * sizeof(*prog));
	filter_set_cookie(filter, prog, ~data->args[5]);
	return filter_simulate(prog, filter->len, data, NULL, ret_insn);
}

static void apply_built_in(const struct policy *built_in, const struct seccomp_data *data,
			   struct action *action)
{
	struct verdict verdict = policy_verdict(built_in, data);

	if (action_is_denial(&verdict.action))
		*action = verdict.action;
}

struct verdict filter_decide(const struct filter *filter, const struct seccomp_data *data)
{
	struct verdict verdict;
	size_t insn;

	if (filter_simulate(filter->prog, filter->len, data, NULL, &insn))
		return foreign;
	if (filter->returns[insn].verdict.by == VERDICT_LAUNCH &&
	    simulate_without_launch(filter, data, &insn))
		return foreign;
	verdict = filter_verdict_at(filter, insn, data);
	if (filter->built_in && verdict.by == VERDICT_ARCH)
		apply_built_in(filter->built_in, data, &verdict.action);
	return verdict;
}
