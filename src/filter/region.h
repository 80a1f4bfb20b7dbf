/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of calls, for the prover: what is known about the sixteen 32-bit words that a filter sees. A
 * fact is about one word, so the words are independent of each other.
 */
#ifndef PINFOLD_FILTER_REGION_H
#define PINFOLD_FILTER_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/seccomp.h>

enum {
	REGION_WORDS = sizeof(struct seccomp_data) / 4,
	WORD_NR = 0,
	WORD_ARCH = 1,
	WORD_ARGS = 4, /* low half of args[0], its high half, low half of args[1] ... */
};

/* (word & mask) is in low..high, or is not. */
struct fact {
	uint8_t word;
	bool is_not;
	uint32_t mask, low, high;
};

/* What the facts about a word, up to this one, imply: no value is outside LOW to HIGH. */
struct bounds {
	uint32_t low, high;
	bool is_plain; /* none of them has a mask */
};

struct region {
	struct {
		struct fact *v;
		size_t n, cap;
	} facts[REGION_WORDS]; /* a stack for each word */
	struct {
		struct bounds *v;
		size_t n, cap;
	} bounds[REGION_WORDS]; /* for each fact, so that an answer need not look at all of them */
	uint64_t work, work_max;
	bool is_exhausted; /* work_max was reached: no answer can be trusted */
};

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_SPLIT };

/* Adds FACT; returns whether any call is left. region_pop() removes the last fact about the
 * word. */
bool region_push(struct region *region, const struct fact *fact);
void region_pop(struct region *region, const struct fact *fact);

/* Must be called after the facts about WORD were changed by other means. */
void region_refresh(struct region *region, unsigned int word);

/* Returns whether FACT holds for all calls of the region, which must not be empty, for none, or for
 * some. */
enum answer region_ask(struct region *region, const struct fact *fact);

/* Returns what all facts about WORD imply; the calls of REGION may lie closer together. */
struct bounds region_limits(const struct region *region, unsigned int word);

/* Stores the bounds of WORD that follow from its facts without a mask. */
void region_bounds(const struct region *region, unsigned int word, uint32_t *ret_low,
		   uint32_t *ret_high);

/* Returns one call of the region. */
struct seccomp_data region_witness(struct region *region);

struct fact fact_not(struct fact fact);

void region_finish(struct region *region);

#endif
