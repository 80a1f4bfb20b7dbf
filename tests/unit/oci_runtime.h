/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What runc makes of a profile (libcontainer/seccomp, 1.1 to 1.4): libseccomp's own filter, with
 * the rules added as runc adds them, after its stub that answers ENOSYS. Next to it, a second
 * reading of the same rules, a plain loop: libseccomp 2.5 sometimes loses comparisons.
 */
#ifndef PINFOLD_TESTS_OCI_RUNTIME_H
#define PINFOLD_TESTS_OCI_RUNTIME_H

#include "policy_helper.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNTIME_ARGS_MAX = 8, RUNTIME_ARCHES_MAX = 20, RUNTIME_PATIENCE_SECONDS = 5 };
enum { SOCKET_CALLS = 100, IPC_CALLS = 200 }; /* libseccomp's numbers for what is multiplexed */

/* One name of one entry. */
struct runtime_rule {
	char name[64];
	uint32_t action; /* SCMP_ACT_* with its data */
	struct scmp_arg_cmp args[RUNTIME_ARGS_MAX];
	unsigned int n_args;
	int theirs[ARCH_COUNT], ours[ARCH_COUNT]; /* numbers, by runtime_resolve() */
};

struct runtime {
	uint32_t default_action;
	uint32_t arches[RUNTIME_ARCHES_MAX];
	size_t n_arches;
	struct {
		struct runtime_rule *v;
		size_t n, cap;
	} rules;
};

enum runtime_answer { RUNTIME_STARTS, RUNTIME_REFUSES, RUNTIME_HANGS };

static const uint32_t runtime_arches[ARCH_COUNT] = {
	[ARCH_X86_64] = SCMP_ARCH_X86_64,
	[ARCH_X86] = SCMP_ARCH_X86,
	[ARCH_X32] = SCMP_ARCH_X32,
	[ARCH_AARCH64] = SCMP_ARCH_AARCH64,
};

/* Looks up each rule's numbers, once: libseccomp's, which are negative for what an ABI lacks or
 * multiplexes, and the table's. */
static inline void runtime_resolve(struct runtime *runtime)
{
	for (size_t i = 0; i < runtime->rules.n; i++) {
		struct runtime_rule *rule = &runtime->rules.v[i];

		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			const struct sys_call *row = sys_call_find(arch, rule->name);

			rule->theirs[arch] = seccomp_syscall_resolve_name_arch(runtime_arches[arch],
									       rule->name);
			rule->ours[arch] = row ? row->nr[arch] : -1;
		}
	}
}

/* Returns whether two conditions are about one argument: then any one of them is enough. */
static inline bool rule_is_choice(const struct runtime_rule *rule)
{
	unsigned int seen = 0;

	for (unsigned int i = 0; i < rule->n_args; i++) {
		if (seen >> rule->args[i].arg & 1)
			return true;
		seen |= 1U << rule->args[i].arg;
	}
	return false;
}

static inline int runtime_add(scmp_filter_ctx ctx, const struct runtime_rule *rule, uint32_t but)
{
	int nr = seccomp_syscall_resolve_name(rule->name), err = 0;

	if (rule->action == but || nr == __NR_SCMP_ERROR)
		return 0;
	if (!rule_is_choice(rule))
		return seccomp_rule_add_array(ctx, rule->action, nr, rule->n_args, rule->args);
	for (unsigned int i = 0; i < rule->n_args && !err; i++)
		err = seccomp_rule_add_array(ctx, rule->action, nr, 1, &rule->args[i]);
	return err;
}

/* In a separate process: some merges of libseccomp never end. */
static inline _Noreturn void runtime_export(const struct runtime *runtime, int fd)
{
	scmp_filter_ctx ctx = seccomp_init(runtime->default_action);
	int err = ctx ? seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1) : -EINVAL;

	alarm(RUNTIME_PATIENCE_SECONDS);
	for (size_t i = 0; i < runtime->n_arches && !err; i++) {
		err = seccomp_arch_add(ctx, runtime->arches[i]);
		err = err == -EEXIST ? 0 : err;
	}
	if (!err && runtime->rules.n > 32)
		err = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!err)
		err = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
	for (size_t i = 0; i < runtime->rules.n && !err; i++)
		err = runtime_add(ctx, &runtime->rules.v[i], runtime->default_action);
	_exit(err || seccomp_export_bpf(ctx, fd) != 0);
}

