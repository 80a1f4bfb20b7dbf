/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tracer tells of the first call of a kind; inside this room only. */
#ifndef PINFOLD_TRACE_SAMPLE_H
#define PINFOLD_TRACE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "bpf/event.h"
#include "record/record.h"

struct sample_table; /* opaque */

struct sample_table *sample_table_create(void);

/* Makes the process that will find the names of functions, while this one has the rights for it.
 * Where there is none, functions have no names. */
void sample_table_begin_reader(struct sample_table *table);

/* Takes one event of LEN bytes from the ring buffer; what is of another kind is
 * ignored. */
void sample_table_add(struct sample_table *table, const void *event, size_t len);

/* Finds the names of all functions (symbol/symbol.h). To be called once, when all was added. */
void sample_table_resolve(struct sample_table *table);

/* Returns whether functions have no names because the library that reads them is not there. */
bool sample_table_lacks_library(const struct sample_table *table);

/* Fills in the stack of *denial, whose key is KEY, and what its pointers led to; both stay empty
 * when nothing was told. */
void sample_table_tell(const struct sample_table *table, const struct call_key *key,
		       struct record_denial *denial);

/* Fills in the stack of *call, where it was told. */
void sample_table_tell_call(const struct sample_table *table, struct record_call *call);

void sample_table_destroy(struct sample_table *table);

#endif
