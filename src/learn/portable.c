// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules for what another C library, kernel or machine calls instead of what was seen. */
#include <stdlib.h>

#include "base/mem.h"
#include "learn/call_family.h"
#include "learn/learner.h"
#include "learn/sibling.h"

/* Calls that already have a rule: one for each call, because a second would never apply. */
struct told {
	const char **v;
	size_t n, cap;
};

static bool is_told(const struct learner *learner, const struct told *told, enum arch arch,
		    const char *name)
{
	const struct sys_call *row = sys_call_find(arch, name);

	for (size_t i = 0; i < told->n; i++)
		if (str_eq(told->v[i], name))
			return true;
	for (size_t i = 0; row && i < learner->record->denials.n; i++) {
		const struct record_denial *denial = &learner->record->denials.v[i];

		if (denial->arch == arch && denial->nr == (uint32_t)row->nr[arch] &&
		    learner_asks_to_fall_back(denial))
			return true;
	}
	return !row || learner_has_call(learner->record, arch, (uint32_t)row->nr[arch]);
}

/* Writes NAME as a replacement for CALL: under the same condition, or, where that cannot be tested
 * (behind a pointer), denied, so that libc falls back. */
static void write_sibling(const struct learner *learner, const struct record_call *call,
			  const char *name, const char *suffix)
{
	struct record_call sibling;
	struct strbuf theirs = { 0 }, ours = { 0 }, note = { 0 };

	if (!sibling_call(call, name, &sibling) || learner_has_in_base(learner, &sibling))
		return;
	family_condition(call, learner->source, &theirs, &note);
	family_condition(&sibling, learner->source, &ours, &note);
	fputs("# portable: for ", learner->to);
	strbuf_finish(&note);
	learner_format_call(&note, call);
	fprintf(learner->to, "%s\n", note.text);
	if (theirs.len && sibling_is_blind(name))
		fprintf(learner->to, "deny ENOSYS %s%s\n", name, suffix);
	else
		fprintf(learner->to, "allow %s%s%s%s\n", name, suffix, ours.len ? " if " : "",
			ours.len ? ours.text : "");
	strbuf_finish(&theirs);
	strbuf_finish(&ours);
	strbuf_finish(&note);
}

/* Returns the recorded call of ROW, or NULL. */
static const struct record_call *find_seen(const struct record *record, enum arch arch,
					   const struct sibling_row *row)
{
	for (size_t i = 0; i < record->calls.n; i++) {
		const struct record_call *call = &record->calls.v[i];
		const char *name = sys_call_name(call->arch, call->nr);

		for (size_t k = 0; k < SIBLINGS_MAX && row->names[k]; k++)
			if (name && call->arch == arch && call->allowed &&
			    str_eq(row->names[k], name))
				return call;
	}
	return NULL;
}

void learner_write_siblings(const struct learner *learner, enum arch arch, const char *suffix)
{
	struct told told = { 0 };
	const struct sibling_row *row;

	for (size_t i = 0; (row = sibling_row(i)); i++) {
		const struct record_call *seen = find_seen(learner->record, arch, row);
		const struct sys_call *first = sys_call_find(arch, row->names[0]);
		struct record_call bare = { .arch = arch, .allowed = 1 };

		if (!seen && row->is_always && first) {
			bare.nr = (uint32_t)first->nr[arch];
			seen = &bare;
		}
		for (size_t k = 0; seen && k < SIBLINGS_MAX && row->names[k]; k++) {
			if (is_told(learner, &told, arch, row->names[k]))
				continue;
			if (!told.n)
				fprintf(learner->to,
					"\n# == Other libraries, kernels and machines%s\n", suffix);
			write_sibling(learner, seen, row->names[k], suffix);
			*array_append(&told) = row->names[k];
		}
	}
	free(told.v);
}
