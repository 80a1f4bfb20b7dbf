// SPDX-License-Identifier: GPL-2.0-or-later
#include "denial/explain.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

/* linux/err.h, linux/errno.h */
enum { MAX_ERRNO = 4095, ERESTARTSYS = 512 };

struct verdict explain_decide(const struct filter *filter, enum arch arch, uint32_t nr,
			      const uint64_t args[SYS_ARGS_MAX])
{
	struct seccomp_data data = { .nr = (int)nr, .arch = arch_get(arch)->audit_arch };

	memcpy(data.args, args, sizeof(data.args));
	return filter_decide(filter, &data);
}

/* Whether the call seemed to run: a listener or a tracer can make it return anything. */
static bool has_result(const struct call_key *key)
{
	return key->how == DENIAL_RETURNED && (key->data <= 0 || key->data > MAX_ERRNO);
}

/* What the kernel did, as an action. Which kind of kill it was cannot be seen, and does not matter
 * here. */
static struct action observed_action(const struct call_key *key)
{
	static const enum action_kind kinds[] = {
		[DENIAL_RETURNED] = ACTION_ERRNO,
		[DENIAL_TRAPPED] = ACTION_TRAP,
		[DENIAL_KILLED] = ACTION_KILL_PROCESS,
		[DENIAL_SIGSYS] = ACTION_TRAP,
	};

	return (struct action){ .kind = kinds[key->how],
				.data = has_result(key) ? 0 : (uint16_t)key->data };
}

static bool is_kill(const struct action *action)
{
	return action->kind == ACTION_KILL_PROCESS || action->kind == ACTION_KILL_THREAD;
}

static bool is_same_action(const struct action *wanted, const struct call_key *key)
{
	struct action seen = observed_action(key);

	if (key->how == DENIAL_SIGSYS && is_kill(wanted))
		return true;
	if (is_kill(wanted) || is_kill(&seen))
		return is_kill(wanted) && is_kill(&seen);
	return wanted->kind == seen.kind && (int64_t)wanted->data == key->data;
}

/* The result that a call has from its entry until something sets another. */
static bool is_untouched(const struct call_key *key)
{
	return key->how == DENIAL_RETURNED && key->data == ENOSYS;
}

/* A process that is killed while its tracer holds it at the entry of a call goes no further, and no
 * filter was run; the tracer may be gone by then. */
static bool is_ended_unasked(const struct call_key *key)
{
	return key->flags & DENIAL_ENDING && is_untouched(key);
}

/* Under PTRACE_SYSEMU no filter is run at all. When a tracer sets the number of a call to -1,
 * filters never see the original call, and it may get any result. */
static bool is_stopped_by_tracer(const struct call_key *key)
{
	if (key->flags & DENIAL_EMULATED)
		return true;
	if (key->flags & DENIAL_HELD && is_ended_unasked(key))
		return true;
	return key->flags & DENIAL_PTRACED && key->nr == (uint32_t)-1 &&
	       key->how == DENIAL_RETURNED;
}

/* WANTED is NULL where no filter is ours. */
static enum denial_by find_author(const struct call_key *key, const struct action *wanted)
{
	if (key->flags & DENIAL_DISPATCHED)
		return BY_USER_DISPATCH;
	if (is_stopped_by_tracer(key))
		return BY_PTRACE;
	if (wanted && is_same_action(wanted, key))
		return BY_POLICY;
	if (key->flags & DENIAL_OWN_FILTER || (!wanted && key->how == DENIAL_KILLED))
		return BY_OTHER_FILTER;
	if (key->flags & DENIAL_PTRACED || is_ended_unasked(key))
		return BY_PTRACE;
	return BY_UNEXPLAINED;
}

/*
 * The kernel runs all filters and takes the strongest answer, or of equal ones the newest filter's:
 * a call that the policy denies is the policy's denial even if the error number is another
 * filter's. An expected denial is one that the program copes with, and there its own filter's
 * answer counts as much; where the policy is not enforced, another filter can only have come first.
 */