/* Puts libseccomp's program into PROG, which has room for BPF_MAXINSNS. */
static inline enum runtime_answer runtime_filter(const struct runtime *runtime,
						 struct sock_filter *prog, size_t *ret_len)
{
	FILE *file = tmpfile();
	off_t size;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		runtime_export(runtime, fileno(file));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	size = lseek(fileno(file), 0, SEEK_END) / (off_t)sizeof(*prog);
	if (size <= BPF_MAXINSNS)
		assert_int_equal(pread(fileno(file), prog, sizeof(*prog) * (size_t)size, 0),
				 sizeof(*prog) * (size_t)size);
	fclose(file);
	*ret_len = (size_t)size;
	if (!WIFEXITED(status))
		return RUNTIME_HANGS;
	/* The kernel loads none that is longer, and none that is empty. */
	return WEXITSTATUS(status) || !size || size > BPF_MAXINSNS ? RUNTIME_REFUSES
								   : RUNTIME_STARTS;
}

/* Returns the largest number under ARCH that a rule names, or 0; libseccomp has a negative one for
 * what is multiplexed. */
static inline int last_call(const struct runtime *runtime, enum arch arch)
{
	int last = 0;

	for (size_t i = 0; i < runtime->rules.n; i++)
		if (runtime->rules.v[i].theirs[arch] > last)
			last = runtime->rules.v[i].theirs[arch];
	return last;
}

static inline bool runtime_has_arch(const struct runtime *runtime, enum arch arch)
{
	if (runtime_arches[arch] == seccomp_arch_native())
		return true;
	for (size_t i = 0; i < runtime->n_arches; i++)
		if (runtime->arches[i] == runtime_arches[arch])
			return true;
	return false;
}

/* runc's stub (patchbpf/enosys_linux.go); crun has none. A defaultErrnoRet of ENOSYS was meant to
 * omit it, but is compared with SCMP_ACT_ERRNO(ENOSYS). */
struct runtime_stub {
	bool is_on;
	int last[ARCH_COUNT]; /* 0: none is named, or the profile has no such ABI */
};

static inline struct runtime_stub runtime_stub(const struct runtime *runtime)
{
	uint32_t kind = runtime->default_action & SECCOMP_RET_ACTION_FULL;
	struct runtime_stub stub = {
		.is_on = kind != SECCOMP_RET_ALLOW && kind != SECCOMP_RET_LOG &&
			 kind != SECCOMP_RET_TRACE,
	};

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (runtime_has_arch(runtime, arch))
			stub.last[arch] = last_call(runtime, arch);
	return stub;
}

/* Returns whether the stub answers the call: it takes bit 30 for x32, even in the number -1. */
static inline bool stub_answers(const struct runtime_stub *stub, const struct seccomp_data *data)
{
	enum arch arch = ARCH_COUNT;

	if (data->arch == AUDIT_ARCH_X86_64)
		arch = (uint32_t)data->nr & SYS_X32_BIT ? ARCH_X32 : ARCH_X86_64;
	else if (data->arch == AUDIT_ARCH_I386)
		arch = ARCH_X86;
	else if (data->arch == AUDIT_ARCH_AARCH64)
		arch = ARCH_AARCH64;
	return stub->is_on && arch != ARCH_COUNT && stub->last[arch] &&
	       (uint32_t)data->nr > (uint32_t)stub->last[arch];
}

/* The second reading follows. */

static inline bool condition_holds(const struct scmp_arg_cmp *arg, uint64_t value, uint64_t all)
{
	uint64_t datum = arg->datum_a & all;

	value &= all;
	switch (arg->op) {
	case SCMP_CMP_NE:
		return value != datum;
	case SCMP_CMP_LT:
		return value < datum;
	case SCMP_CMP_LE:
		return value <= datum;
	case SCMP_CMP_EQ:
		return value == datum;
	case SCMP_CMP_GE:
		return value >= datum;
	case SCMP_CMP_GT:
		return value > datum;
	default:
		return ((value ^ arg->datum_b) & datum) == 0;
	}
}

