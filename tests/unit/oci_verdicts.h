/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A policy's filter next to the one that runc makes of a profile, for every number under every ABI
 * and arguments at every boundary. Registers are as the kernel reads them: what it cuts off an int
 * is not part of the call, and the language says nothing about it.
 */
#ifndef PINFOLD_TESTS_OCI_VERDICTS_H
#define PINFOLD_TESTS_OCI_VERDICTS_H

#include "oci_runtime.h"
#include "random_policy.h"

#include "convert/loss.h"

enum { COMBINATIONS = 48, CANDIDATES_MAX = 64 };

/* Two filters that should be the same. */
struct comparison {
	const struct runtime *runtime;
	const struct policy *policy;
	const struct filter *ours;
	const struct sock_filter *theirs;
	size_t n_theirs;
	struct runtime_stub stub;
	const struct losses *losses;
	bool is_written; /* the profile was made of the policy, not the policy of the profile */
	const char *json, *text;
	uint64_t n_verdicts, n_lossy, n_wrong; /* n_wrong: libseccomp's own */
	char *difference;		       /* the first one */
};

static inline bool is_of_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

static inline bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
		if ((at == text || !is_of_word(at[-1])) && !is_of_word(at[len]))
			return true;
	return false;
}

/* How mild an answer is, the mildest first; a tracer or a listener may let the call through. */
static inline unsigned int severity(uint32_t ret)
{
	static const uint32_t actions[] = {
		SECCOMP_RET_ALLOW,	 SECCOMP_RET_LOG,   SECCOMP_RET_TRACE,
		SECCOMP_RET_USER_NOTIF,	 SECCOMP_RET_ERRNO, SECCOMP_RET_TRAP,
		SECCOMP_RET_KILL_THREAD,
	};
	unsigned int i = 0;

	while (i < ARRAY_SIZE(actions) && actions[i] != (ret & SECCOMP_RET_ACTION_FULL))
		i++;
	return i > 1 ? i : 0;
}

/* What is wider must be listed as wider; what is narrower, not as less. */
static inline bool is_grade(const struct loss *loss, uint32_t before, uint32_t after)
{
	enum loss_grade least = LOSS_OTHER;

	if (severity(before) != severity(after))
		least = severity(before) > severity(after) ? LOSS_WIDER : LOSS_NARROWER;
	return loss->grade <= least;
}

/* Numbers of no ABI: among them -1, with which a tracer skips a call. */
static inline bool is_no_number(uint32_t nr)
{
	return nr >= 0x80000000;
}

/* What libseccomp cannot tell from other calls, as long as both deny it. */
static inline bool is_no_call(enum arch arch, uint32_t nr)
{
	return is_no_number(nr) || !sys_call_by_nr(arch, nr);
}

/* Returns whether a loss mentions the call: by its name, or by one that it multiplexes. */
static inline bool is_listed(const struct comparison *with, enum arch arch, uint32_t nr,
			     uint32_t before, uint32_t after)
{
	const char *name = is_no_call(arch, nr) ? "unknown" : sys_call_name(arch, nr);
	bool is_multiplexer = str_eq(name, "socketcall") || str_eq(name, "ipc");

	for (size_t i = 0; i < with->losses->n; i++) {
		const struct loss *loss = &with->losses->v[i];

		if (!is_grade(loss, before, after))
			continue;
		if (has_word(loss->message, name))
			return true;
		/* A whole ABI that the policy kills. */
		if (!(with->policy->arches >> arch & 1) &&
		    has_word(loss->message, arch_get(arch)->name))
			return true;
		for (size_t k = 0; is_multiplexer && k < with->runtime->rules.n; k++)
			if (has_word(loss->message, with->runtime->rules.v[k].name))
				return true;
	}
	return false;
}

static inline uint32_t their_verdict(const struct comparison *with, const struct seccomp_data *data)
{
	uint32_t ret;

	if (stub_answers(&with->stub, data))
		return SECCOMP_RET_ERRNO | ENOSYS;
	assert_int_equal(filter_simulate(with->theirs, with->n_theirs, data, &ret, NULL), 0);
	return ret;
}

