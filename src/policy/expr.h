/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A condition as a tree of tests of arguments. Owned by the policy's arena. */
#ifndef PINFOLD_POLICY_EXPR_H
#define PINFOLD_POLICY_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "sys/syscall.h"

enum expr_kind { EXPR_TEST, EXPR_NOT, EXPR_AND, EXPR_OR };

enum test_op {
	TEST_EQ,
	TEST_NE,
	TEST_LT,
	TEST_LE,
	TEST_GT,
	TEST_GE,
	TEST_IN,
	TEST_HAS,  /* all bits of the value are set */
	TEST_ANY,  /* some bit is */
	TEST_ONLY, /* no bit outside the value is */
};

/* A value as written; the kernel's constants differ between ABIs. */
struct value {
	uint64_t bits[ARCH_COUNT]; /* sign-extended if negative */
	bool is_negative[ARCH_COUNT];
	bool is_complement; /* ": its high bits follow the argument's width~written with "~": its
			       high bits depend on the argument's width~": its high bits follow the
			       argument's width */
	const char *text;   /* canonical, without the policy's own constants */
};

struct test_item {
	struct value low, high; /* equal unless written as a range */
	bool is_range;
};

struct test {
	struct place place;
	const char *arg; /* the argument's name, or arg0 to arg5 */
	bool has_mask;
	struct value mask;
	enum test_op op;
	const struct test_item *items; /* one, unless op is TEST_IN */
	size_t n_items;
};

struct expr {
	enum expr_kind kind;
	const struct expr *left, *right; /* EXPR_NOT: left only */
	const struct test *test;	 /* EXPR_TEST */
};

/* How a test reads its argument in one call under one arch. */
struct operand {
	unsigned int index; /* 0 to 5 */
	unsigned int width; /* the kernel reads the low 16, 32 or 64 bits of the register */
	bool is_signed;
	enum arg_type kind;
	enum family family;
};

/*
 * Finds the argument NAME of CALL under ARCH; CALL may be NULL for a number without a row, which
 * has only arg0 to arg5. Returns whether there is one.
 */
bool operand_find(const struct sys_call *call, enum arch arch, const char *name,
		  struct operand *ret_operand);

/* Like operand_find(), for a test that the parser has accepted: a mask makes it unsigned. */
struct operand test_operand(const struct test *test, const struct sys_call *call, enum arch arch);

/* Returns the arguments of CALL that EXPR (NULL: none) tests under ARCH: bit 1 << argument. */
unsigned int expr_tested_args(const struct expr *expr, const struct sys_call *call, enum arch arch);

/* Returns the value's bits under ARCH, truncated to WIDTH bits. */
uint64_t value_bits(const struct value *value, enum arch arch, unsigned int width);

/* Returns the operator as written: "==", "has". */
const char *test_op_name(enum test_op op);

#endif
