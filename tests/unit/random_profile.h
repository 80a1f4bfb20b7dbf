/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random profiles in all forms that runtimes accept, and what they mean. */
#ifndef PINFOLD_TESTS_RANDOM_PROFILE_H
#define PINFOLD_TESTS_RANDOM_PROFILE_H

#include "oci_runtime.h"
#include "random_policy.h"

enum { PROFILE_ENTRIES_MAX = 10, PROFILE_NAMES_MAX = 3, PROFILE_CONDITIONS_MAX = 3 };
enum { PROFILE_FAULTS = 18 };

struct profile_condition {
	unsigned int index;
	size_t op; /* of profile_ops */
	uint64_t value, two;
};

struct profile_entry {
	const char *names[PROFILE_NAMES_MAX];
	unsigned int n_names;
	size_t action; /* of profile_actions */
	bool has_errno;
	unsigned int errno_ret;
	struct profile_condition conditions[PROFILE_CONDITIONS_MAX];
	unsigned int n_conditions;
};

struct profile {
	size_t default_action;
	bool has_errno;
	unsigned int errno_ret;
	uint32_t arches; /* bits of profile_arches */
	bool has_arch_map;
	struct profile_entry entries[PROFILE_ENTRIES_MAX];
	unsigned int n_entries;
	bool is_mixed;	     /* entries of one call with comparisons may have different actions */
	size_t fault;	     /* of profile_faults; 0: none */
	bool may_be_refused; /* it has what the language cannot express, or what Go refuses too */
	uint64_t spelling;   /* seed of the JSON's own odd forms */
};