static inline bool is_denial(uint32_t ret)
{
	uint32_t action = ret & SECCOMP_RET_ACTION_FULL;

	return action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG;
}

/* The language cannot express a tracer or a listener: a denial that is listed. */
static inline bool is_same_verdict(const struct comparison *with, uint32_t ours, uint32_t theirs)
{
	uint32_t action = theirs & SECCOMP_RET_ACTION_FULL;

	if (action == SECCOMP_RET_TRACE || action == SECCOMP_RET_USER_NOTIF)
		return is_denial(ours) && with->losses->n;
	return ours == theirs;
}

static inline void tell_difference(struct comparison *with, const struct seccomp_data *data,
				   uint32_t ours, uint32_t theirs)
{
	struct strbuf buf = { 0 };
	enum arch arch = arch_of_call(data->arch, (uint32_t)data->nr);
	const char *name = sys_call_name(arch, (uint32_t)data->nr);

	strbuf_printf(&buf, "%s, %d (%s)", arch_get(arch)->name, data->nr, name ? name : "unknown");
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		strbuf_printf(&buf, "%s0x%llx", i ? ", " : " (", (unsigned long long)data->args[i]);
	strbuf_printf(&buf, "): 0x%x, by runc 0x%x%s\n%s\n%s", ours, theirs,
		      stub_answers(&with->stub, data) ? " (its stub)" : "", with->json, with->text);
	with->difference = buf.text;
}

/* Returns whether the difference is one that no loss needs to report. */
static inline bool is_known_difference(const struct comparison *with, enum arch arch,
				       const struct seccomp_data *data, uint32_t ours,
				       uint32_t theirs)
{
	struct verdict verdict = policy_verdict(with->policy, data);
	const char *name = sys_call_name(arch, (uint32_t)data->nr);

	if (verdict.rule && str_eq(verdict.rule->place.file, POLICY_BUILT_IN))
		return !with->is_written;
	/* A foreign ABI: libseccomp kills the thread, the language the process. */
	if (verdict.by == VERDICT_ARCH && theirs == SECCOMP_RET_KILL_THREAD)
		return true;
	if (name && sys_call_is_exempt(name))
		return true;
	/* Calls newer than this libseccomp. */
	if (with->is_written && name && seccomp_syscall_resolve_name(name) == __NR_SCMP_ERROR)
		return true;
	return is_no_call(arch, (uint32_t)data->nr) && is_denial(ours) && is_denial(theirs) &&
	       (is_no_number((uint32_t)data->nr) || !stub_answers(&with->stub, data));
}

/* Returns whether libseccomp is wrong. If rules with several actions apply it may choose among
 * them, but not the default. */
static inline bool is_wrong(const struct comparison *with, enum arch arch,
			    const struct seccomp_data *data, uint32_t ours, uint32_t theirs)
{
	bool is_clear;
	uint32_t meant = runtime_read(with->runtime, arch, data, &is_clear);

	if (stub_answers(&with->stub, data))
		return false;
	if (is_clear)
		return is_same_verdict(with, ours, meant);
	return theirs == with->runtime->default_action &&
	       runtime_may(with->runtime, arch, data, ours);
}

static inline void compare_call(struct comparison *with, enum arch arch,
				const struct seccomp_data *data)
{
	uint32_t theirs = their_verdict(with, data), ours;
	uint32_t nr = (uint32_t)data->nr;

	assert_int_equal(filter_simulate(with->ours->prog, with->ours->len, data, &ours, NULL), 0);
	with->n_verdicts++;
	if (with->difference || is_same_verdict(with, ours, theirs) ||
	    is_known_difference(with, arch, data, ours, theirs))
		return;
	if (with->is_written ? is_listed(with, arch, nr, ours, theirs)
			     : is_listed(with, arch, nr, theirs, ours)) {
		with->n_lossy++;
		return;
	}
	/* What is written is what libseccomp, too, makes of the policy. */
	if (!with->is_written && is_wrong(with, arch, data, ours, theirs))
		with->n_wrong++;
	else
		tell_difference(with, data, ours, theirs);
}

