// SPDX-License-Identifier: GPL-2.0-or-later
/* Knows jumps and distances, but nothing about policies. */
#include "filter/assemble.h"

#include <stdlib.h>

#include "base/mem.h"
#include "filter/filter.h"

/* Leaves room for two trampolines between a jump and its target. */
enum { REACH = 250, RETURNS_SEARCHED = 64 };

static size_t add(struct assembler *assembler, struct sock_filter insn)
{
	if (assembler->insns.n == ASSEMBLER_MAX) {
		assembler->is_full = true;
		return assembler->insns.n - 1;
	}
	*array_append(&assembler->insns) = insn;
	array_append(&assembler->outcomes);
	return assembler->insns.n - 1;
}

/* Returns how far a jump written now would have to reach. */
static size_t distance(const struct assembler *assembler, size_t target)
{
	return assembler->insns.n - target - 1;
}

size_t assembler_add(struct assembler *assembler, uint16_t code, uint32_t k)
{
	return add(assembler, (struct sock_filter)BPF_STMT(code, k));
}

static size_t add_return(struct assembler *assembler, const struct filter_outcome *outcome)
{
	size_t at = assembler_add(assembler, BPF_RET | BPF_K,
				  filter_return(&outcome->verdict, assembler->flags));

	assembler->outcomes.v[at] = *outcome;
	*array_append(&assembler->returns) = at;
	return at;
}

/* Returns whether the return at label AT serves for OUTCOME. */
static bool is_fit(const struct assembler *assembler, size_t at,
		   const struct filter_outcome *outcome)
{
	const struct filter_outcome *there = &assembler->outcomes.v[at];

	if (there->is_by_number != outcome->is_by_number ||
	    assembler->insns.v[at].k != filter_return(&outcome->verdict, assembler->flags))
		return false;
	return outcome->is_by_number || verdict_is_same(&there->verdict, &outcome->verdict);
}

static size_t find_return(struct assembler *assembler, const struct filter_outcome *outcome)
{
	size_t n = assembler->returns.n;

	for (size_t i = n; i > 0 && n - i < RETURNS_SEARCHED; i--) {
		size_t at = assembler->returns.v[i - 1];

		if (distance(assembler, at) > REACH / 2)
			break;
		if (is_fit(assembler, at, outcome))
			return at;
	}
	return add_return(assembler, outcome);
}

size_t assembler_return(struct assembler *assembler, const struct verdict *verdict)
{
	return find_return(assembler, &(struct filter_outcome){ *verdict, false });
}

size_t assembler_return_by_number(struct assembler *assembler, const struct verdict *verdict)
{
	return find_return(assembler, &(struct filter_outcome){ *verdict, true });
}

/* Returns TARGET if it is within reach, else another return like it or a trampoline to it. */
static size_t within_reach(struct assembler *assembler, size_t target)
{
	const struct sock_filter *insn = &assembler->insns.v[target];
	struct filter_outcome outcome = assembler->outcomes.v[target];

	if (distance(assembler, target) <= REACH)
		return target;
	if (insn->code == (BPF_RET | BPF_K))
		return find_return(assembler, &outcome);
	return assembler_add(assembler, BPF_JMP | BPF_JA, (uint32_t)distance(assembler, target));
}

size_t assembler_jump(struct assembler *assembler, uint16_t op, uint32_t k, size_t when,
		      size_t unless)
{
	struct sock_filter insn = { .code = BPF_JMP | BPF_K | op, .k = k };

	if (when == unless)
		return when;
	when = within_reach(assembler, when);
	unless = within_reach(assembler, unless);
	insn.jt = (uint8_t)distance(assembler, when);
	insn.jf = (uint8_t)distance(assembler, unless);
	return add(assembler, insn);
}

size_t assembler_fall_into(struct assembler *assembler, size_t at)
{
	if (at == assembler->insns.n - 1)
		return at;
	return assembler_add(assembler, BPF_JMP | BPF_JA, (uint32_t)distance(assembler, at));
}

void assembler_finish(struct assembler *assembler)
{
	free(assembler->insns.v);
	free(assembler->outcomes.v);
	free(assembler->returns.v);
}