/* libseccomp leaves out a comparison of no bits. */
static inline bool condition_is_void(const struct scmp_arg_cmp *arg, uint64_t all)
{
	return arg->op == SCMP_CMP_MASKED_EQ && !(arg->datum_a & all);
}

/* How a rule applies to one call: of what is multiplexed it knows the number and, where arguments
 * are compared, takes the block's address for them. */
struct bearing {
	bool applies, is_plain;
};

static inline struct bearing bear(const struct runtime_rule *rule, const struct seccomp_data *data,
				  uint64_t all, uint32_t multiplexed)
{
	struct bearing bearing = { .is_plain = !multiplexed };
	bool is_choice = rule_is_choice(rule), holds_all = true, holds_one = false;

	for (unsigned int i = 0; i < rule->n_args; i++) {
		const struct scmp_arg_cmp *arg = &rule->args[i];
		bool holds = (multiplexed && !arg->arg) ||
			     condition_holds(arg, data->args[arg->arg], all);
		bool is_void = condition_is_void(arg, all);

		holds_all = holds_all && holds;
		holds_one = holds_one || holds;
		if (!is_choice)
			bearing.is_plain = bearing.is_plain && is_void;
	}
	if (is_choice) {
		bearing.is_plain = false;
		for (unsigned int i = 0; i < rule->n_args && !multiplexed; i++)
			bearing.is_plain |= condition_is_void(&rule->args[i], all);
	}
	bearing.applies = (is_choice ? holds_one : holds_all) &&
			  (!multiplexed || (uint32_t)data->args[0] == multiplexed);
	return bearing;
}

/* Returns whether RULE names the call DATA under ARCH, and as which of socketcall's or ipc's. */
static inline bool names_call(const struct runtime_rule *rule, enum arch arch,
			      const struct seccomp_data *data, uint32_t *ret_multiplexed)
{
	int nr = rule->theirs[arch];

	*ret_multiplexed = 0;
	if (nr == __NR_SCMP_ERROR)
		return false;
	if (nr == data->nr || (arch == ARCH_X86 && data->nr != -1 && rule->ours[arch] == data->nr))
		return true;
	if (arch != ARCH_X86 || nr > -SOCKET_CALLS || nr < -IPC_CALLS - 30)
		return false;
	if (nr > -IPC_CALLS && data->nr == 102)
		*ret_multiplexed = (uint32_t)-nr % SOCKET_CALLS;
	else if (nr <= -IPC_CALLS && data->nr == 117)
		*ret_multiplexed = (uint32_t)-nr % IPC_CALLS;
	return *ret_multiplexed != 0;
}

/* Returns what the rules say; IS_CLEAR is false if rules with different actions apply. */
static inline uint32_t runtime_read(const struct runtime *runtime, enum arch arch,
				    const struct seccomp_data *data, bool *is_clear)
{
	uint64_t all = arch == ARCH_X86_64 || arch == ARCH_AARCH64 ? UINT64_MAX : UINT32_MAX;
	uint32_t action = runtime->default_action, multiplexed;
	bool is_decided = false;

	*is_clear = true;
	for (size_t i = 0; i < runtime->rules.n; i++) {
		const struct runtime_rule *rule = &runtime->rules.v[i];
		struct bearing bearing;

		if (rule->action == runtime->default_action ||
		    !names_call(rule, arch, data, &multiplexed))
			continue;
		bearing = bear(rule, data, all, multiplexed);
		if (bearing.is_plain) {
			*is_clear = true;
			return rule->action;
		}
		if (!bearing.applies)
			continue;
		if (is_decided && action != rule->action)
			*is_clear = false;
		action = rule->action;
		is_decided = true;
	}
	return action;
}

/* Returns whether a rule that applies to the call has ACTION. */
static inline bool runtime_may(const struct runtime *runtime, enum arch arch,
			       const struct seccomp_data *data, uint32_t action)
{
	struct runtime only = *runtime;
	uint32_t found;
	bool is_clear;

	only.rules.n = 1;
	for (size_t i = 0; i < runtime->rules.n; i++) {
		only.rules.v = &runtime->rules.v[i];
		found = runtime_read(&only, arch, data, &is_clear);
		if (found == action && found != runtime->default_action)
			return true;
	}
	return false;
}

#endif
