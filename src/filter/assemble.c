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
	array_append(&assembler->verdicts);
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

static size_t add_return(struct assembler *assembler, struct verdict verdict)
{
	size_t at = assembler_add(assembler, BPF_RET | BPF_K,
				  filter_return(&verdict, assembler->flags));

	assembler->verdicts.v[at] = verdict;
	*array_append(&assembler->returns) = at;
	return at;
}

size_t assembler_return(struct assembler *assembler, const struct verdict *verdict)
{
	size_t n = assembler->returns.n;

	for (size_t i = n; i > 0 && n - i < RETURNS_SEARCHED; i--) {
		size_t at = assembler->returns.v[i - 1];

		if (distance(assembler, at) > REACH / 2)
			break;
		if (assembler->insns.v[at].k == filter_return(verdict, assembler->flags) &&
		    verdict_is_same(&assembler->verdicts.v[at], verdict))
			return at;
	}
	return add_return(assembler, *verdict);
}

/* Returns TARGET if it is within reach, else another return of its verdict or a trampoline to
 * it. */
static size_t within_reach(struct assembler *assembler, size_t target)
{
	const struct sock_filter *insn = &assembler->insns.v[target];

	if (distance(assembler, target) <= REACH)
		return target;
	if (insn->code == (BPF_RET | BPF_K))
		return assembler_return(assembler, &assembler->verdicts.v[target]);
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
	free(assembler->verdicts.v);
	free(assembler->returns.v);
}