static const struct {
	const char *name;
	uint32_t action;
	bool has_data;
} profile_actions[] = {
	{ "SCMP_ACT_ALLOW", SCMP_ACT_ALLOW, false },
	{ "SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0), true },
	{ "SCMP_ACT_LOG", SCMP_ACT_LOG, false },
	{ "SCMP_ACT_TRAP", SCMP_ACT_TRAP, false },
	{ "SCMP_ACT_KILL", SCMP_ACT_KILL_THREAD, false },
	{ "SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD, false },
	{ "SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS, false },
	{ "SCMP_ACT_TRACE", SCMP_ACT_TRACE(0), true },
	{ "SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY, false },
};
enum { PROFILE_ALLOW, PROFILE_ERRNO, PROFILE_TRACE = 7, PROFILE_NOTIFY = 8 };

static const struct {
	const char *name;
	enum scmp_compare op;
} profile_ops[] = {
	{ "SCMP_CMP_NE", SCMP_CMP_NE },
	{ "SCMP_CMP_LT", SCMP_CMP_LT },
	{ "SCMP_CMP_LE", SCMP_CMP_LE },
	{ "SCMP_CMP_EQ", SCMP_CMP_EQ },
	{ "SCMP_CMP_GE", SCMP_CMP_GE },
	{ "SCMP_CMP_GT", SCMP_CMP_GT },
	{ "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ },
};

static const struct {
	const char *name;
	uint32_t token;
} profile_arches[] = {
	{ "SCMP_ARCH_X86_64", SCMP_ARCH_X86_64 },
	{ "SCMP_ARCH_X86", SCMP_ARCH_X86 },
	{ "SCMP_ARCH_X32", SCMP_ARCH_X32 },
	{ "SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64 },
};

/* Calls with arguments of each width and sign, of i386 only, behind socketcall and ipc, of other
 * machines, and names of no call; among them the newest that libseccomp 2.5.4 knows. */
static const char *const profile_calls[] = {
	"mmap",
	"read",
	"brk",
	"lseek",
	"ioctl",
	"socket",
	"accept4",
	"clone",
	"personality",
	"kill",
	"fcntl",
	"madvise",
	"setpriority",
	"getrandom",
	"statx",
	"setns",
	"clone3",
	"openat2",
	"futex_waitv",
	"process_mrelease",
	"semop",
	"msgget",
	"shmctl",
	"semtimedop",
	"recv",
	"send",
	"ipc",
	"socketcall",
	"stat64",
	"mmap2",
	"clock_gettime64",
	"waitpid",
	"_llseek",
	"ugetrlimit",
	"fcntl64",
	"breakpoint",
	"arm_fadvise64_64",
	"spu_run",
	"s390_pci_mmio_read",
	"riscv_flush_icache",
	"frobnicate",
	"sync_file_range2",
	"open",
	"chown",
	"rt_sigreturn",
	"exit_group",
	"bind",
	"connect",
};

static const uint64_t profile_values[] = {
	0,
	1,
	2,
	3,
	16,
	0x10f,
	0x7fffffff,
	0x80000000,
	0xfffffffe,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x7fffffffffffffff,
	0xffffffff00000000,
	UINT64_MAX,
};

static inline uint64_t random_profile_value(void)
{
	/* Small values are what most profiles compare with. */
	return profile_values[random_below(random_below(2) ? 6 : ARRAY_SIZE(profile_values))];
}

static inline size_t random_profile_action(void)
{
	if (!random_below(3))
		return PROFILE_ALLOW;
	return random_below(random_below(6) ? 7 : ARRAY_SIZE(profile_actions));
}

static inline void random_errno(struct profile *profile, size_t action, bool *ret_has,
				unsigned int *ret_errno)
{
	static const unsigned int odd[] = { 0, 134, 512, 4095, 4096, 65536, 65537 };

	*ret_has = random_below(2);
	*ret_errno = 1 + random_below(133);
	if (!random_below(3))
		*ret_errno = EPERM;
	if (*ret_has && !random_below(60)) {
		*ret_errno = odd[random_below(ARRAY_SIZE(odd))];
		profile->may_be_refused |= profile_actions[action].has_data;
	}
}

static inline bool has_name(const struct profile_entry *entry, const char *name)
{
	for (unsigned int i = 0; i < entry->n_names; i++)
		if (str_eq(entry->names[i], name))
			return true;
	return false;
}

/* Sets ENTRY's action, if it has comparisons, to that of another such entry of its call: what
 * becomes of different ones is libseccomp's secret. */
static inline void take_action_of_others(const struct profile *profile, struct profile_entry *entry)
{
	entry->n_names = 1;
	for (unsigned int i = 0; &profile->entries[i] < entry; i++) {
		const struct profile_entry *other = &profile->entries[i];

		if (!other->n_conditions || !has_name(other, entry->names[0]))
			continue;
		entry->action = other->action;
		entry->has_errno = other->has_errno;
		entry->errno_ret = other->errno_ret;
	}
}

/* Mostly an argument that the call has, and that is a number. */
static inline unsigned int random_index(const char *call)
{
	const struct sys_call *row = sys_call_find(ARCH_X86_64, call);
	unsigned int index = random_below(SYS_ARGS_MAX);

	if (!row)
		row = sys_call_find(ARCH_X86, call);
	for (unsigned int i = 0; i < 8 && row && random_below(40); i++) {
		if (index < row->n_args && row->args[index].kind < ARG_POINTER)
			break;
		index = random_below(SYS_ARGS_MAX);
	}
	return index;
}

static inline void random_entry(struct profile *profile, struct profile_entry *entry)
{
	unsigned int n_names = 1 + random_below(PROFILE_NAMES_MAX);

	entry->action = random_profile_action();
	for (unsigned int i = 0; i < n_names; i++)
		entry->names[entry->n_names++] =
			profile_calls[random_below(ARRAY_SIZE(profile_calls))];
	random_errno(profile, entry->action, &entry->has_errno, &entry->errno_ret);
	entry->n_conditions = random_below(2) ? random_below(PROFILE_CONDITIONS_MAX + 1) : 0;
	for (unsigned int i = 0; i < entry->n_conditions; i++)
		entry->conditions[i] = (struct profile_condition){
			.index = random_index(entry->names[0]),
			.op = random_below(ARRAY_SIZE(profile_ops)),
			.value = random_profile_value(),
			.two = random_profile_value(),
		};
	if (entry->n_conditions && !profile->is_mixed)
		take_action_of_others(profile, entry);
}

static inline struct profile random_profile(void)
{
	struct profile profile = { .default_action = random_below(2) ? PROFILE_ERRNO
								     : random_profile_action() };

	if (profile.default_action == PROFILE_NOTIFY)
		profile.default_action = PROFILE_ERRNO;
	random_errno(&profile, profile.default_action, &profile.has_errno, &profile.errno_ret);
	profile.arches = random_below(1U << (random_below(4) ? 3 : 4));
	profile.has_arch_map = profile.arches & 1 && !random_below(4);
	profile.is_mixed = !random_below(10);
	profile.n_entries = random_below(PROFILE_ENTRIES_MAX + 1);
	for (unsigned int i = 0; i < profile.n_entries; i++)
		random_entry(&profile, &profile.entries[i]);
	profile.spelling = random_below(UINT32_MAX);
	profile.fault = random_below(12) ? 0 : random_below(PROFILE_FAULTS);
	return profile;
}

/* Returns the action with its data as runc passes it to libseccomp. */
static inline uint32_t profile_action(size_t action, bool has_errno, unsigned int errno_ret)
{
	if (!profile_actions[action].has_data)
		return profile_actions[action].action;
	return profile_actions[action].action | (has_errno ? errno_ret & 0xffff : EPERM);
}

/* Fills RUNTIME, whose rules the caller frees. */
static inline void profile_mean(const struct profile *profile, struct runtime *runtime)
{
	*runtime = (struct runtime){
		.default_action = profile_action(profile->default_action, profile->has_errno,
						 profile->errno_ret),
	};
	for (size_t i = 0; i < ARRAY_SIZE(profile_arches); i++)
		if (profile->arches >> i & 1)
			runtime->arches[runtime->n_arches++] = profile_arches[i].token;
	for (unsigned int i = 0; i < profile->n_entries; i++) {
		const struct profile_entry *entry = &profile->entries[i];

		for (unsigned int k = 0; k < entry->n_names; k++) {
			struct runtime_rule *rule = array_append(&runtime->rules);

			*rule = (struct runtime_rule){
				.action = profile_action(entry->action, entry->has_errno,
							 entry->errno_ret),
				.n_args = entry->n_conditions,
			};
			snprintf(rule->name, sizeof(rule->name), "%s", entry->names[k]);
			for (unsigned int a = 0; a < entry->n_conditions; a++) {
				const struct profile_condition *arg = &entry->conditions[a];

				rule->args[a] = (struct scmp_arg_cmp){ arg->index,
								       profile_ops[arg->op].op,
								       arg->value, arg->two };
			}
		}
	}
	runtime_resolve(runtime);
}

#endif
