/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy's verdicts for sets of calls instead of single ones: the prover's other side. */
#ifndef PINFOLD_FILTER_MEANING_H
#define PINFOLD_FILTER_MEANING_H

#include "filter/region.h"
#include "filter/verdict.h"

/* One way in which a rule names a number. */
struct mention {
	uint32_t nr;
	const struct rule *rule;
	const struct rule_call *call;
	bool is_multiplexed;
};

/* Numbers with the same mentions: a single number, or a stretch without any. */
struct stretch {
	uint32_t low, high;
	enum arch arch;
	struct verdict rest; /* when no mention applies */
	size_t first, n;     /* mentions, in rule order */
};

/* All numbers of one AUDIT_ARCH. */
struct numbers {
	uint32_t audit_arch;
	struct {
		struct stretch *v;
		size_t n, cap;
	} stretches; /* sorted, from 0 to the largest */
	struct {
		struct mention *v;
		size_t n, cap;
	} mentions;
};

/* Fills NUMBERS for AUDIT_ARCH from POLICY. */
void numbers_init(struct numbers *numbers, const struct policy *policy, uint32_t audit_arch);
void numbers_finish(struct numbers *numbers);

/* Stores the distinct AUDIT_ARCH values of all arches; returns how many there are. */
size_t numbers_list_arches(uint32_t ret_arches[ARCH_COUNT]);

/* Returns the index of the stretch that contains NR. */
size_t numbers_find(const struct numbers *numbers, uint32_t nr);

/* Returns whether MENTION applies to the calls of REGION under ARCH; with ANSWER_SPLIT, *ret_split
 * is the fact that it depends on. */
enum answer mention_applies(struct region *region, const struct mention *mention, enum arch arch,
			    struct fact *ret_split);

/*
 * Splits the calls of REGION, all in STRETCH, into parts with one verdict each, and calls ON_PART
 * while REGION is that part, until it returns false. Returns whether all parts were visited: not if
 * ON_PART stopped it, or REGION is exhausted.
 */
bool stretch_walk(struct region *region, const struct numbers *numbers,
		  const struct stretch *stretch,
		  bool (*on_part)(const struct verdict *verdict, void *context), void *context);

#endif
