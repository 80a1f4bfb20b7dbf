// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The canonical text. Two policies that print the same are the same; the order of rules is kept,
 * because it decides.
 */
#include "policy/print.h"

enum { LINE_WIDTH = 96 };

static void print_test(const struct test *test, struct strbuf *buf)
{
	strbuf_puts(buf, test->arg);
	if (test->has_mask)
		strbuf_printf(buf, " & %s", test->mask.text);
	strbuf_printf(buf, " %s", test_op_name(test->op));
	for (size_t i = 0; i < test->n_items; i++) {
		strbuf_printf(buf, " %s", test->items[i].low.text);
		if (test->items[i].is_range)
			strbuf_printf(buf, "..%s", test->items[i].high.text);
	}
}

/* Adds parentheses where the grammar would read a different tree: "and" binds tighter than "or",
 * and operators of the same kind group from the left. */
static void print_part(const struct expr *part, bool needs_parentheses, struct strbuf *buf)
{
	strbuf_puts(buf, needs_parentheses ? "(" : "");
	expr_print(part, buf);
	strbuf_puts(buf, needs_parentheses ? ")" : "");
}

void expr_print(const struct expr *expr, struct strbuf *buf)
{
	switch (expr->kind) {
	case EXPR_TEST:
		print_test(expr->test, buf);
		break;
	case EXPR_NOT:
		strbuf_puts(buf, "not ");
		print_part(expr->left, expr->left->kind == EXPR_AND || expr->left->kind == EXPR_OR,
			   buf);
		break;
	case EXPR_AND:
		print_part(expr->left, expr->left->kind == EXPR_OR, buf);
		strbuf_puts(buf, " and ");
		print_part(expr->right,
			   expr->right->kind == EXPR_OR || expr->right->kind == EXPR_AND, buf);
		break;
	case EXPR_OR:
		expr_print(expr->left, buf);
		strbuf_puts(buf, " or ");
		print_part(expr->right, expr->right->kind == EXPR_OR, buf);
		break;
	}
}

static void print_arches(uint32_t arches, struct strbuf *buf)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (arches & 1U << arch)
			strbuf_printf(buf, " %s", arch_get(arch)->name);
}

/* Appends the calls, joining lines with "\" before they get too long. */
static void print_calls(const struct rule *rule, struct strbuf *buf, size_t line_start)
{
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule_call *call = &rule->calls[i];

		if (buf->len - line_start + (call->name ? strlen(call->name) : 12) > LINE_WIDTH) {
			strbuf_puts(buf, " \\\n\t");
			line_start = buf->len;
		} else {
			strbuf_puts(buf, " ");
		}
		if (call->name)
			strbuf_puts(buf, call->name);
		else
			strbuf_printf(buf, "[%u]", call->nr);
	}
}

void rule_print(const struct rule *rule, struct strbuf *buf)
{
	size_t start = buf->len;

	if (!rule->n_calls || !rule->arches)
		return;
	action_format(buf, &rule->action);
	strbuf_puts(buf, rule->is_rest ? " rest" : "");
	print_calls(rule, buf, start);
	if (rule->is_on_arch) {
		strbuf_puts(buf, " on");
		print_arches(rule->arches, buf);
	}
	if (!rule->expr)
		return;
	strbuf_puts(buf, " if ");
	expr_print(rule->expr, buf);
}

static void print_head(const struct policy *policy, struct strbuf *buf)
{
	strbuf_printf(buf, "policy 1\nkernel %u.%u\narch", policy->kernel >> 8,
		      policy->kernel & 0xff);
	print_arches(policy->arches, buf);
	strbuf_puts(buf, "\ndefault ");
	action_format(buf, &policy->default_action);
	strbuf_puts(buf, "\nunknown ");
	action_format(buf, &policy->unknown_action);
	strbuf_puts(buf, "\n\n");
}

void policy_print(const struct policy *policy, struct strbuf *buf)
{
	size_t before;

	print_head(policy, buf);
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		if (str_eq(rule->place.file, POLICY_BUILT_IN))
			strbuf_puts(buf, "# built in: ");
		before = buf->len;
		rule_print(rule, buf);
		strbuf_puts(buf, buf->len > before ? "\n" : "");
	}
	before = buf->len;
	strbuf_puts(buf, "\n");
	settings_print(&policy->settings, buf);
	if (buf->len == before + 1)
		buf->text[--buf->len] = '\0';
}
