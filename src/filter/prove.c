// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proves that a program returns a policy's verdicts. The program is walked along every path that
 * some call can take; at each return, what is known about the calls that reach it (region.h) is
 * checked against the policy (meaning.h): its value and, where it is that of several verdicts,
 * which of them the filter attributes to each number. Where the policy's answer needs to know more,
 * the calls are split in two until it does not. The launch cookie is a symbol: a word either equals
 * it or does not. What cannot be walked within the bounds is not proved, and so not installed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "filter/filter.h"
#include "filter/meaning.h"

enum { WORK_MAX = 1 << 24, WORD_COOKIE = WORD_ARGS + 2 * 5 };

struct prover {
	const struct filter *filter;
	const struct policy *policy;
	struct diags *diags;
	struct region region;
	struct numbers numbers[ARCH_COUNT];
	size_t n_numbers;
	uint32_t launches[FILTER_LAUNCH_CALLS]; /* numbers */
	size_t n_launches;
	/* Whether the sixth argument's halves equal the cookie's; ANSWER_SPLIT: not compared. */
	enum answer cookie_lo, cookie_hi;
	bool has_failed;
};

static const struct verdict foreign = { .action = { .kind = ACTION_KILL_PROCESS },
					.by = VERDICT_ARCH };
static const struct verdict launch = { .action = { .kind = ACTION_ALLOW }, .by = VERDICT_LAUNCH };

static void format_verdict(struct strbuf *buf, const struct verdict *verdict)
{
	action_format(buf, &verdict->action);
	strbuf_printf(buf, " (%s", verdict_by_row(verdict->by)->name);
	if (verdict->rule)
		strbuf_printf(buf, " at %s:%u", verdict->rule->place.file,
			      verdict->rule->place.line);
	strbuf_puts(buf, ")");
}

/* Adds an error with a call for which program and policy differ. */
static void tell_difference(struct prover *prover, const struct verdict *want, size_t insn)
{
	struct seccomp_data data = region_witness(&prover->region);
	enum arch arch = arch_of_call(data.arch, (uint32_t)data.nr);
	const char *name = arch == ARCH_NONE ? NULL : sys_call_name(arch, (uint32_t)data.nr);
	struct strbuf text = { 0 };
	struct verdict decided;

	prover->has_failed = true;
	strbuf_printf(&text, "arch 0x%x nr %d", data.arch, data.nr);
	if (name)
		strbuf_printf(&text, " %s", name);
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		strbuf_printf(&text, "%s0x%" PRIx64, i ? ", " : " (", (uint64_t)data.args[i]);
	strbuf_puts(&text, "): the policy says ");
	format_verdict(&text, want);
	strbuf_printf(&text, ", instruction %zu of the filter returns 0x%x, ", insn,
		      prover->filter->prog[insn].k);
	decided = filter_verdict_at(prover->filter, insn, &data);
	format_verdict(&text, &decided);
	diags_fail(prover->diags, 0, "the filter does not do what the policy says: %s", text.text);
	strbuf_finish(&text);
}

/* Returns whether the walk can continue; if not, reports why. */
static bool can_go_on(struct prover *prover)
{
	return !prover->has_failed && !prover->region.is_exhausted;
}

/* Returns whether all rows of NUMBERS for WHERE say WANT. */
static bool is_said_of(const struct filter_numbers *numbers, struct bounds where,
		       const struct verdict *want)
{
	const struct filter_number *end = numbers->v + numbers->n, *row;

	if (numbers->v[0].first > where.low)
		return false;
	for (row = filter_find_number(numbers, where.low); row < end && row->first <= where.high;
	     row++)
		if (!verdict_is_same(&row->verdict, want))
			return false;
	return true;
}

/* Returns whether WANT is what decides at the return INSN for all calls of the region. */
static bool is_decided(const struct prover *prover, const struct verdict *want, size_t insn)
{
	const struct filter_outcome *outcome = &prover->filter->returns[insn];
	struct bounds is = region_limits(&prover->region, WORD_ARCH);
	enum arch arch = is.low == is.high ? arch_of_call(is.low, 0) : ARCH_NONE;

	if (!outcome->is_by_number)
		return verdict_is_same(want, &outcome->verdict);
	if (arch == ARCH_NONE || !prover->filter->numbers[arch].n)
		return verdict_is_same(want, &foreign);
	return is_said_of(&prover->filter->numbers[arch], region_limits(&prover->region, WORD_NR),
			  want);
}

static void expect(struct prover *prover, const struct verdict *want, size_t insn)
{
	uint32_t value = filter_return(want, prover->filter->flags);

	if (prover->filter->prog[insn].k != value || !is_decided(prover, want, insn))
		tell_difference(prover, want, insn);
}

/* A return, and the prover that checks it against the policy. */
struct expectation {
	struct prover *prover;
	size_t insn;
	bool is_quiet; /* the calls that reach it are */
};

