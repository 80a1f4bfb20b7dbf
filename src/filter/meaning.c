// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Evaluates rules for sets of calls. Tests are split into facts about words according to their
 * definition in the language, not as the compiler does it: signs by the sign bit, 64 bits by
 * halves.
 */
#include "filter/meaning.h"

#include <stdlib.h>

#include "base/mem.h"

struct question {
	struct region *region;
	struct fact *split;
	const struct test *test;
	enum arch arch;
	struct operand operand;
	uint64_t mask;
};

static enum answer ask(struct question *question, bool is_high, uint32_t mask, uint32_t low,
		       uint32_t high)
{
	struct fact fact = { .word = (uint8_t)(WORD_ARGS + 2 * question->operand.index + is_high),
			     .mask = mask,
			     .low = low,
			     .high = high };
	enum answer answer = region_ask(question->region, &fact);

	if (answer == ANSWER_SPLIT)
		*question->split = fact;
	return answer;
}

static enum answer opposite(enum answer answer)
{
	return answer == ANSWER_SPLIT ? answer : answer == ANSWER_YES ? ANSWER_NO : ANSWER_YES;
}

/* (value & MASK) == WANT, both halves. */
static enum answer ask_bits(struct question *question, uint64_t mask, uint64_t want)
{
	enum answer answer = ANSWER_YES;

	if (question->operand.width == 64)
		answer = ask(question, true, (uint32_t)(mask >> 32), (uint32_t)(want >> 32),
			     (uint32_t)(want >> 32));
	if (answer != ANSWER_YES)
		return answer;
	return ask(question, false, (uint32_t)mask, (uint32_t)want, (uint32_t)want);
}

/* Asks whether one half of the value is at least WANT; nothing is below 0. */
static enum answer ask_half_from(struct question *question, bool is_high, uint32_t want)
{
	uint32_t mask = (uint32_t)(is_high ? question->mask >> 32 : question->mask);

	return want ? ask(question, is_high, mask, want, UINT32_MAX) : ANSWER_YES;
}

static enum answer ask_unsigned_from(struct question *question, uint64_t want)
{
	uint32_t high = (uint32_t)(want >> 32);
	enum answer answer;

	if (question->operand.width < 64)
		return ask_half_from(question, false, (uint32_t)want);
	answer = ask_half_from(question, true, high);
	if (answer != ANSWER_YES)
		return answer;
	answer = ask(question, true, (uint32_t)(question->mask >> 32), high, high);
	if (answer != ANSWER_YES)
		return opposite(answer);
	return ask_half_from(question, false, (uint32_t)want);
}

/* value >= WANT. If signed, numbers of the same sign are in order, and all of the other sign are
 * either above or below. */
static enum answer ask_from(struct question *question, uint64_t want)
{
	unsigned int width = question->operand.width;
	uint32_t sign = 1U << ((width - 1) % 32);
	bool is_want_negative = want >> (width - 1) & 1;
	enum answer is_negative;

	if (!question->operand.is_signed)
		return ask_unsigned_from(question, want);
	is_negative = ask(question, width == 64, sign, sign, sign);
	if (is_negative == ANSWER_SPLIT)
		return ANSWER_SPLIT;
	if ((is_negative == ANSWER_YES) != is_want_negative)
		return opposite(is_negative);
	return ask_unsigned_from(question, want);
}

/* value > WANT: not equal, and at least. */
static enum answer ask_above(struct question *question, uint64_t want)
{
	enum answer answer = ask_from(question, want);

	if (answer != ANSWER_YES)
		return answer;
	return opposite(ask_bits(question, question->mask, want));
}

static enum answer ask_in(struct question *question)
{
	const struct test *test = question->test;
	unsigned int width = question->operand.width;

	for (size_t i = 0; i < test->n_items; i++) {
		uint64_t low = value_bits(&test->items[i].low, question->arch, width);
		uint64_t high = value_bits(&test->items[i].high, question->arch, width);
		enum answer answer;

		if (low == high)
			answer = ask_bits(question, question->mask, low);
		else
			answer = ask_from(question, low);
		if (low != high && answer == ANSWER_YES)
			answer = opposite(ask_above(question, high));
		if (answer != ANSWER_NO)
			return answer;
	}
	return ANSWER_NO;
}

/* Asks whether some bit of MASK is set. */
static enum answer ask_any(struct question *question, uint64_t mask)
{
	return opposite(ask_bits(question, mask, 0));
}

static enum answer ask_test(struct question *question)
{
	unsigned int width = question->operand.width;
	uint64_t all = width == 64 ? UINT64_MAX : (1ULL << width) - 1;
	uint64_t want = value_bits(&question->test->items[0].low, question->arch, width);

