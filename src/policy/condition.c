// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conditions: the grammar after "if". Names and types are checked in check.c against every call of
 * the rule, so that what is accepted has one meaning for each of them.
 */
#include <stdlib.h>

#include "base/str.h"
#include "policy/check.h"
#include "policy/hint.h"

/* More tests than this need more instructions than a filter can have. */
enum { NESTING_MAX = 64, TESTS_MAX = 2048, VALUES_MAX = 8192 };

struct condition_reader {
	struct cursor *cursor;
	const struct rule *rule;
	const char *last; /* the argument of the previous test; NULL: this is the first */
	int depth;
	size_t n_tests;
};

static const struct expr *parse_or(struct condition_reader *conditions);

static const struct expr *make_expr(struct condition_reader *conditions, enum expr_kind kind,
				    const struct expr *left, const struct expr *right)
{
	struct expr *expr = arena_alloc(&conditions->cursor->parser->policy->arena, sizeof(*expr));

	expr->kind = kind;
	expr->left = left;
	expr->right = right;
	return expr;
}

static bool parse_op(struct cursor *cursor, const struct test *test, enum test_op *ret_op)
{
	const char *meant = hint_find(HINT_COMPARISON, cursor->token->text);

	for (enum test_op op = TEST_EQ; op <= TEST_ONLY; op++) {
		if (cursor_accept(cursor, test_op_name(op))) {
			*ret_op = op;
			return true;
		}
	}
	parser_unexpected(cursor->parser, cursor->token,
			  "a comparison (== != < <= > >= in has any only)");
	if (meant)
		diags_hint(cursor->parser->diags, "did you mean '%s'?", meant);
	else if (test->has_mask)
		diags_hint(cursor->parser->diags, "%s & %s != 0, or: %s any %s", test->arg,
			   test->mask.text, test->arg, test->mask.text);
	return false;
}

static bool parse_item(struct cursor *cursor, const struct wording *words,
		       struct test_item *ret_item)
{
	struct test_item item = { 0 };

	if (!parse_value(cursor, words, &item.low))
		return false;
	item.high = item.low;
	item.is_range = cursor_accept(cursor, "..");
	if (item.is_range && !parse_value(cursor, words, &item.high))
		return false;
	*ret_item = item;
	return true;
}

static bool is_value(const struct cursor *cursor)
{
	return cursor->token->kind == TOKEN_NUMBER || cursor_is(cursor, "-") ||
	       cursor_is(cursor, "~") ||
	       (cursor->token->kind == TOKEN_NAME && !token_is_reserved(cursor->token));
}

/* Without a blank, "0-2" would be the two values 0 and -2 where its author means a range: a denying
 * rule would let 1 and 2 through. */
static bool is_apart(struct cursor *cursor, bool *is_read)
{
	if (cursor->token->is_spaced)
		return true;
	parser_error(cursor->parser, &cursor->token->place,
		     "a blank is missing between two values");
	diags_hint(cursor->parser->diags, "a range is written LOW..HIGH");
	*is_read = false;
	return false;
}

static bool has_room(struct cursor *cursor, size_t n)
{
	if (n <= VALUES_MAX)
		return true;
	parser_error(cursor->parser, &cursor->token->place, "'in' has more than %d values",
		     VALUES_MAX);
	return false;
}

static bool parse_items(struct cursor *cursor, const struct wording *words, struct test *test)
{
	struct {
		struct test_item *v;
		size_t n, cap;
	} items = { 0 };
	struct test_item *copy;
	bool is_read;

	do {
		is_read = has_room(cursor, items.n + 1) &&
			  parse_item(cursor, words, array_append(&items));
	} while (is_read && is_value(cursor) && is_apart(cursor, &is_read));
	copy = arena_alloc(&cursor->parser->policy->arena, items.n * sizeof(*copy));
	memcpy(copy, items.v, items.n * sizeof(*copy));
	test->items = copy;
	test->n_items = items.n;
	free(items.v);
	return is_read;
}

