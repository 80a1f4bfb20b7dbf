// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Denials in addition to what was seen, without which the policy would have gaps that lint warns
 * about: a newer call that was not made needs ENOSYS for a C library to fall back to the older one,
 * and memory that is both writable and executable must not be available through a call of <base>
 * when another one is restricted.
 */
#include <errno.h>
#include <linux/sched.h>

#include "base/mem.h"
#include "filter/verdict.h"
#include "learn/call_family.h"
#include "learn/learner.h"
#include "sys/fallback.h"

static const char *const mapping[] = { "mmap", "mmap2", "mprotect" };

/* Returns the call NAME of ARCH as if it had been made, or one without a number. */
static struct record_call bare_call(enum arch arch, const char *name)
{
	const struct sys_call *row = sys_call_find(arch, name);

	return (struct record_call){ .arch = arch,
				     .nr = row ? (uint32_t)row->nr[arch] : UINT32_MAX,
				     .allowed = 1 };
}

static bool was_sent_back(const struct record *record, enum arch arch, uint32_t nr)
{
	for (size_t i = 0; i < record->denials.n; i++)
		if (record->denials.v[i].arch == arch && record->denials.v[i].nr == nr &&
		    learner_asks_to_fall_back(&record->denials.v[i]))
			return true;
	return false;
}

/* Returns whether no rule mentions NAME and no call of it was recorded. */
static bool is_unspoken(const struct learner *learner, enum arch arch, const char *name)
{
	struct record_call call = bare_call(arch, name);
	struct need need = { .is_open = true };

	if (learner->old)
		need = need_find(learner->old, &call);
	if (!need.is_open || need.is_let || need.refused || need.ours)
		return false;
	return call.nr != UINT32_MAX && !learner_has_call(learner->record, arch, call.nr) &&
	       !was_sent_back(learner->record, arch, call.nr) &&
	       !learner_has_in_base(learner, &call);
}

void learner_write_fallbacks(const struct learner *learner, enum arch arch, const char *suffix)
{
	const struct sys_fallback *pair;
	struct strbuf names = { 0 };

	for (size_t i = 0; (pair = sys_fallback_row(i)); i++) {
		struct record_call older = bare_call(arch, pair->older);

		if (older.nr != UINT32_MAX && is_unspoken(learner, arch, pair->newer) &&
		    learner_has_call(learner->record, arch, older.nr))
			strbuf_printf(&names, " %s", pair->newer);
	}
	if (names.len)
		fprintf(learner->to,
			"\n# not called; libc falls back to the older call only on ENOSYS\n"
			"deny ENOSYS%s%s\n",
			names.text, suffix);
	strbuf_finish(&names);
}

/* Returns whether a call of ARCH, or of any ABI for ARCH_NONE, got a condition on how memory is
 * mapped. */
static bool has_narrow(const struct learner *learner, enum arch arch)
{
	for (size_t i = 0; i < learner->record->calls.n; i++) {
		const struct record_call *call = &learner->record->calls.v[i];

		if ((call->arch == arch || arch == ARCH_NONE) && call->allowed && !call->other &&
		    family_is_vital(call))
			return true;
	}
	return false;
}

/* i386's mmap has its arguments behind a pointer. */
static bool has_protection(const struct record_call *call)
{
	return sys_call_arg(sys_call_by_nr(call->arch, call->nr), "prot") >= 0;
}

static void write_mapping(const struct learner *learner, const struct strbuf *names,
			  const char *suffix, const char *what, const char *condition)
{
	if (names->len)
		fprintf(learner->to, "\n# not called; <base> would let it %s\ndeny EPERM%s%s%s\n",
			what, names->text, suffix, condition);
}

void learner_write_mapping(const struct learner *learner, enum arch arch, const char *suffix)
{
	struct strbuf names = { 0 }, narrow = { 0 };
	bool is_mapping = has_narrow(learner, arch);

	if (!learner->base || learner->source->args == LEARN_ARGS_OFF ||
	    !learner_has_arch(learner->record, arch) || !has_narrow(learner, ARCH_NONE))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(mapping); i++) {
		struct record_call call = bare_call(arch, mapping[i]);

		if (call.nr != UINT32_MAX && !learner_has_call(learner->record, arch, call.nr))
			strbuf_printf(is_mapping && has_protection(&call) ? &narrow : &names, " %s",
				      mapping[i]);
	}
	write_mapping(learner, &names, suffix, "map memory in any way", "");
	write_mapping(learner, &narrow, suffix, "make memory writable and executable",
		      " if prot has PROT_WRITE|PROT_EXEC");
	strbuf_finish(&names);
	strbuf_finish(&narrow);
}

bool learner_needs_clone(const struct learner *learner, enum arch arch)
{
	struct record_call newer = bare_call(arch, "clone3"), older = bare_call(arch, "clone");
	struct seccomp_data data = { .nr = (int)newer.nr, .arch = arch_get(arch)->audit_arch };
	struct verdict verdict;

	if (newer.nr == UINT32_MAX || !learner_has_call(learner->record, arch, newer.nr))
		return false;
	verdict = policy_verdict(learner->source->old, &data);
	if (!verdict.rule || verdict.action.kind != ACTION_ERRNO || verdict.action.data != ENOSYS)
		return false;
	data.nr = (int)older.nr;
	data.args[0] = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
	verdict = policy_verdict(learner->source->old, &data);
	return verdict.by == VERDICT_DEFAULT && action_is_denial(&verdict.action);
}

void learner_write_clone(const struct learner *learner, enum arch arch, const char *suffix)
{
	if (learner_needs_clone(learner, arch))
		fprintf(learner->to,
			"\n# clone3 was called, but gets ENOSYS here: libc falls back to clone\n"
			"allow clone%s if not flags any CLONE_NEWNS|CLONE_NEWCGROUP|CLONE_NEWUTS|"
			"CLONE_NEWIPC|CLONE_NEWUSER|CLONE_NEWPID|CLONE_NEWNET\n",
			suffix);
}
