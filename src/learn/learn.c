// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A record as a policy that a person would sign: what ran and how much of it was seen, then rules
 * by purpose. The rules are never narrower than the run: what a condition cannot express becomes
 * the bare name, and a comment says so.
 */
#include "learn/learner.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "filter/verdict.h"
#include "learn/call_family.h"
#include "learn/need.h"
#include "learn/purpose.h"
#include "policy/parse.h"

enum { BASE_CALLS_LEAST = 8 };

static bool is_let(const struct verdict *verdict)
{
	return verdict->by == VERDICT_RULE && !action_is_denial(&verdict->action);
}

/* Returns whether <base> lets the call through with every value that was seen for argument ARG. */
static bool base_takes_values(const struct policy *base, const struct record_call *call, size_t arg)
{
	struct seccomp_data data = {
		.nr = (int)call->nr,
		.arch = arch_get(call->arch)->audit_arch,
	};

	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		data.args[i] = call->values[i].n ? call->values[i].v[0] : UINT64_MAX;

	for (size_t i = 0; i < (call->values[arg].n ? call->values[arg].n : 1); i++) {
		struct verdict verdict;

		data.args[arg] = call->values[arg].n ? call->values[arg].v[i] : UINT64_MAX;
		verdict = policy_verdict(base, &data);
		if (!is_let(&verdict))
			return false;
	}
	return true;
}

/*
 * Returns whether <base> alone is enough. Its conditions test one argument; one whose values were
 * not kept is tried with a value that none of its conditions matches.
 */
static bool is_covered(const struct policy *base, const struct record_call *call)
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);

	if (!base || !row || (call->other && family_is_tested(call)))
		return false;
	for (size_t arg = 0; arg < (row->n_args ? row->n_args : 1); arg++)
		if (!base_takes_values(base, call, arg))
			return false;
	return true;
}

bool learner_has_in_base(const struct learner *learner, const struct record_call *call)
{
	const struct policy *base = learner->base;

	return !family_is_vital(call) && is_covered(base, call);
}

/* Returns whether <base> would let the call through whatever its arguments. */
static bool is_bare_in_base(const struct policy *base, const struct record_call *call)
{
	struct record_call bare = { .arch = call->arch, .nr = call->nr };

	return base && base_takes_values(base, &bare, 2);
}

static bool is_for(const struct learner *learner, const struct record_call *call, enum arch arch,
		   enum purpose purpose)
{
	struct need need;

	if (!call->allowed || call->arch != arch || purpose_of(call->arch, call->nr) != purpose)
		return false;
	if (!learner->old)
		return !learner_has_in_base(learner, call);
	need = need_find(learner->old, call);
	return need.is_open && !need.ours;
}

/* Writes the rule of a call that has its own, or keeps it for those that share one. */
static void write_or_keep(const struct learner *learner, const struct record_call *call,
			  const char *suffix, struct learner_calls *plain)
{
	struct strbuf condition = { 0 }, note = { 0 }, name = { 0 };

	family_condition(call, learner->source, &condition, &note);
	if (!condition.len && !note.len) {
		*array_append(plain) = call;
	} else if (!condition.len) {
		learner_format_call(&name, call);
		learner_write_count(learner, call, note.text);
		fprintf(learner->to, "allow %s%s\n", name.text, suffix);
	}
	strbuf_finish(&condition);
	strbuf_finish(&note);
	strbuf_finish(&name);
}

static void write_conditional(const struct learner *learner, const struct record_call *call,
			      const char *suffix)
{
	struct strbuf line = { 0 }, condition = { 0 }, note = { 0 };

	family_condition(call, learner->source, &condition, &note);
	if (condition.len) {
		learner_write_count(learner, call, note.len ? note.text : "");
		learner_format_call(&line, call);
		fprintf(learner->to, "allow %s%s if %s\n", line.text, suffix, condition.text);
		if (is_bare_in_base(learner->base, call))
			fprintf(learner->to,
				"# not called otherwise; <base> would allow it\n"
				"deny EPERM %s%s\n",
				line.text, suffix);
	}
	strbuf_finish(&line);
	strbuf_finish(&condition);
	strbuf_finish(&note);
}

void learner_write_purpose(const struct learner *learner, enum arch arch, enum purpose purpose,
			   const char *suffix)
{
	struct learner_calls plain = { 0 };
	bool has_any = false;

	for (size_t i = 0; i < learner->record->calls.n; i++)
		has_any |= is_for(learner, &learner->record->calls.v[i], arch, purpose);
	if (!has_any)
		return;
	fprintf(learner->to, "\n# == %s%s\n", purpose_about(purpose), suffix);
	for (size_t i = 0; i < learner->record->calls.n; i++)
		if (is_for(learner, &learner->record->calls.v[i], arch, purpose))
			write_or_keep(learner, &learner->record->calls.v[i], suffix, &plain);
	learner_write_plain(learner, &plain, suffix);
	free(plain.v);
	for (size_t i = 0; i < learner->record->calls.n; i++)
		if (is_for(learner, &learner->record->calls.v[i], arch, purpose))
			write_conditional(learner, &learner->record->calls.v[i], suffix);
}

bool learner_has_call(const struct record *record, enum arch arch, uint32_t nr)
{
	for (size_t i = 0; i < record->calls.n; i++)
		if (record->calls.v[i].arch == arch && record->calls.v[i].nr == nr)
			return record->calls.v[i].allowed;
	return false;
}

/* <base> fits a program that was started by the loader, which then names most of its calls. */
static bool fits_base(const struct record *record, const struct policy *base)
{
	const struct learner learner = { .base = base };
	size_t n = 0;

	for (size_t i = 0; base && i < record->calls.n; i++)
		n += record->calls.v[i].allowed &&
		     learner_has_in_base(&learner, &record->calls.v[i]);
	return n >= BASE_CALLS_LEAST;
}

void learn_write_policy(const struct learn_source *source, FILE *to)
{
	const struct record *record = source->record;
	bool has_many = learner_has_arch(record, ARCH_X86) || learner_has_arch(record, ARCH_X32);
	const struct policy_source base_source = { .files = &(const char *){ "<base>" },
						   .n_files = 1 };
	struct learner learner = { .source = source,
				   .record = record,
				   .program = learner_only_program(record),
				   .to = to };
	struct policy *base = NULL;
	struct diags diags = { 0 };

	if (!policy_parse(&base_source, &base, &diags) && fits_base(record, base))
		learner.base = base;
	learner_write_head(&learner);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		char suffix[32] = "";

		if (has_many)
			snprintf(suffix, sizeof(suffix), " on %s", arch_get(arch)->name);
		for (enum purpose purpose = 0; purpose < PURPOSE_COUNT; purpose++)
			learner_write_purpose(&learner, arch, purpose, suffix);
		learner_write_denied(&learner, arch, suffix);
		learner_write_mapping(&learner, arch, suffix);
		if (!source->is_portable)
			learner_write_fallbacks(&learner, arch, suffix);
		else if (arch == arch_native() || learner_has_arch(record, arch))
			learner_write_siblings(&learner, arch, suffix);
	}
	if (learner.base)
		fputs("\n# What every dynamic program needs and what can do no harm\n"
		      "include <base>\n",
		      to);
	diags_finish(&diags);
	policy_destroy(base);
}
