/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A condition as clauses, of which one has to hold; for merge.c. */
#ifndef PINFOLD_LEARN_CLAUSE_H
#define PINFOLD_LEARN_CLAUSE_H

#include "base/mem.h"
#include "base/str.h"
#include "policy/expr.h"

/* Values from LOW to HIGH in the order of the argument, counted from the smallest it can have. */
struct clause_item {
	uint64_t low, high;
	bool is_number; /* both stand as numbers, which a range may be made of */
	bool is_range;
	const char *low_text, *high_text;
};

/* One of the tests that a clause joins by "and". */
struct clause_part {
	unsigned int arg;
	const char *head;	   /* "cmd", "type & 0xf"; of the same argument it is the same */
	struct clause_item *items; /* the values that it may have; NULL: the text says */
	size_t n_items;
	const char *text;
};

struct clause {
	struct clause_part *parts; /* in the order of the arguments */
	size_t n_parts;
	const char *except; /* what has to hold besides, as text; "": nothing */
};

struct clauses {
	struct clause *v;
	size_t n, cap;
};

/* Whose arguments a condition tests; all texts and parts are of ARENA. */
struct clause_source {
	struct arena *arena;
	const struct sys_call *call; /* NULL: a number without a row */
	enum arch arch;
};

/* Adds the clauses of EXPR (NULL: all calls) to CLAUSES. */
void clauses_add(struct clauses *clauses, const struct clause_source *source,
		 const struct expr *expr);

/* Adds that NUMBER is the first argument of source->call, in the bits of MASK. */
void clauses_add_number(struct clauses *clauses, const struct clause_source *source, uint32_t mask,
			uint32_t number);

/*
 * Makes those that differ in the values of one argument one, and leaves no two alike. What CLAUSES
 * hold for stays the same, and the result does not depend on their order. Those with the same
 * exceptions stand together then, and these have one address.
 */
void clauses_fold(struct clauses *clauses, const struct clause_source *source);

/* Returns whether no call is of both, as far as that is seen by the values of one argument. */
bool clauses_are_apart(const struct clause *a, const struct clause *b);

/* Sorts the values of PART, keeps each once, makes ranges of those that follow each other, and
 * makes its text, which is of ARENA. */
void clause_part_settle(struct clause_part *part, struct arena *arena);

/* Appends CLAUSE without its exceptions, as it may stand within "or"; IS_DENIED: its contrary, as
 * it may stand within "and". */
void clause_print(const struct clause *clause, bool is_denied, struct strbuf *buf);

#endif
