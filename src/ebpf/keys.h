/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which arguments of a call the tracer keeps apart; inside this room only. */
#ifndef PINFOLD_EBPF_KEYS_H
#define PINFOLD_EBPF_KEYS_H

#include <stdint.h>

#include "bpf/event.h"
#include "policy/policy.h"

/* Which arguments of each call are kept: bit 1 << argument. */
struct kept_args {
	uint8_t of[SLOTS];
	uint8_t odd; /* of numbers past the slots */
};

/* Returns the arguments of a call (bit 1 << argument) whose values reports and recordings want:
 * flags, commands, families; never pointers, sizes or descriptors. */
uint8_t keys_of_families(enum arch arch, uint32_t nr);

/* Adds the arguments that POLICY tests, so that all calls of one key have one verdict. */
void keys_add_tested(const struct policy *policy, struct kept_args *kept);

/* Adds those of keys_of_families() for every call. */
void keys_add_families(struct kept_args *kept);

/* How much is kept of a call. */
enum keep {
	KEEP_NUMBERS, /* no argument */
	KEEP_TESTED,  /* those that the policy tests: they tell which rule decided */
	KEEP_VALUES,  /* and those that reports and recordings want */
};

/* Returns the arguments that are kept of every call. */
void keys_choose(const struct policy *policy, enum keep keep, struct kept_args *ret_kept);

/* Sets which pointers are followed when a call is denied: those to strings that the call reads, and
 * those to addresses of sockets. */
void keys_add_texts(struct call_table *table);

/* Returns which arguments of a call lead to strings and addresses (bit 1 << argument), as
 * keys_add_texts() set it. */
void keys_of_texts(const struct call_table *table, enum arch arch, uint32_t nr,
		   uint8_t *ret_strings, uint8_t *ret_addresses);

/* Sets which calls are reported as they happen: NAMES of calls and of sets ("@...") between blanks.
 */
void keys_add_streamed(const char *names, struct call_table *table);

/* Returns the arguments of a call that are kept. */
uint8_t keys_kept(const struct kept_args *kept, enum arch arch, uint32_t nr);

#endif