static bool check_part(const struct verdict *want, void *context)
{
	const struct expectation *expectation = context;
	struct verdict verdict = *want;

	verdict.is_quiet = expectation->is_quiet;
	expect(expectation->prover, &verdict, expectation->insn);
	return can_go_on(expectation->prover);
}

static bool is_launch(const struct prover *prover, const struct stretch *stretch)
{
	for (size_t i = 0; stretch->arch == arch_native() && i < prover->n_launches; i++)
		if (stretch->low == prover->launches[i] && stretch->high == prover->launches[i])
			return true;
	return false;
}

/* Each quiet call is a stretch of its own, as every known number is. */
static bool is_quiet(const struct prover *prover, const struct stretch *stretch)
{
	return prover->filter->flags & FILTER_CALLS && stretch->low == stretch->high &&
	       filter_is_quiet(stretch->arch, stretch->low);
}

static void check_stretch(struct prover *prover, const struct numbers *numbers,
			  const struct stretch *stretch, size_t insn)
{
	bool is_launch_call = is_launch(prover, stretch);
	bool has_cookie = prover->cookie_lo == ANSWER_YES && prover->cookie_hi == ANSWER_YES;
	bool has_none = prover->cookie_lo == ANSWER_NO || prover->cookie_hi == ANSWER_NO;
	struct expectation expectation = { prover, insn, is_quiet(prover, stretch) };

	/* When not both halves were compared, there are calls with the cookie and calls without. */
	if (is_launch_call && !has_none)
		expect(prover, &launch, insn);
	if (can_go_on(prover) && !(is_launch_call && has_cookie))
		stretch_walk(&prover->region, numbers, stretch, check_part, &expectation);
}

static void check_numbers(struct prover *prover, const struct numbers *numbers, size_t insn)
{
	uint32_t low, high;

	region_bounds(&prover->region, WORD_NR, &low, &high);
	for (size_t i = numbers_find(numbers, low);
	     i < numbers->stretches.n && numbers->stretches.v[i].low <= high; i++) {
		const struct stretch *stretch = &numbers->stretches.v[i];
		struct fact here = { WORD_NR, false, UINT32_MAX, stretch->low, stretch->high };

		if (region_push(&prover->region, &here))
			check_stretch(prover, numbers, stretch, insn);
		region_pop(&prover->region, &here);
		if (!can_go_on(prover))
			return;
	}
}

/* Checks the return INSN against the policy for all calls that reach it. */
static void check_return(struct prover *prover, size_t insn)
{
	size_t n = 0;
	bool is_left = true;

	for (; n < prover->n_numbers && can_go_on(prover); n++) {
		uint32_t audit_arch = prover->numbers[n].audit_arch;
		struct fact here = { WORD_ARCH, false, UINT32_MAX, audit_arch, audit_arch };

		if (region_push(&prover->region, &here))
			check_numbers(prover, &prover->numbers[n], insn);
		region_pop(&prover->region, &here);
	}
	for (n = 0; n < prover->n_numbers; n++) {
		uint32_t audit_arch = prover->numbers[n].audit_arch;
		struct fact other = { WORD_ARCH, true, UINT32_MAX, audit_arch, audit_arch };

		is_left = region_push(&prover->region, &other);
	}
	if (is_left && can_go_on(prover))
		expect(prover, &foreign, insn);
	for (; n > 0; n--)
		region_pop(&prover->region, &(struct fact){ .word = WORD_ARCH });
}

/* What the accumulator holds: a word of the call under a mask. */
struct accumulator {
	uint8_t word;
	uint32_t mask;
	bool is_loaded;
};

static void walk(struct prover *prover, size_t insn, struct accumulator a);

static void refuse(struct prover *prover, size_t insn, const char *what)
{
	prover->has_failed = true;
	diags_fail(prover->diags, 0, "the filter cannot be proved: instruction %zu %s", insn, what);
}

enum half { HALF_NONE, HALF_LOW, HALF_HIGH };

/* Returns which half of the cookie the instruction takes. */
static enum half find_half(const struct prover *prover, size_t insn)
{
	for (size_t i = 0; i < prover->n_launches; i++) {
		if (insn == prover->filter->cookies[i].hi)
			return HALF_HIGH;
		if (insn == prover->filter->cookies[i].lo)
			return HALF_LOW;
	}
	return HALF_NONE;
}

/* A comparison with one half of the cookie. */
static void walk_cookie(struct prover *prover, size_t insn, enum half half, struct accumulator a)
{
	const struct sock_filter *jump = &prover->filter->prog[insn];
	bool is_high = half == HALF_HIGH;
	enum answer *cookie = is_high ? &prover->cookie_hi : &prover->cookie_lo;

	if (jump->code != (BPF_JMP | BPF_JEQ | BPF_K) || a.word != WORD_COOKIE + is_high ||
	    a.mask != UINT32_MAX || *cookie != ANSWER_SPLIT) {
		refuse(prover, insn, "takes the launch cookie but does not compare with it");
		return;
	}
	*cookie = ANSWER_YES;
	walk(prover, insn + 1 + jump->jt, a);
	*cookie = ANSWER_NO;
	walk(prover, insn + 1 + jump->jf, a);
	*cookie = ANSWER_SPLIT;
}

