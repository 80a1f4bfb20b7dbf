/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the tracer's stacks to those of a record; inside this room only. */
#ifndef PINFOLD_TRACE_STACK_H
#define PINFOLD_TRACE_STACK_H

#include <stddef.h>

#include "bpf/event.h"
#include "trace/record.h"

struct stack_table; /* opaque */

struct stack_table *stack_table_create(void);

/* Takes one event of LEN bytes from the ring buffer; what is neither a stack nor a module is
 * ignored. */
void stack_table_add(struct stack_table *table, const void *event, size_t len);

/* Finds the names of all functions (trace/symbol.h). To be called once, when all was added. */
void stack_table_resolve(struct stack_table *table);

/* Gives the stack of the first call of KEY, which the caller owns; empty when none was told. */
struct record_stack stack_table_get(const struct stack_table *table, const struct denial_key *key);

void stack_table_destroy(struct stack_table *table);

#endif
