// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/disasm.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

enum { SHARED_SHOWN = 2 };

static const char *find_mnemonic(uint16_t code)
{
	static const struct {
		uint16_t code;
		const char *name;
	} rows[] = {
		{ BPF_LD | BPF_W | BPF_ABS, "ld" },
		{ BPF_ALU | BPF_AND | BPF_K, "and" },
		{ BPF_JMP | BPF_JA, "ja" },
		{ BPF_JMP | BPF_JEQ | BPF_K, "jeq" },
		{ BPF_JMP | BPF_JGE | BPF_K, "jge" },
		{ BPF_JMP | BPF_JGT | BPF_K, "jgt" },
		{ BPF_JMP | BPF_JSET | BPF_K, "jset" },
		{ BPF_RET | BPF_K, "ret" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].code == code)
			return rows[i].name;
	return NULL;
}

/* Prints which field of struct seccomp_data a load reads. */
static void format_field(struct strbuf *buf, uint32_t offset)
{
	uint32_t args = offsetof(struct seccomp_data, args);

	if (offset == offsetof(struct seccomp_data, nr))
		strbuf_puts(buf, "nr");
	else if (offset == offsetof(struct seccomp_data, arch))
		strbuf_puts(buf, "arch");
	else if (offset >= args)
		strbuf_printf(buf, "arg%u, %s half", (offset - args) / 8,
			      (offset - args) % 8 ? "high" : "low");
	else
		strbuf_puts(buf, "instruction pointer");
}

static void format_verdict(struct strbuf *buf, const struct policy *policy,
			   const struct verdict *verdict)
{
	struct place place = verdict_place(policy, verdict);

	action_format(buf, &verdict->action);
	if (!verdict->rule)
		strbuf_printf(buf, ", %s", verdict_by_row(verdict->by)->name);
	if (!place.file)
		return;
	strbuf_puts(buf, "  ");
	strbuf_escape(buf, place.file, strlen(place.file));
	strbuf_printf(buf, ":%u", place.line);
}

/* The verdicts that return the same, each for numbers of its own. */
struct shared {
	const struct verdict **v;
	size_t n, cap;
};

static void add_shared(struct shared *shared, const struct verdict *verdict)
{
	for (size_t i = shared->n; i > 0; i--)
		if (verdict_is_same(shared->v[i - 1], verdict))
			return;
	*array_append(shared) = verdict;
}

/* In the order of the policy, its default last. */
static int compare_shared(const void *a, const void *b)
{
	const struct verdict *x = *(const struct verdict *const *)a;
	const struct verdict *y = *(const struct verdict *const *)b;
	size_t at_x = x->rule ? x->rule->index : SIZE_MAX;
	size_t at_y = y->rule ? y->rule->index : SIZE_MAX;

	if (at_x == at_y)
		return (x->by > y->by) - (x->by < y->by);
	return at_x < at_y ? -1 : 1;
}

static void format_shared(struct strbuf *buf, const struct filter *filter,
			  const struct policy *policy, size_t at)
{
	uint32_t value = filter->prog[at].k;
	struct shared shared = { 0 };

	add_shared(&shared, &filter->returns[at].verdict);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		for (size_t i = 0; i < filter->numbers[arch].n; i++) {
			const struct verdict *verdict = &filter->numbers[arch].v[i].verdict;

			if (filter_return(verdict, filter->flags) == value)
				add_shared(&shared, verdict);
		}
	qsort(shared.v, shared.n, sizeof(*shared.v), compare_shared);
	for (size_t i = 0; i < shared.n && i < SHARED_SHOWN; i++) {
		strbuf_puts(buf, i ? "; " : "");
		format_verdict(buf, policy, shared.v[i]);
	}
	if (shared.n > SHARED_SHOWN)
		strbuf_printf(buf, "; and %zu more", shared.n - SHARED_SHOWN);
	strbuf_puts(buf, shared.n > 1 ? " (by number)" : "");
	free(shared.v);
}

static void format_return(struct strbuf *buf, const struct filter *filter,
			  const struct policy *policy, size_t at)
{
	if (filter->returns[at].is_by_number)
		format_shared(buf, filter, policy, at);
	else
		format_verdict(buf, policy, &filter->returns[at].verdict);
}

static void format_insn(struct strbuf *buf, const struct filter *filter, size_t at)
{
	const struct sock_filter *insn = &filter->prog[at];
	const char *name = find_mnemonic(insn->code);

	if (!name)
		strbuf_printf(buf, ".code %#x, %u, %u, %#x", insn->code, insn->jt, insn->jf,
			      insn->k);
	else if (BPF_CLASS(insn->code) == BPF_LD)
		strbuf_printf(buf, "%-5s[%" PRIu32 "]", name, insn->k);
	else if (insn->code == (BPF_JMP | BPF_JA))
		strbuf_printf(buf, "%-5s%zu", name, at + 1 + insn->k);
	else if (BPF_CLASS(insn->code) == BPF_JMP)
		strbuf_printf(buf, "%-5s#%#" PRIx32 ", %zu, %zu", name, insn->k, at + 1 + insn->jt,
			      at + 1 + insn->jf);
	else
		strbuf_printf(buf, "%-5s#%#" PRIx32, name, insn->k);
}

void filter_print(const struct filter *filter, const struct policy *policy, FILE *to)
{
	for (size_t at = 0; at < filter->len; at++) {
		const struct sock_filter *insn = &filter->prog[at];
		struct strbuf text = { 0 }, note = { 0 };

		format_insn(&text, filter, at);
		if (BPF_CLASS(insn->code) == BPF_LD)
			format_field(&note, insn->k);
		else if (BPF_CLASS(insn->code) == BPF_RET)
			format_return(&note, filter, policy, at);
		if (note.len)
			fprintf(to, "%5zu: %-32s ; %s\n", at, text.text, note.text);
		else
			fprintf(to, "%5zu: %s\n", at, text.text);
		strbuf_finish(&text);
		strbuf_finish(&note);
	}
}
