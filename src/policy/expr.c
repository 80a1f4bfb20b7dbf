// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a test reads its argument: the one place where a name and a type become a register, a width
 * and a sign. The verdict, the compiler and the prover all call this, and differ in the rest.
 */
#include "policy/expr.h"

#include "base/mem.h"
#include "base/str.h"

static bool find_by_number(const char *name, unsigned int *ret_index)
{
	if (!str_starts(name, "arg") || name[3] < '0' || name[3] >= '0' + SYS_ARGS_MAX || name[4])
		return false;
	*ret_index = (unsigned int)(name[3] - '0');
	return true;
}

bool operand_find(const struct sys_call *call, enum arch arch, const char *name,
		  struct operand *ret_operand)
{
	struct operand operand = { .kind = ARG_ULONG, .family = FAMILY_NONE };
	int index = call ? sys_call_arg(call, name) : -1;

	if (index >= 0)
		operand.index = (unsigned int)index;
	else if (!find_by_number(name, &operand.index))
		return false;
	if (call && operand.index < call->n_args) {
		operand.kind = call->args[operand.index].kind;
		operand.family = call->args[operand.index].family;
	}
	operand.width = sys_arg_width(arch, operand.kind);
	operand.is_signed = sys_arg_is_signed(operand.kind);
	*ret_operand = operand;
	return true;
}

struct operand test_operand(const struct test *test, const struct sys_call *call, enum arch arch)
{
	struct operand operand = { .width = 64 };

	operand_find(call, arch, test->arg, &operand);
	if (test->has_mask)
		operand.is_signed = false;
	return operand;
}

uint64_t value_bits(const struct value *value, enum arch arch, unsigned int width)
{
	return value->bits[arch] & ~0ULL >> (64 - width);
}

const char *test_op_name(enum test_op op)
{
	static const char *const names[] = {
		[TEST_EQ] = "==",   [TEST_NE] = "!=",	  [TEST_LT] = "<",  [TEST_LE] = "<=",
		[TEST_GT] = ">",    [TEST_GE] = ">=",	  [TEST_IN] = "in", [TEST_HAS] = "has",
		[TEST_ANY] = "any", [TEST_ONLY] = "only",
	};

	return names[op];
}

unsigned int expr_tested_args(const struct expr *expr, const struct sys_call *call, enum arch arch)
{
	if (!expr)
		return 0;
	if (expr->kind == EXPR_TEST)
		return 1U << test_operand(expr->test, call, arch).index;
	return expr_tested_args(expr->left, call, arch) | expr_tested_args(expr->right, call, arch);
}