/* Stores the fact under which JUMP is taken and returns ANSWER_SPLIT, or its answer when that is
 * constant. */
static enum answer jump_fact(const struct sock_filter *jump, struct accumulator a,
			     struct fact *ret_fact)
{
	struct fact fact = { a.word, false, a.mask, jump->k, jump->k };

	switch (BPF_OP(jump->code)) {
	case BPF_JEQ:
		break;
	case BPF_JGE:
		fact.high = UINT32_MAX;
		break;
	case BPF_JGT:
		if (jump->k == UINT32_MAX)
			return ANSWER_NO;
		fact.low++;
		fact.high = UINT32_MAX;
		break;
	case BPF_JSET:
		fact = (struct fact){ a.word, true, a.mask & jump->k, 0, 0 };
		break;
	}
	*ret_fact = fact;
	return ANSWER_SPLIT;
}

static void walk_jump(struct prover *prover, size_t insn, struct accumulator a)
{
	const struct sock_filter *jump = &prover->filter->prog[insn];
	enum half half = find_half(prover, insn);
	struct fact fact, other;

	if (!a.is_loaded || BPF_SRC(jump->code) != BPF_K) {
		refuse(prover, insn, "compares a value that was not loaded");
		return;
	}
	if (half != HALF_NONE) {
		walk_cookie(prover, insn, half, a);
		return;
	}
	if (jump_fact(jump, a, &fact) == ANSWER_NO) {
		walk(prover, insn + 1 + jump->jf, a);
		return;
	}
	other = fact_not(fact);
	if (region_push(&prover->region, &fact))
		walk(prover, insn + 1 + jump->jt, a);
	region_pop(&prover->region, &fact);
	if (!can_go_on(prover))
		return;
	if (region_push(&prover->region, &other))
		walk(prover, insn + 1 + jump->jf, a);
	region_pop(&prover->region, &other);
}

static void walk(struct prover *prover, size_t insn, struct accumulator a)
{
	for (; can_go_on(prover); insn++) {
		const struct sock_filter *at = &prover->filter->prog[insn];

		switch (at->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			a = (struct accumulator){ (uint8_t)(at->k / 4), UINT32_MAX, true };
			break;
		case BPF_ALU | BPF_AND | BPF_K:
			a.mask &= at->k;
			break;
		case BPF_JMP | BPF_JA:
			insn += at->k;
			break;
		case BPF_RET | BPF_K:
			check_return(prover, insn);
			return;
		case BPF_JMP | BPF_JEQ | BPF_K:
		case BPF_JMP | BPF_JGT | BPF_K:
		case BPF_JMP | BPF_JGE | BPF_K:
		case BPF_JMP | BPF_JSET | BPF_K:
			walk_jump(prover, insn, a);
			return;
		default:
			refuse(prover, insn, "is of a kind that compiled filters never contain");
		}
	}
}

static void add_audit_arches(struct prover *prover)
{
	uint32_t arches[ARCH_COUNT];

	prover->n_numbers = numbers_list_arches(arches);
	for (size_t i = 0; i < prover->n_numbers; i++)
		numbers_init(&prover->numbers[i], prover->policy, arches[i]);
}

static void add_launches(struct prover *prover)
{
	enum arch arch = arch_native();
	const char *name;

	for (size_t i = 0; (name = filter_launch_call(prover->filter->flags, i)); i++)
		prover->launches[prover->n_launches++] =
			(uint32_t)sys_call_find(arch, name)->nr[arch];
}

static int conclude(const struct prover *prover)
{
	if (prover->has_failed)
		return -EINVAL;
	if (!prover->region.is_exhausted)
		return 0;
	diags_fail(prover->diags, 0, "the filter is too intricate to be proved");
	diags_hint(prover->diags, "write fewer or simpler conditions");
	return -E2BIG;
}

int filter_prove(const struct filter *filter, const struct policy *policy, struct diags *diags)
{
	struct prover prover = { .filter = filter,
				 .policy = policy,
				 .diags = diags,
				 .region.work_max = WORK_MAX,
				 .cookie_lo = ANSWER_SPLIT,
				 .cookie_hi = ANSWER_SPLIT };
	struct seccomp_data nothing = { 0 };
	int err;

	if (filter_simulate(filter->prog, filter->len, &nothing, NULL, NULL))
		return diags_fail(diags, -EINVAL, "the kernel would refuse the filter");
	add_launches(&prover);
	add_audit_arches(&prover);
	walk(&prover, 0, (struct accumulator){ 0 });
	err = conclude(&prover);
	for (size_t i = 0; i < prover.n_numbers; i++)
		numbers_finish(&prover.numbers[i]);
	region_finish(&prover.region);
	return err;
}
