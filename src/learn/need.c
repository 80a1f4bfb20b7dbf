// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the policy being added to says about a recorded call. The values of each argument were kept,
 * but not which of them occurred together: all combinations are tried, as far as a rule for the
 * call tests them, and an argument whose values were not kept is tried with some that few
 * conditions match.
 */
#include "learn/need.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "filter/verdict.h"
#include "learn/call_family.h"

/* More would take long to try: the answer then says too little. */
enum { TRIES_MAX = 4096 };

static const uint64_t probes[] = { UINT64_MAX, 0, UINT64_C(0x5a5a5a5a5a5a5a5a) };

static const struct rule_call *find_call(const struct rule *rule, const struct record_call *call)
{
	if (!(rule->arches >> call->arch & 1))
		return NULL;
	for (size_t i = 0; i < rule->n_calls; i++)
		if (rule->calls[i].numbers[call->arch] == call->nr)
			return &rule->calls[i];
	return NULL;
}

/* Returns the start of the line before AT, which is a line start itself. */
static size_t line_before(const char *text, size_t at)
{
	if (at)
		at--;
	while (at && text[at - 1] != '\n')
		at--;
	return at;
}

static bool begins_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* Returns whether the line at TEXT is a comment that record writes above a denial. */
static bool is_mark(const char *text)
{
	static const char falls_back[] = " asked to fall back";
	size_t len = strcspn(text, "\r\n");

	return begins_with(text, "# not called") || begins_with(text, "# portable: for ") ||
	       begins_with(text, "# == Denied while recording") ||
	       (begins_with(text, "# ") && len > strlen(falls_back) &&
		begins_with(text + len - strlen(falls_back), falls_back));
}

size_t need_find_mark(const char *text, const struct rule *rule)
{
	size_t at = rule->lines.from;

	do {
		if (!at)
			return NEED_NO_MARK;
		at = line_before(text, at);
	} while (rule->action.is_known && begins_with(text + at, "deny "));
	return is_mark(text + at) ? at : NEED_NO_MARK;
}

/* Returns whether RULE is a denial of CALL that record wrote and nobody has edited. The one of
 * clone3 stays: a C library falls back to clone, whose flags can be tested. */
static bool is_ours(const struct need_source *source, const struct rule *rule,
		    const struct record_call *call)
{
	const struct rule_call *named = find_call(rule, call);

	if (!str_eq(rule->place.file, source->name) || rule->action.kind != ACTION_ERRNO ||
	    (rule->action.data != EPERM && rule->action.data != ENOSYS && !rule->action.is_known) ||
	    !named || !named->name || named->is_from_set)
		return false;
	if (rule->action.data == ENOSYS && str_eq(named->name, "clone3"))
		return false;
	return need_find_mark(source->text, rule) != NEED_NO_MARK;
}

/* Takes the VERDICT of one of the calls that may have been made. */
static void take_verdict(const struct need_source *source, const struct record_call *call,
			 const struct verdict *verdict, struct need *need)
{
	const struct rule *rule = verdict->rule;

	if (rule && !action_is_denial(&verdict->action)) {
		need->is_let = true;
	} else if (rule && is_ours(source, rule, call)) {
		if (!need->ours || rule->index < need->ours->index)
			need->ours = rule;
	} else if (rule && str_eq(rule->place.file, POLICY_BUILT_IN)) {
		/* It was in force while recording, too. */
		return;
	} else if (rule) {
		need->refused = need->refused ? need->refused : rule;
	} else if (verdict->by == VERDICT_ARCH) {
		need->is_no_arch = true;
	} else {
		need->is_open = true;
	}
}

static unsigned int find_tested(const struct policy *policy, const struct record_call *call)
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);
	unsigned int tested = 0;

	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		if (find_call(rule, call))
			tested |= expr_tested_args(rule->expr, row, call->arch);
		for (size_t k = 0; k < rule->n_calls; k++)
			if (call->arch == ARCH_X86 && rule->calls[k].multiplex.mask &&
			    rule->calls[k].multiplex.nr == call->nr)
				tested |= 1;
	}
	return tested;
}

/* Sets argument ARG to its value number AT; returns whether there is one. */
static bool set_value(const struct record_call *call, unsigned int tested, size_t arg, size_t at,
		      uint64_t *ret_value)
{
	const struct record_values *values = &call->values[arg];
	bool has_more = (tested >> arg & 1) && (!values->n || call->other);

	if (at < values->n)
		*ret_value = values->v[at];
	else if (has_more && at - values->n < ARRAY_SIZE(probes))
		*ret_value = probes[at - values->n];
	else
		*ret_value = UINT64_MAX;
	return at < values->n || (has_more && at - values->n < ARRAY_SIZE(probes)) ||
	       (!values->n && !at);
}

/* Advances AT, the indexes of the values, to the next combination. */
static bool step(const struct record_call *call, unsigned int tested, size_t at[SYS_ARGS_MAX],
		 uint64_t args[SYS_ARGS_MAX])
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		if ((tested >> i & 1) && set_value(call, tested, i, ++at[i], &args[i]))
			return true;
		at[i] = 0;
		set_value(call, tested, i, 0, &args[i]);
	}
	return false;
}

bool need_is_barrier(const struct need_source *source, const struct rule *rule,
		     const struct record_call *call)
{
	return action_is_denial(&rule->action) && find_call(rule, call) &&
	       !is_ours(source, rule, call);
}

/* What is added before a denial is also added before those after it: someone else's denial of the
 * rest of the call stays in force. */
static void heed_later(const struct need_source *source, const struct record_call *call,
		       struct need *need)
{
	for (size_t i = 0; need->ours && i < source->policy->n_rules; i++) {
		const struct rule *rule = source->policy->rules[i];

		if (rule->index > need->ours->index && !rule->expr &&
		    need_is_barrier(source, rule, call)) {
			need->refused = rule;
			need->ours = NULL;
		}
	}
}

struct need need_find(const struct need_source *source, const struct record_call *call)
{
	unsigned int tested = find_tested(source->policy, call);
	struct seccomp_data data = { .nr = (int)call->nr,
				     .arch = arch_get(call->arch)->audit_arch };
	size_t at[SYS_ARGS_MAX] = { 0 };
	uint64_t args[SYS_ARGS_MAX];
	struct need need = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		set_value(call, tested, i, 0, &args[i]);
	do {
		struct verdict verdict;

		memcpy(data.args, args, sizeof(data.args));
		verdict = policy_verdict(source->policy, &data);
		take_verdict(source, call, &verdict, &need);
	} while (++n < TRIES_MAX && step(call, tested, at, args));
	need.is_open |= n == TRIES_MAX;
	heed_later(source, call, &need);
	return need;
}
