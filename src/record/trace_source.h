/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a record comes from, one row each: its names, and what it cannot see. */
#ifndef PINFOLD_RECORD_TRACE_SOURCE_H
#define PINFOLD_RECORD_TRACE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Each sees more than the one before: TRACE_NOTIFY only the calls that the policy denies, which
 * reach the filter's listener; TRACE_NOTIFY_CALLS, where those that it allows do so too, all calls,
 * but not how they end; TRACE_RAW (raw tracepoints) that, too, but no processes.
 */
enum trace_source {
	TRACE_NONE,
	TRACE_NOTIFY,
	TRACE_NOTIFY_CALLS,
	TRACE_RAW,
	TRACE_EBPF,
	TRACE_SOURCES
};

struct record;

/* What a source does not see: in any run, or in those for which IS_UNSEEN holds. */
struct trace_gap {
	const char *what;
	bool (*is_unseen)(const struct record *record); /* NULL: in any */
};

struct trace_source_row {
	const char *name;	/* as reports write it */
	enum trace_source word; /* the one whose name --trace takes for it: itself, or a lesser */
	const char *lack;	/* what a report from it lacks; NULL: nothing */
	bool knows_calls;	/* counts allowed calls, too, */
	bool knows_results;	/* and what became of them */
	bool is_dear;		/* slows each call down: only for those who need the calls */
	struct trace_gap unseen[10]; /* ended by one without words */
};

/* Returns the row of SOURCE. */
const struct trace_source_row *trace_source_row(enum trace_source source);

/* Stores the source of NAME in *ret_source; returns whether there is one. */
bool trace_source_find(const char *name, enum trace_source *ret_source);

#endif