static bool is_denied_too(const struct filter *filter, const struct action *action)
{
	return action_is_denial(action) &&
	       (filter->flags & FILTER_COMPLAIN || !action_is_expected(action));
}

/* When a built-in rule decides, the filter does not say whether a rule of the policy marks the call
 * as known. */
static bool is_known(const struct policy *policy, const struct verdict *verdict,
		     const struct record_denial *denial)
{
	struct seccomp_data data = { .nr = (int)denial->nr,
				     .arch = arch_get(denial->arch)->audit_arch };

	if (!verdict->rule || !str_eq(verdict->rule->place.file, POLICY_BUILT_IN))
		return verdict->action.is_known;
	memcpy(data.args, denial->args, sizeof(data.args));
	return policy_verdict(policy, &data).action.is_known;
}

static struct record_origin origin_of(const struct policy *policy, const struct verdict *verdict)
{
	const struct place place = verdict_place(policy, verdict);

	return (struct record_origin){
		.rule = verdict->rule ? verdict->rule->index : 0,
		.text = verdict->rule ? mem_strdup(verdict->rule->text) : NULL,
		.file = place.file ? mem_strdup(place.file) : NULL,
		.line = place.line,
		.col = place.col,
	};
}

void explain_by_policy(const struct policy *policy, const struct verdict *verdict,
		       struct record_denial *denial)
{
	denial->by = BY_POLICY;
	denial->action = verdict->action;
	denial->verdict_by = verdict->by;
	denial->origin = origin_of(policy, verdict);
	denial->action.is_known = is_known(policy, verdict, denial);
	denial->is_expected = action_is_expected(&denial->action);
	denial->arches = policy->arches;
}

void explain_first(const struct call_key *key, const struct denial_value *value,
		   struct record_denial *denial)
{
	denial->arch = (enum arch)key->abi;
	denial->nr = key->nr;
	denial->count = value->count;
	denial->pid = (pid_t)value->pid;
	denial->tid = (pid_t)value->tid;
	denial->host_pid = (pid_t)value->host_pid;
	denial->at_ns = value->at_ns;
	denial->last_ns = value->last_ns;
	memcpy(denial->args, value->args, sizeof(denial->args));
	memcpy(denial->comm, value->comm, sizeof(denial->comm));
	denial->comm[sizeof(denial->comm) - 1] = '\0';
}

bool explain_is_undecided(const struct filter *filter, const struct call_key *key,
			  const uint64_t args[SYS_ARGS_MAX])
{
	struct verdict verdict;

	if (!(key->flags & DENIAL_INTERRUPTED))
		return false;
	if (!filter)
		return true;
	verdict = explain_decide(filter, (enum arch)key->abi, key->nr, args);
	return !action_is_denial(&verdict.action);
}

/* For a call that looked interrupted, the key's data is its process. */
static struct call_key what_was_seen(const struct call_key *key)
{
	struct call_key seen = *key;

	if (key->flags & DENIAL_INTERRUPTED)
		seen.data = ERESTARTSYS;
	return seen;
}

void explain_denial(const struct policy *policy, const struct filter *filter,
		    const struct call_key *key, const struct denial_value *value,
		    struct record_denial *ret_denial)
{
	const struct call_key seen = what_was_seen(key);
	struct record_denial denial = {
		.action = observed_action(&seen),
		.is_interrupted = key->flags & DENIAL_INTERRUPTED,
	};
	struct verdict verdict = { 0 };

	if (filter)
		verdict = explain_decide(filter, (enum arch)seen.abi, seen.nr,
					 (const uint64_t *)seen.args);
	denial.by = find_author(&seen, filter ? &verdict.action : NULL);
	if (denial.by == BY_OTHER_FILTER && filter && is_denied_too(filter, &verdict.action))
		denial.by = BY_POLICY;
	denial.has_result = has_result(&seen);
	denial.result = denial.has_result ? -seen.data : 0;
	explain_first(&seen, value, &denial);
	if (denial.by == BY_POLICY)
		explain_by_policy(policy, &verdict, &denial);
	*ret_denial = denial;
}
