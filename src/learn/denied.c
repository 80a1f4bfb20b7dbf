// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What was denied while recording, as rules that deny it again: the program coped, and checking the
 * policy must not fail because of what its own recording denied.
 */
#include "learn/learner.h"

#include <errno.h>

#include "filter/verdict.h"
#include "policy/print.h"
#include "sys/name.h"

bool learner_asks_to_fall_back(const struct record_denial *denial)
{
	return denial->is_expected && denial->action.data == ENOSYS;
}

/* A rule that said ENOSYS asked for a fallback, which the default's errno would not trigger. The
 * same call with other arguments may already be allowed by name; then nothing is added. */
static void write_expected(const struct learner *learner, enum arch arch, const char *suffix)
{
	const struct record *record = learner->record;

	for (size_t i = 0; i < record->denials.n; i++) {
		const struct record_denial *denial = &record->denials.v[i];
		const char *name = sys_call_name(denial->arch, denial->nr);
		bool is_new = !learner_has_call(record, arch, denial->nr);

		for (size_t k = 0; k < i; k++)
			is_new = is_new && (record->denials.v[k].arch != arch ||
					    record->denials.v[k].nr != denial->nr);
		if (is_new && name && denial->arch == arch && learner_asks_to_fall_back(denial) &&
		    denial->origin.text)
			fprintf(learner->to, "\n# %s asked to fall back\ndeny ENOSYS %s%s\n", name,
				name, suffix);
	}
}

/* Returns whether the policy that --merge adds to says nothing about the call of DENIAL. */
static bool is_open_in_old(const struct policy *old, const struct record_denial *denial)
{
	struct seccomp_data data = { .nr = (int)denial->nr,
				     .arch = arch_get(denial->arch)->audit_arch };
	struct verdict verdict;

	memcpy(data.args, denial->args, sizeof(data.args));
	verdict = policy_verdict(old, &data);
	return verdict.by == VERDICT_DEFAULT && action_is_denial(&verdict.action);
}

/* A built-in rule denies some arguments of calls that are otherwise allowed; its condition is
 * kept. */
static const struct expr *condition_of(const struct learner *learner,
				       const struct record_denial *denial)
{
	const struct record_origin *origin = &denial->origin;
	const struct rule *rule = policy_rule(learner->source->policy, origin->rule);

	if (!rule || !origin->text || !origin->file || !str_eq(origin->file, POLICY_BUILT_IN))
		return NULL;
	return rule->expr;
}

bool learner_is_known(const struct learner *learner, const struct record_denial *denial)
{
	const struct policy *old = learner->source->old;

	if (denial->by != BY_POLICY || denial->action.kind != ACTION_ERRNO ||
	    denial->is_continued || !sys_call_name(denial->arch, denial->nr))
		return false;
	if (denial->is_expected && !denial->action.is_known)
		return false;
	if (!condition_of(learner, denial) &&
	    learner_has_call(learner->record, denial->arch, denial->nr))
		return false;
	return !old || is_open_in_old(old, denial);
}

static bool is_first(const struct learner *learner, size_t at)
{
	const struct record_denial *denials = learner->record->denials.v;

	for (size_t i = 0; i < at; i++)
		if (denials[i].arch == denials[at].arch && denials[i].nr == denials[at].nr &&
		    condition_of(learner, &denials[i]) == condition_of(learner, &denials[at]) &&
		    learner_is_known(learner, &denials[i]))
			return false;
	return true;
}

void learner_write_known(const struct learner *learner, enum arch arch, const char *suffix)
{
	const struct record *record = learner->record;
	bool has_any = false;

	for (size_t i = 0; i < record->denials.n; i++) {
		const struct record_denial *denial = &record->denials.v[i];
		struct action action = { .kind = ACTION_ERRNO,
					 .data = denial->action.data,
					 .is_known = true };
		struct strbuf line = { 0 };

		if (denial->arch != arch || !learner_is_known(learner, denial) ||
		    !is_first(learner, i))
			continue;
		if (!has_any)
			fputs("\n# == Denied while recording, and so known: no violation\n",
			      learner->to);
		has_any = true;
		action_format(&line, &action);
		strbuf_printf(&line, " %s%s", sys_call_name(arch, denial->nr), suffix);
		if (condition_of(learner, denial)) {
			strbuf_puts(&line, " if ");
			expr_print(condition_of(learner, denial), &line);
		}
		fprintf(learner->to, "%s\n", line.text);
		strbuf_finish(&line);
	}
}

void learner_write_denied(const struct learner *learner, enum arch arch, const char *suffix)
{
	write_expected(learner, arch, suffix);
	learner_write_known(learner, arch, suffix);
}
