/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a merged policy; for merge.c. */
#ifndef PINFOLD_LEARN_MERGE_LINES_H
#define PINFOLD_LEARN_MERGE_LINES_H

#include "base/str.h"
#include "policy/policy.h"

/* A rule for one call. */
struct rule_line {
	bool is_first; /* of a multiplexer: before the rules of its calls */
	struct action action;
	char *condition; /* "": none */
	char *call;
	uint32_t arches;
};
struct rule_lines {
	struct rule_line *v;
	size_t n, cap;
};

/* Compares two actions, A and B, by mildness for qsort(3): of two errors, an expected one is
 * milder, else the smaller one. */
int action_compare(const void *a, const void *b);

/*
 * Appends rules for the calls of LINES, in the order in which they decide: one rule for all calls
 * with the same action and condition, if that means the same for them. ARCHES are the policy's.
 */
void rule_lines_print(struct rule_lines *lines, uint32_t arches, struct strbuf *buf);

/* Appends the names of ARCHES, each after a space. */
void rule_lines_print_arches(uint32_t arches, struct strbuf *buf);

void rule_lines_finish(struct rule_lines *lines);

#endif
