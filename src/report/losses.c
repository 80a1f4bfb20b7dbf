// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/losses.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

struct saying {
	void (*take)(const char *line, void *data);
	void *data;
};

static void say(const struct saying *saying, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(const struct saying *saying, const char *format, ...)
{
	va_list args;
	char *line;

	va_start(args, format);
	line = mem_vprintf(format, args);
	va_end(args);
	saying->take(line, saying->data);
	free(line);
}

/* A listener that receives every call comes between the command and calls that no signal
 * interrupts otherwise. */
static const char *interrupted_words(const struct record *record)
{
	return record_knows_calls(record) && !record_knows_results(record)
		       ? "the run may have been disturbed: a handler was set without SA_RESTART, "
			 "and %" PRIu64 " call%s interrupted by a signal may have failed with "
			 "EINTR only because of the trace"
		       : "%" PRIu64 " denied call%s interrupted by a signal, then made again or "
			 "failed with EINTR, not counted";
}

void losses_visit(const struct record *record, void (*take)(const char *line, void *data),
		  void *data)
{
	const struct saying saying = { take, data };
	const struct {
		uint64_t count;
		const char *what;
	} rows[] = {
		{ record->let_through, "calls ran that the policy denies: please report this" },
		{ record->lost.map_full, "calls did not fit in a map" },
		{ record->lost.events, "process events did not fit in the buffer" },
		{ record->lost.missed_runs, "runs of the tracer were skipped by the kernel" },
		{ record->lost.tasks, "tasks could not be traced" },
		{ record->lost.missed_exits, "exits of calls were missed" },
		{ record->lost.starts,
		  "calls were in progress when the trace began, and may have been denied" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].count)
			say(&saying, "%" PRIu64 " %s", rows[i].count, rows[i].what);
}

void unseen_visit(const struct record *record, void (*take)(const char *line, void *data),
		  void *data)
{
	const struct saying saying = { take, data };
	const struct record_lost *lost = &record->lost;
	const char *what;

	if (lost->processes)
		say(&saying, "%" PRIu64 " more process%s: only the calls are counted",
		    lost->processes, lost->processes == 1 ? "" : "es");
	for (size_t i = 0; (what = record_unseen(record, i)); i++)
		say(&saying, "not seen by the trace: %s", what);
	if (lost->interrupted)
		say(&saying, interrupted_words(record), lost->interrupted,
		    plural(lost->interrupted));
	if (lost->own_filters)
		say(&saying, "not seen by the trace: what the command's own filters stopped first");
	if (lost->stacks)
		say(&saying, "the stacks of %" PRIu64 " kinds of call are missing", lost->stacks);
}