struct candidates {
	uint64_t v[CANDIDATES_MAX];
	size_t n;
};

static inline void add_candidate(struct candidates *candidates, uint64_t value)
{
	for (int delta = -1; delta <= 1; delta++)
		if (candidates->n < CANDIDATES_MAX)
			candidates->v[candidates->n++] = value + (uint64_t)delta;
}

/* The boundaries of everything that any rule compares argument ARG of the number with. */
static inline void collect(struct candidates *candidates, const struct comparison *with,
			   enum arch arch, const struct seccomp_data *data, unsigned int arg)
{
	uint32_t multiplexed;

	add_candidate(candidates, 0);
	for (size_t i = 0; i < with->runtime->rules.n; i++) {
		const struct runtime_rule *rule = &with->runtime->rules.v[i];

		if (!names_call(rule, arch, data, &multiplexed))
			continue;
		if (multiplexed && !arg) {
			add_candidate(candidates, multiplexed);
			add_candidate(candidates, 0x10000 | multiplexed);
		}
		for (unsigned int k = 0; k < rule->n_args; k++) {
			const struct scmp_arg_cmp *cmp = &rule->args[k];

			if (cmp->arg != arg)
				continue;
			add_candidate(candidates, cmp->datum_a);
			if (cmp->op != SCMP_CMP_MASKED_EQ)
				continue;
			add_candidate(candidates, cmp->datum_b);
			add_candidate(candidates, cmp->datum_b & cmp->datum_a);
			add_candidate(candidates, cmp->datum_b | ~cmp->datum_a);
			add_candidate(candidates, ~cmp->datum_a);
		}
	}
}

/* A register as the kernel reads it. */
static inline uint64_t cut_to_width(enum arch arch, const struct sys_call *row, unsigned int arg,
				    uint64_t value)
{
	if (row && arg < row->n_args)
		return sys_arg_bits(arch, row->args[arg].kind, value);
	return arch == ARCH_X86 ? (uint32_t)value : value;
}

static inline void compare_number(struct comparison *with, enum arch arch, uint32_t nr)
{
	struct seccomp_data data = { .nr = (int)nr, .arch = arch_get(arch)->audit_arch };
	const struct sys_call *row = sys_call_by_nr(arch, nr);
	struct candidates candidates[SYS_ARGS_MAX] = { 0 };
	bool is_compared = false;
	uint32_t multiplexed;

	compare_call(with, arch, &data);
	for (size_t i = 0; i < with->runtime->rules.n && !is_compared; i++)
		is_compared = names_call(&with->runtime->rules.v[i], arch, &data, &multiplexed) &&
			      (with->runtime->rules.v[i].n_args || multiplexed);
	if (!is_compared)
		return;
	for (unsigned int arg = 0; arg < SYS_ARGS_MAX; arg++)
		collect(&candidates[arg], with, arch, &data, arg);
	for (unsigned int i = 0; i < COMBINATIONS; i++) {
		for (unsigned int arg = 0; arg < SYS_ARGS_MAX; arg++)
			data.args[arg] = cut_to_width(
				arch, row, arg,
				candidates[arg].v[random_below((uint32_t)candidates[arg].n)]);
		compare_call(with, arch, &data);
	}
}

static inline void compare_all(struct comparison *with)
{
	static const uint32_t odd[] = { 1000, 0x3fffffff, 0x7fffffff, 0x80000000, UINT32_MAX };

	random_state = 1; /* the same calls for the same profile */
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		uint32_t bit = arch == ARCH_X32 ? SYS_X32_BIT : 0;

		/* A profile is read for one machine, which has no calls of another's. */
		if (arch == ARCH_AARCH64 && !with->is_written)
			continue;

		for (uint32_t nr = 0; nr < SYS_NR_END && !with->difference; nr++)
			compare_number(with, arch, nr | bit);
		for (size_t i = 0; i < ARRAY_SIZE(odd) && arch != ARCH_X32; i++)
			compare_number(with, arch_of_call(arch_get(arch)->audit_arch, odd[i]),
				       odd[i]);
	}
}

#endif
