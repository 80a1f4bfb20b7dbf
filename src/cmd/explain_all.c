// SPDX-License-Identifier: GPL-2.0-or-later
/* A table of all calls of one ABI: what a policy does with each, and where it says so. */
#include "cmd/explain_all.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/command.h"
#include "filter/meaning.h"

enum { WORK_MAX = 1 << 24, NAME_WIDTH = 28, ACTION_WIDTH = 20 };

/* What decides the calls of one number. */
struct verdicts {
	struct verdict *v;
	size_t n, cap;
};

struct table {
	const struct policy *policy;
	struct numbers numbers;
	struct region region;
	struct verdicts verdicts; /* of the line being made */
};

static bool note_verdict(const struct verdict *verdict, void *context)
{
	struct table *table = context;

	for (size_t i = 0; i < table->verdicts.n; i++)
		if (verdict_is_same(&table->verdicts.v[i], verdict))
			return true;
	*array_append(&table->verdicts) = *verdict;
	return true;
}

/* Rules in the order in which they decide, followed by what applies without one. */
static int compare_verdicts(const void *a, const void *b)
{
	const struct verdict *x = a, *y = b;
	size_t x_index = x->rule ? x->rule->index : SIZE_MAX;
	size_t y_index = y->rule ? y->rule->index : SIZE_MAX;

	return (x_index > y_index) - (x_index < y_index);
}

static bool is_one_action(const struct verdicts *verdicts)
{
	for (size_t i = 1; i < verdicts->n; i++)
		if (verdicts->v[i].action.kind != verdicts->v[0].action.kind ||
		    verdicts->v[i].action.data != verdicts->v[0].action.data)
			return false;
	return true;
}

static void format_place(const struct policy *policy, const struct verdict *verdict,
			 struct strbuf *buf)
{
	struct place place = verdict_place(policy, verdict);

	if (!place.file) {
		strbuf_puts(buf, verdict_by_row(verdict->by)->name);
		return;
	}
	strbuf_escape(buf, place.file, strlen(place.file));
	if (place.line && !str_eq(place.file, POLICY_BUILT_IN))
		strbuf_printf(buf, ":%u", place.line);
}

static void print_line(const struct table *table, const char *name)
{
	const struct verdicts *verdicts = &table->verdicts;
	bool is_one = is_one_action(verdicts);
	struct strbuf action = { 0 }, places = { 0 };

	if (is_one)
		action_format(&action, &verdicts->v[0].action);
	else
		strbuf_puts(&action, "depends on arguments");
	for (size_t i = 0; i < verdicts->n; i++) {
		strbuf_puts(&places, i ? ", " : "");
		if (!is_one) {
			action_format(&places, &verdicts->v[i].action);
			strbuf_puts(&places, " ");
		}
		format_place(table->policy, &verdicts->v[i], &places);
	}
	printf("%-*s %-*s %s\n", NAME_WIDTH, name, ACTION_WIDTH, action.text, places.text);
	strbuf_finish(&action);
	strbuf_finish(&places);
}

/* Fills table->verdicts with what decides the calls of STRETCH. */
static bool ask_stretch(struct table *table, const struct stretch *stretch)
{
	table->verdicts.n = 0;
	if (!stretch_walk(&table->region, &table->numbers, stretch, note_verdict, table))
		return false;
	qsort(table->verdicts.v, table->verdicts.n, sizeof(*table->verdicts.v), compare_verdicts);
	return true;
}

static bool print_known(struct table *table, enum arch arch)
{
	const struct sys_call *row;

	for (size_t i = 0; (row = sys_call_row(i)); i++) {
		size_t at;

		if (row->nr[arch] == -1)
			continue;
		at = numbers_find(&table->numbers, (uint32_t)row->nr[arch]);
		if (!ask_stretch(table, &table->numbers.stretches.v[at]))
			return false;
		print_line(table, row->name);
	}
	return true;
}

/* Prints numbers without a name that rules mention, then all others, which are treated alike. */
static bool print_nameless(struct table *table, enum arch arch)
{
	const struct stretch *other = NULL;

	for (size_t i = 0; i < table->numbers.stretches.n; i++) {
		const struct stretch *stretch = &table->numbers.stretches.v[i];
		char name[16];

		if (stretch->arch != arch || sys_call_name(arch, stretch->low))
			continue;
		if (!stretch->n) {
			other = stretch;
			continue;
		}
		if (!ask_stretch(table, stretch))
			return false;
		snprintf(name, sizeof(name), "[%" PRIu32 "]", stretch->low);
		print_line(table, name);
	}
	if (other && ask_stretch(table, other))
		print_line(table, "(all other numbers)");
	return true;
}

int explain_all(const struct policy *policy, enum arch arch, struct diags *diags)
{
	struct table table = { .policy = policy, .region.work_max = WORK_MAX };
	bool is_whole;

	numbers_init(&table.numbers, policy, arch_get(arch)->audit_arch);
	is_whole = print_known(&table, arch) && print_nameless(&table, arch);
	numbers_finish(&table.numbers);
	region_finish(&table.region);
	free(table.verdicts.v);
	if (is_whole)
		return STATUS_OK;
	diags_fail(diags, -E2BIG, "the policy is too intricate to be shown as a table");
	diags_hint(diags, "write fewer or simpler conditions");
	return STATUS_FAILED;
}
