// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Constants whose meaning depends on the value of another argument: IPPROTO_IPIP is 4, which is a
 * different protocol for AF_NETLINK. Such a test is not an error, because the number is what is
 * compared, but it says something other than its author means.
 */
#include "policy/check.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"

/* The tests that must hold together at one point of a condition. */
struct together {
	const struct test **v;
	size_t n, cap;
};

/* Returns the test that determines the values of argument number BY of CALL, or NULL. */
static const struct test *deciding_test(const struct together *together,
					const struct sys_call *call, int by)
{
	for (size_t i = 0; i < together->n; i++) {
		const struct test *test = together->v[i];

		if ((test->op == TEST_EQ || test->op == TEST_IN) && !test->has_mask &&
		    sys_call_arg(call, test->arg) == by)
			return test;
	}
	return NULL;
}

/* Returns whether NAME is a constant of argument INDEX for some value of ITEMS. */
static bool is_meant(const char *name, const struct sys_call *call, enum arch arch,
		     unsigned int index, int by, const struct test *decider)
{
	uint64_t args[SYS_ARGS_MAX] = { 0 };

	for (size_t i = 0; i < decider->n_items; i++) {
		args[by] = decider->items[i].low.bits[arch];
		if (decider->items[i].is_range ||
		    constant_find_in(name, dependent_family(call, arch, index, args)))
			return true;
	}
	return false;
}

/* Hints "did you mean NETLINK_SOCK_DIAG" if DECIDER's only value has a name for the number. */
static void hint_meant(struct parser *parser, const struct value *value,
		       const struct sys_call *call, enum arch arch, unsigned int index, int by,
		       const struct test *decider)
{
	uint64_t args[SYS_ARGS_MAX] = { 0 };
	struct strbuf text = { 0 };
	enum family family;

	args[by] = decider->items[0].low.bits[arch];
	family = dependent_family(call, arch, index, args);
	constant_format(&text, arch, family, value->bits[arch]);
	if (decider->n_items == 1 && family != FAMILY_NONE && strspn(text.text, "0123456789") == 0)
		diags_hint(parser->diags, "that is %s there", text.text);
	strbuf_finish(&text);
}

static void check_value(struct parser *parser, const struct test *test, const struct value *value,
			const struct together *together, const struct sys_call *call,
			enum arch arch)
{
	struct operand operand;
	const struct dependent *row;
	const struct test *decider;
	auto_free char *terms = mem_strdup(value->text);
	char *rest = NULL;
	int by;

	operand_find(call, arch, test->arg, &operand);
	row = dependent_first(call, operand.index);
	by = row ? dependent_by(row, call) : -1;
	decider = by < 0 ? NULL : deciding_test(together, call, by);
	if (!decider)
		return;
	for (char *term = strtok_r(terms, "|~-", &rest); term;
	     term = strtok_r(NULL, "|~-", &rest)) {
		if (strspn(term, "0123456789") ||
		    is_meant(term, call, arch, operand.index, by, decider))
			continue;
		parser_warn(parser, &test->place, "'%s' is no %s where %s is %s", term, test->arg,
			    decider->arg, decider->items[0].low.text);
		hint_meant(parser, value, call, arch, operand.index, by, decider);
		return;
	}
}

static void collect(const struct expr *expr, struct together *together)
{
	if (expr->kind == EXPR_TEST) {
		*array_append(together) = expr->test;
	} else if (expr->kind == EXPR_AND) {
		collect(expr->left, together);
		collect(expr->right, together);
	}
}

static void check_part(struct parser *parser, const struct expr *expr, struct together *together,
		       const struct sys_call *call, enum arch arch)
{
	size_t before = together->n;

	if (expr->kind == EXPR_TEST) {
		for (size_t i = 0; i < expr->test->n_items; i++)
			check_value(parser, expr->test, &expr->test->items[i].low, together, call,
				    arch);
		return;
	}
	if (expr->kind == EXPR_AND)
		collect(expr, together);
	check_part(parser, expr->left, together, call, arch);
	if (expr->right)
		check_part(parser, expr->right, together, call, arch);
	together->n = before;
}

void check_agreement(struct parser *parser, const struct rule *rule, const struct expr *expr)
{
	struct together together = { 0 };

	/* What a constant means varies between calls no more than between ABIs. */
	for (size_t i = 0; i < rule->n_calls * ARCH_COUNT; i++) {
		const struct sys_call *call = rule->calls[i / ARCH_COUNT].rows[i % ARCH_COUNT];

		for (unsigned int arg = 0; call && arg < call->n_args; arg++) {
			if (!dependent_first(call, arg))
				continue;
			check_part(parser, expr, &together, call, (enum arch)(i % ARCH_COUNT));
			free(together.v);
			return;
		}
	}
}
