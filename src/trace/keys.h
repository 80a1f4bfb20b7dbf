/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which arguments of a call the tracer keeps apart; inside this room only. */
#ifndef PINFOLD_TRACE_KEYS_H
#define PINFOLD_TRACE_KEYS_H

#include <stdint.h>

#include "bpf/event.h"
#include "policy/policy.h"

/* Gives the arguments of a call (bit 1 << argument) whose values reports and recordings want:
 * flags, commands, families; never pointers, sizes or descriptors. */
uint8_t keys_of_families(enum arch arch, uint32_t nr);

/* Adds the arguments that POLICY tests, so that all calls of one key have one verdict. */
void keys_add_tested(const struct policy *policy, struct run_config *config);

/* Adds those of keys_of_families() for every call. */
void keys_add_families(struct run_config *config);

/* Sets which pointers are followed when a call is denied: those to strings that the call reads, and
 * those to addresses of sockets. */
void keys_add_texts(struct run_config *config);

/* Gives which arguments of a call lead to strings and addresses (bit 1 << argument), as
 * keys_add_texts() set it. */
void keys_of_texts(const struct run_config *config, enum arch arch, uint32_t nr,
		   uint8_t *ret_strings, uint8_t *ret_addresses);

/* Sets which calls are told as they happen: NAMES of calls and of sets ("@...") between blanks. */
void keys_add_streamed(const char *names, struct run_config *config);

/* Gives the arguments of a call that CONFIG keeps. */
uint8_t keys_kept(const struct run_config *config, enum arch arch, uint32_t nr);

#endif
