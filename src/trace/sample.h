/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tracer reports about the first call of a kind; internal to this room. */
#ifndef PINFOLD_TRACE_SAMPLE_H
#define PINFOLD_TRACE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "bpf/event.h"
#include "bpf/failure.h"
#include "record/record.h"

struct sample_table; /* opaque */

/* WANTS_FAILURES: stacks of failing calls are kept, too, which takes a look at more modules. */
struct sample_table *sample_table_create(bool wants_failures);

/* Starts the process that will look up the names of functions, while this one has the rights for
 * that. Without it functions have no names. */
void sample_table_begin_reader(struct sample_table *table);

/* Takes one event of LEN bytes from the ring buffer, ignoring other kinds. */
void sample_table_add(struct sample_table *table, const void *event, size_t len);

/* Looks up the names of all functions (symbol/symbol.h). Call it once, after all events were
 * added: the process exits then. */
void sample_table_resolve(struct sample_table *table);

/* Returns whether functions have no names because the library that reads them is missing. */
bool sample_table_lacks_library(const struct sample_table *table);

/* Fills in the stack of *denial, whose key is KEY, and what its pointers pointed to; both stay
 * empty if nothing was reported. */
void sample_table_tell(const struct sample_table *table, const struct call_key *key,
		       struct record_denial *denial);

/* Fills in the stack of *denial, whose call went on, and the pid of its process in the initial pid
 * namespace, if that was requested; returns whether the stack is there and whole. */
bool sample_table_tell_continued(const struct sample_table *table, struct record_denial *denial);

/* As sample_table_tell(), but before the functions were looked up: without the stack. */
void sample_table_tell_early(const struct sample_table *table, const struct call_key *key,
			     struct record_denial *denial);

/* Fills in the stack of *failure, whose key is OF with the number NUMBER, if it was reported. */
void sample_table_tell_failure(const struct sample_table *table, const struct failure_key *of,
			       uint32_t number, struct record_failure *failure);

/* Fills in the stack of *call, if it was reported. */
void sample_table_tell_call(const struct sample_table *table, struct record_call *call);

void sample_table_destroy(struct sample_table *table);

#endif
