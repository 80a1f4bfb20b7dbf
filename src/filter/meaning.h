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

/* Numbers with the same mentions: one number, or a stretch without any. */
struct stretch {
	uint32_t low, high;
	enum arch arch;
	struct verdict rest; /* when no mention applies */
	size_t first, n;     /* of mentions, in the order of the rules */
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

/* Returns the different AUDIT_ARCHes of all arches; returns how many. */
size_t numbers_list_arches(uint32_t ret_arches[ARCH_COUNT]);

/* Returns the index of the stretch that NR is in. */
size_t numbers_find(const struct numbers *numbers, uint32_t nr);

/* Returns whether MENTION applies to the calls of REGION under ARCH; for ANSWER_SPLIT, on which
 * fact it depends. */
enum answer mention_applies(struct region *region, const struct mention *mention, enum arch arch,
			    struct fact *ret_split);

/*
 * Takes the calls of REGION, all in STRETCH, apart into parts that the policy gives one verdict
 * each, and calls ON_PART while REGION is that part, until it gives false. Returns whether all
 * parts were told: not if ON_PART stopped it, or REGION is exhausted.
 */
bool stretch_walk(struct region *region, const struct numbers *numbers,
		  const struct stretch *stretch,
		  bool (*on_part)(const struct verdict *verdict, void *context), void *context);

#endif
