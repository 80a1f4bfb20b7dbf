// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls that are allowed by name, the counts above the rules, and the programs in them. */
#include <inttypes.h>

#include "learn/learner.h"
#include "record/fleet.h"

enum { LINE_WIDTH = 96 };

/* Returns the file name in the path EXE, or NULL if a comment cannot contain it. */
static const char *name_program(const char *exe)
{
	const char *slash = exe ? strrchr(exe, '/') : NULL;

	for (const char *at = exe; at && *at; at++)
		if (*at < ' ' || *at > '~')
			return NULL;
	return slash ? slash + 1 : exe;
}

const char *learner_only_program(const struct record *record)
{
	const char *exe = record->processes.n ? record->processes.v[0].exe : NULL;

	for (size_t i = 1; exe && i < record->processes.n; i++)
		if (!record->processes.v[i].exe || !str_eq(record->processes.v[i].exe, exe))
			return NULL;
	return name_program(exe);
}

/* Returns who made the call first, if several programs ran; else NULL. */
static const char *first_program(const struct learner *learner, const struct record_call *call)
{
	return learner->program ? NULL : name_program(call->exe);
}

void learner_format_runs(struct strbuf *buf, const struct learner *learner,
			 const struct record_call *call, const char *before, const char *after)
{
	const struct fleet *fleet = learner->source->fleet;
	unsigned int n = fleet ? fleet->n_runs : learner->source->n_runs;

	if (n < 2 || call->runs >= n)
		return;
	strbuf_printf(buf, "%sseen in %u of %u runs", before, call->runs, n);
	if (fleet && fleet->machines.n)
		strbuf_printf(buf, " on %u of %zu machines", call->machines, fleet->machines.n);
	strbuf_puts(buf, after);
}

void learner_format_count(struct strbuf *buf, const struct learner *learner,
			  const struct record_call *call, const char *note)
{
	const char *first = first_program(learner, call);

	strbuf_puts(buf, "# ");
	learner_format_call(buf, call);
	strbuf_printf(buf, ": %" PRIu64 " call%s", call->allowed, call->allowed == 1 ? "" : "s");
	if (call->failed)
		strbuf_printf(buf, ", %" PRIu64 " failed", call->failed);
	learner_format_runs(buf, learner, call, ", ", "");
	if (learner->program || first)
		strbuf_printf(buf, ", %sby %s", first ? "first " : "",
			      first ? first : learner->program);
	if (*note)
		strbuf_printf(buf, "; %s", note);
	strbuf_puts(buf, "\n");
}

void learner_write_count(const struct learner *learner, const struct record_call *call,
			 const char *note)
{
	struct strbuf line = { 0 };

	learner_format_count(&line, learner, call, note);
	fputs(line.text, learner->to);
	strbuf_finish(&line);
}

/* Calls by name that one program made first, being written. */
struct plain {
	const char *program; /* NULL: not known, or the only one */
	struct strbuf counts, names;
};

static void flush_plain(const struct learner *learner, const char *suffix, struct plain *plain)
{
	if (plain->names.len)
		fprintf(learner->to, "# %s%s:%s\nallow%s%s\n",
			plain->program ? "first by " : "calls",
			plain->program ? plain->program : "", plain->counts.text, plain->names.text,
			suffix);
	strbuf_finish(&plain->counts);
	strbuf_finish(&plain->names);
}

static void add_plain(const struct learner *learner, const struct record_call *call,
		      const char *suffix, struct plain *plain)
{
	if (plain->counts.len > LINE_WIDTH - 30)
		flush_plain(learner, suffix, plain);
	strbuf_puts(&plain->names, " ");
	learner_format_call(&plain->names, call);
	strbuf_puts(&plain->counts, " ");
	learner_format_call(&plain->counts, call);
	strbuf_printf(&plain->counts, " %" PRIu64, call->allowed);
	learner_format_runs(&plain->counts, learner, call, " (", ")");
}

static bool is_same_program(const char *a, const char *b)
{
	return a == b || (a && b && str_eq(a, b));
}

/* The calls of PROGRAM share rules of one line each, under a line with their counts. */
static void write_plain_of(const struct learner *learner, const struct learner_calls *calls,
			   const char *program, const char *suffix)
{
	struct plain plain = { .program = program };

	for (size_t i = 0; i < calls->n; i++)
		if (is_same_program(first_program(learner, calls->v[i]), program))
			add_plain(learner, calls->v[i], suffix, &plain);
	flush_plain(learner, suffix, &plain);
}

void learner_write_plain(const struct learner *learner, const struct learner_calls *calls,
			 const char *suffix)
{
	for (size_t i = 0; i < calls->n; i++) {
		const char *program = first_program(learner, calls->v[i]);
		bool is_new = true;

		for (size_t k = 0; k < i; k++)
			is_new &= !is_same_program(first_program(learner, calls->v[k]), program);
		if (is_new)
			write_plain_of(learner, calls, program, suffix);
	}
}