	question->mask = all;
	if (question->test->has_mask)
		question->mask = value_bits(&question->test->mask, question->arch, width);
	switch (question->test->op) {
	case TEST_EQ:
		return ask_bits(question, question->mask, want);
	case TEST_NE:
		return opposite(ask_bits(question, question->mask, want));
	case TEST_LT:
		return opposite(ask_from(question, want));
	case TEST_LE:
		return opposite(ask_above(question, want));
	case TEST_GT:
		return ask_above(question, want);
	case TEST_GE:
		return ask_from(question, want);
	case TEST_IN:
		return ask_in(question);
	case TEST_HAS:
		return ask_bits(question, question->mask & want, want);
	case TEST_ANY:
		return ask_any(question, question->mask & want);
	case TEST_ONLY:
		return opposite(ask_any(question, question->mask & ~want & all));
	}
	return ANSWER_NO;
}

static enum answer ask_expr(struct question *question, const struct sys_call *call,
			    const struct expr *expr);

/*
 * "and" if IS_AND, else "or". When the right side decides, the left one is not split: among rules
 * with the same right side and one bit each on the left, every rule would double the parts.
 */
static enum answer ask_both(struct question *question, const struct sys_call *call,
			    const struct expr *expr, bool is_and)
{
	enum answer decides = is_and ? ANSWER_NO : ANSWER_YES;
	enum answer left = ask_expr(question, call, expr->left), right;
	struct fact split = *question->split;

	if (left == decides)
		return left;
	right = ask_expr(question, call, expr->right);
	if (left != ANSWER_SPLIT || right == decides)
		return right;
	*question->split = split;
	return ANSWER_SPLIT;
}

static enum answer ask_expr(struct question *question, const struct sys_call *call,
			    const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_NOT:
		return opposite(ask_expr(question, call, expr->left));
	case EXPR_AND:
		return ask_both(question, call, expr, true);
	case EXPR_OR:
		return ask_both(question, call, expr, false);
	case EXPR_TEST:
		break;
	}
	question->test = expr->test;
	question->operand = test_operand(expr->test, call, question->arch);
	return ask_test(question);
}

enum answer mention_applies(struct region *region, const struct mention *mention, enum arch arch,
			    struct fact *ret_split)
{
	struct question question = { .region = region, .split = ret_split, .arch = arch };
	const struct multiplex *multiplex = &mention->call->multiplex;

	if (mention->is_multiplexed) {
		question.operand = (struct operand){ .index = 0, .width = 32 };
		return ask_bits(&question, multiplex->mask, multiplex->number);
	}
	if (!mention->rule->expr)
		return ANSWER_YES;
	return ask_expr(&question, mention->call->rows[arch], mention->rule->expr);
}

struct stretch_walk {
	struct region *region;
	const struct mention *mentions; /* of the stretch */
	const struct stretch *stretch;
	bool (*on_part)(const struct verdict *verdict, void *context);
	void *context;
};

/* Continues at mention number I. */
static bool walk_mentions(const struct stretch_walk *walk, size_t i)
{
	for (; i < walk->stretch->n && !walk->region->is_exhausted; i++) {
		const struct rule *rule = walk->mentions[i].rule;
		struct fact split = { 0 }, other;
		enum answer answer = mention_applies(walk->region, &walk->mentions[i],
						     walk->stretch->arch, &split);
		bool goes_on;

		if (walk->region->is_exhausted)
			return false;
		if (answer == ANSWER_YES)
			return walk->on_part(&(struct verdict){ .action = rule->action,
								.by = VERDICT_RULE,
								.rule = rule },
					     walk->context);
		if (answer == ANSWER_NO)
			continue;
		other = fact_not(split);
		region_push(walk->region, &split);
		goes_on = walk_mentions(walk, i);
		region_pop(walk->region, &split);
		if (!goes_on)
			return false;
		region_push(walk->region, &other);
		goes_on = walk_mentions(walk, i);
		region_pop(walk->region, &other);
		return goes_on;
	}
	return !walk->region->is_exhausted && walk->on_part(&walk->stretch->rest, walk->context);
}

bool stretch_walk(struct region *region, const struct numbers *numbers,
		  const struct stretch *stretch,
		  bool (*on_part)(const struct verdict *verdict, void *context), void *context)
{
	const struct mention *mentions = stretch->n ? numbers->mentions.v + stretch->first : NULL;
	struct stretch_walk walk = { region, mentions, stretch, on_part, context };

	return walk_mentions(&walk, 0);
}
