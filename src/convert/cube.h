/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conditions as alternatives of masked comparisons; internal to this room. */
#ifndef PINFOLD_CONVERT_CUBE_H
#define PINFOLD_CONVERT_CUBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/expr.h"

/* The calls with (argument & mask) == value for every argument. */
struct cube {
	uint64_t mask[SYS_ARGS_MAX], value[SYS_ARGS_MAX];
};

/* The calls in any of the cubes; {0}: none. */
struct cubes {
	struct cube *v;
	size_t n, cap;
	bool is_too_many; /* more than CUBES_MAX: the contents are meaningless */
};

enum { CUBES_MAX = 1024 };

/* Returns the calls for which EXPR (NULL: always true) holds, or with IS_NOT those for which it
 * does not. The caller frees v. */
struct cubes cubes_of_expr(const struct expr *expr, bool is_not, const struct sys_call *call,
			   enum arch arch);

/* Returns the calls with (argument ARG & MASK) == VALUE, or with IS_NOT all others. */
struct cubes cubes_of_bits(size_t arg, uint64_t mask, uint64_t value, bool is_not);

/* cubes_add() adds the calls of OTHER, cubes_keep() keeps only those that OTHER has too; both empty
 * OTHER. */
void cubes_add(struct cubes *cubes, struct cubes *other);
void cubes_keep(struct cubes *cubes, struct cubes *other);

/* Returns whether CUBE contains all calls. */
bool cube_is_all(const struct cube *cube);

/*
 * Returns whether every call of CUBE is in one of CUBES; if not, *RET_REST, which may be NULL, is a
 * set of calls of CUBE that are in none. If that takes too long, they count as not covered.
 */
bool cubes_cover(const struct cubes *cubes, const struct cube *cube, struct cube *ret_rest);

/* Returns CUBE as a comparison of only the BITS of each register. */
struct cube cube_cut(const struct cube *cube, uint64_t bits);

#endif
