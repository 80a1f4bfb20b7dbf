// SPDX-License-Identifier: GPL-2.0-or-later
#include "ebpf/keys.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "policy/expr.h"
#include "sys/set.h"
#include "sys/syscall.h"

_Static_assert((int)EVENT_ABI_X86_64 == (int)ARCH_X86_64 && (int)EVENT_ABI_X86 == (int)ARCH_X86 &&
		       (int)EVENT_ABI_X32 == (int)ARCH_X32,
	       "events number the ABIs as sys/arch.h does");

/* The i386 calls that multiplex others: a policy decides by their first argument. */
enum { NR_X86_SOCKETCALL = 102, NR_X86_IPC = 117 };

uint8_t keys_of_families(enum arch arch, uint32_t nr)
{
	const struct sys_call *call = sys_call_by_nr(arch, nr);
	unsigned int mask = 0;

	for (size_t i = 0; call && i < call->n_args; i++)
		if (family_get(call->args[i].family)->is_argument_key)
			mask |= 1U << i;
	return (uint8_t)mask;
}

uint32_t keys_slot(enum arch arch, uint32_t nr)
{
	uint32_t at = arch == ARCH_X32 ? nr & ~SYS_X32_BIT : nr;

	if ((unsigned int)arch >= SLOT_ABIS || at >= SLOTS_PER_ABI)
		return SLOTS;
	return (uint32_t)arch * SLOTS_PER_ABI + at;
}

/* Where the arguments of a call are. */
static uint8_t *find_key(struct kept_args *kept, enum arch arch, uint32_t nr)
{
	uint32_t slot = keys_slot(arch, nr);

	return slot < SLOTS ? &kept->of[slot] : &kept->odd;
}

static void add_rule(const struct rule *rule, enum arch arch, struct kept_args *kept)
{
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule_call *call = &rule->calls[i];

		if (call->numbers[arch] != CALL_NONE)
			*find_key(kept, arch, call->numbers[arch]) |=
				(uint8_t)expr_tested_args(rule->expr, call->rows[arch], arch);
	}
}

void keys_add_tested(const struct policy *policy, struct kept_args *kept)
{
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		for (unsigned int arch = 0; rule->expr && arch < SLOT_ABIS; arch++)
			if (rule->arches >> arch & 1)
				add_rule(rule, (enum arch)arch, kept);
	}
	*find_key(kept, ARCH_X86, NR_X86_SOCKETCALL) |= 1;
	*find_key(kept, ARCH_X86, NR_X86_IPC) |= 1;
}

/* Returns the arguments through which a call reads an address; other arguments of that type are
 * written. */
static unsigned int address_args(const struct sys_call *call)
{
	static const struct {
		const char *name;
		unsigned int args; /* bit 1 << argument */
	} rows[] = { { "bind", 1 << 1 }, { "connect", 1 << 1 }, { "sendto", 1 << 4 } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (str_eq(rows[i].name, call->name))
			return rows[i].args;
	return 0;
}

static unsigned int string_args(const struct sys_call *call)
{
	unsigned int mask = 0;

	for (size_t i = 0; i < call->n_args; i++)
		if (call->args[i].kind == ARG_STRING)
			mask |= 1U << i;
	return mask;
}

static uint32_t slot_number(uint32_t slot, enum arch *ret_arch)
{
	*ret_arch = (enum arch)(slot / SLOTS_PER_ABI);
	return slot % SLOTS_PER_ABI | (*ret_arch == ARCH_X32 ? SYS_X32_BIT : 0);
}

void keys_add_texts(struct call_table *table)
{
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		enum arch arch;
		uint32_t nr = slot_number(slot, &arch);
		const struct sys_call *call = sys_call_by_nr(arch, nr);

		if (!call)
			continue;
		table->strings[slot] = (uint8_t)string_args(call);
		table->addresses[slot] = (uint8_t)address_args(call);
	}
}

void keys_add_families(struct kept_args *kept)
{
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		enum arch arch;
		uint32_t nr = slot_number(slot, &arch);

		kept->of[slot] |= keys_of_families(arch, nr);
	}
}

void keys_choose(const struct policy *policy, enum keep keep, struct kept_args *ret_kept)
{
	*ret_kept = (struct kept_args){ 0 };
	if (keep >= KEEP_TESTED)
		keys_add_tested(policy, ret_kept);
	if (keep >= KEEP_VALUES)
		keys_add_families(ret_kept);
}

static void add_streamed_name(const char *name, struct call_table *table)
{
	const struct sys_set *set = sys_set_find(name);

	for (size_t i = 0; set && set->members[i]; i++)
		add_streamed_name(set->members[i], table);
	for (unsigned int arch = 0; !set && arch < SLOT_ABIS; arch++) {
		const struct sys_call *call = sys_call_find((enum arch)arch, name);
		uint32_t nr = call ? (uint32_t)call->nr[arch] & ~SYS_X32_BIT : SLOTS_PER_ABI;

		if (nr < SLOTS_PER_ABI)
			table->streamed[arch * SLOTS_PER_ABI + nr] = 1;
	}
}

void keys_add_streamed(const char *names, struct call_table *table)
{
	auto_free char *copy = mem_strdup(names);
	char *rest = NULL;

	for (char *name = strtok_r(copy, " \t", &rest); name; name = strtok_r(NULL, " \t", &rest))
		add_streamed_name(name, table);
}

uint8_t keys_kept(const struct kept_args *kept, enum arch arch, uint32_t nr)
{
	return *find_key((struct kept_args *)kept, arch, nr);
}

void keys_of_texts(const struct call_table *table, enum arch arch, uint32_t nr,
		   uint8_t *ret_strings, uint8_t *ret_addresses)
{
	uint32_t slot = keys_slot(arch, nr);

	*ret_strings = slot < SLOTS ? table->strings[slot] : 0;
	*ret_addresses = slot < SLOTS ? table->addresses[slot] : 0;
}