static bool parse_operands(struct cursor *cursor, const struct wording *words, struct test *test)
{
	struct test_item *item;

	if (cursor_accept(cursor, "&")) {
		test->has_mask = true;
		if (!parse_value(cursor, words, &test->mask))
			return false;
	}
	if (!parse_op(cursor, test, &test->op))
		return false;
	if (test->op == TEST_IN && cursor_is(cursor, "(")) {
		parser_unexpected(cursor->parser, cursor->token, "a number or constant");
		diags_hint(cursor->parser->diags,
			   "the values of 'in' are written without brackets: in 1 2 3");
		return false;
	}
	if (test->op == TEST_IN)
		return parse_items(cursor, words, test);
	item = arena_alloc(&cursor->parser->policy->arena, sizeof(*item));
	if (!parse_value(cursor, words, &item->low))
		return false;
	item->high = item->low;
	test->items = item;
	test->n_items = 1;
	return true;
}

/* A constant where an argument is expected: "prot has PROT_EXEC and PROT_READ", "AF_INET ==
 * domain". */
static void hint_constant(const struct condition_reader *conditions)
{
	const char *name = conditions->cursor->token->text, *last = conditions->last;

	if (!constant_find(name, FAMILY_NONE))
		return;
	diags_hint(conditions->cursor->parser->diags,
		   "every test starts with its argument: %s %s %s", last ? last : "argument",
		   last ? "has" : "==", name);
}

static const struct expr *parse_test(struct condition_reader *conditions)
{
	struct cursor *cursor = conditions->cursor;
	struct parser *parser = cursor->parser;
	struct test *test = arena_alloc(&parser->policy->arena, sizeof(*test));
	struct expr *expr = arena_alloc(&parser->policy->arena, sizeof(*expr));
	struct wording words;

	if (conditions->n_tests++ == TESTS_MAX) {
		parser_error(parser, &cursor->token->place, "the condition has more than %d tests",
			     TESTS_MAX);
		return NULL;
	}
	test->place = cursor->token->place;
	if (cursor->token->kind != TOKEN_NAME || token_is_reserved(cursor->token)) {
		parser_unexpected(parser, cursor->token, "the name of an argument");
		return NULL;
	}
	test->arg = cursor->token->text;
	if (!check_argument(parser, conditions->rule, cursor->token, &words)) {
		hint_constant(conditions);
		return NULL;
	}
	conditions->last = test->arg;
	cursor->token++;
	if (!parse_operands(cursor, &words, test) || !check_test(parser, conditions->rule, test))
		return NULL;
	expr->kind = EXPR_TEST;
	expr->test = test;
	return expr;
}

static const struct expr *parse_unary(struct condition_reader *conditions)
{
	struct cursor *cursor = conditions->cursor;
	const struct expr *inner;

	if (conditions->depth == NESTING_MAX) {
		parser_error(cursor->parser, &cursor->token->place,
			     "the condition is nested more than %d deep", NESTING_MAX);
		return NULL;
	}
	conditions->depth++;
	if (cursor_accept(cursor, "not")) {
		inner = parse_unary(conditions);
		inner = inner ? make_expr(conditions, EXPR_NOT, inner, NULL) : NULL;
	} else if (cursor_accept(cursor, "(")) {
		inner = parse_or(conditions);
		if (inner && !cursor_accept(cursor, ")")) {
			parser_unexpected(cursor->parser, cursor->token, "')'");
			inner = NULL;
		}
	} else {
		inner = parse_test(conditions);
	}
	conditions->depth--;
	return inner;
}

static const struct expr *parse_and(struct condition_reader *conditions)
{
	const struct expr *left = parse_unary(conditions), *right;

	while (left && cursor_accept(conditions->cursor, "and")) {
		right = parse_unary(conditions);
		left = right ? make_expr(conditions, EXPR_AND, left, right) : NULL;
	}
	return left;
}

static const struct expr *parse_or(struct condition_reader *conditions)
{
	const struct expr *left = parse_and(conditions), *right;

	while (left && cursor_accept(conditions->cursor, "or")) {
		right = parse_and(conditions);
		left = right ? make_expr(conditions, EXPR_OR, left, right) : NULL;
	}
	return left;
}

const struct expr *parse_condition(struct cursor *cursor, const struct rule *rule)
{
	struct condition_reader conditions = { .cursor = cursor, .rule = rule };
	const struct expr *expr = parse_or(&conditions);

	if (expr)
		check_agreement(cursor->parser, rule, expr);
	return expr;
}
