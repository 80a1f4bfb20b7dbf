/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A condition as clauses, one of which has to hold; for merge.c. */
#ifndef PINFOLD_LEARN_CLAUSE_H
#define PINFOLD_LEARN_CLAUSE_H

#include "base/mem.h"
#include "base/str.h"
#include "policy/expr.h"

/* The values LOW to HIGH in the argument's order, counted from the smallest it can have. */
struct clause_item {
	uint64_t low, high;
	bool is_number; /* both are written as numbers, so they may form a range */
	bool is_range;
	const char *low_text, *high_text;
};

/* One of the tests that a clause joins with "and". */
struct clause_part {
	unsigned int arg;
	const char *head;	   /* "cmd", "type & 0xf"; the same for the same argument */
	struct clause_item *items; /* the values it may have; NULL: given by the text */
	size_t n_items;
	const char *text;
};

struct clause {
	struct clause_part *parts; /* in argument order */
	size_t n_parts;
	const char *except; /* what else has to hold, as text; "": nothing */
};

struct clauses {
	struct clause *v;
	size_t n, cap;
};

/* The call whose arguments a condition tests; all texts and parts are allocated in ARENA. */
struct clause_source {
	struct arena *arena;
	const struct sys_call *call; /* NULL: a number without a row */
	enum arch arch;
};

/* Adds the clauses of EXPR (NULL: all calls) to CLAUSES. */
void clauses_add(struct clauses *clauses, const struct clause_source *source,
		 const struct expr *expr);

/* Adds a clause: under MASK, the first argument of source->call equals NUMBER. */
void clauses_add_number(struct clauses *clauses, const struct clause_source *source, uint32_t mask,
			uint32_t number);

/*
 * Merges clauses that differ only in the values of one argument, and drops duplicates. What CLAUSES
 * hold for stays the same, and the result does not depend on their order. Clauses with the same
 * exceptions are then adjacent, and these share one address.
 */
void clauses_fold(struct clauses *clauses, const struct clause_source *source);

/* Returns whether no call is in both, as far as the values of a single argument show it. */
bool clauses_are_apart(const struct clause *a, const struct clause *b);

/* Sorts the values of PART, drops duplicates, turns consecutive ones into ranges, and makes its
 * text, which is allocated in ARENA. */
void clause_part_settle(struct clause_part *part, struct arena *arena);

/* Appends CLAUSE without its exceptions, as an operand of "or"; with IS_DENIED its negation, as an
 * operand of "and". */
void clause_print(const struct clause *clause, bool is_denied, struct strbuf *buf);

#endif
