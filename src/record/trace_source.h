/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a record comes from, one row each: its names, and what it cannot see. */
#ifndef PINFOLD_RECORD_TRACE_SOURCE_H
#define PINFOLD_RECORD_TRACE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

/* Each sees more than the one before: TRACE_NOTIFY only the calls that reached the filter's
 * listener, TRACE_RAW (raw tracepoints) all calls, but no processes. */
enum trace_source { TRACE_NONE, TRACE_NOTIFY, TRACE_RAW, TRACE_EBPF, TRACE_SOURCES };

struct record;

/* What a source does not see: in any run, or in those for which IS_UNSEEN holds. */
struct trace_gap {
	const char *what;
	bool (*is_unseen)(const struct record *record); /* NULL: in any */
};

struct trace_source_row {
	const char *name;	    /* as --trace takes it and reports write it */
	const char *lack;	    /* what a report from it lacks; NULL: nothing */
	bool knows_calls;	    /* counts allowed calls, too */
	struct trace_gap unseen[9]; /* ended by one without words */
};

/* Returns the row of SOURCE. */
const struct trace_source_row *trace_source_row(enum trace_source source);

/* Stores the source of NAME in *ret_source; returns whether there is one. */
bool trace_source_find(const char *name, enum trace_source *ret_source);

#endif
