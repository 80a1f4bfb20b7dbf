/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which arguments of a call the tracer tells calls apart by. */
#ifndef PINFOLD_EBPF_KEYS_H
#define PINFOLD_EBPF_KEYS_H

#include <stdint.h>

#include "bpf/event.h"
#include "policy/policy.h"

/* Which arguments of each call are kept: bit 1 << argument. */
struct kept_args {
	uint8_t of[SLOTS];
	uint8_t odd; /* for numbers past the slots */
};

/* Returns the arguments of a call (bit 1 << argument) whose values reports and recordings use:
 * flags, commands, families; never pointers, sizes or descriptors. */
uint8_t keys_of_families(enum arch arch, uint32_t nr);

/* Returns the slot of a call, or SLOTS for a number that has none. */
uint32_t keys_slot(enum arch arch, uint32_t nr);

/* Adds the arguments that POLICY tests, so that all calls with one key get the same verdict. */
void keys_add_tested(const struct policy *policy, struct kept_args *kept);

/* Adds those of keys_of_families() for every call. */
void keys_add_families(struct kept_args *kept);

/* How much is kept of a call. */
enum keep {
	KEEP_NUMBERS, /* no argument */
	KEEP_TESTED,  /* those that the policy tests: they determine which rule decides */
	KEEP_VALUES,  /* and those that reports and recordings use */
};

/* Fills in which arguments of every call are kept. */
void keys_choose(const struct policy *policy, enum keep keep, struct kept_args *ret_kept);

/* Sets which pointers are followed when a call is denied: those to strings that the call reads, and
 * those to socket addresses. */
void keys_add_texts(struct call_table *table);

/* Returns which arguments of a call point to strings and to addresses (bit 1 << argument), as set
 * by keys_add_texts(). */
void keys_of_texts(const struct call_table *table, enum arch arch, uint32_t nr,
		   uint8_t *ret_strings, uint8_t *ret_addresses);

/* Sets which calls are reported as they happen: NAMES of calls and of sets ("@..."), separated by
 * blanks. */
void keys_add_streamed(const char *names, struct call_table *table);

/* Returns the arguments of a call that are kept (bit 1 << argument). */
uint8_t keys_kept(const struct kept_args *kept, enum arch arch, uint32_t nr);

#endif
