// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "base/mem.h"
#include "report/compare.h"
#include "report/json.h"

static const struct {
	const char *key, *heading;
} kinds[COMPARED] = {
	[COMPARED_CALLS] = { "calls", "calls" },
	[COMPARED_VIOLATIONS] = { "violations", "denials, pen failures and other violations" },
	[COMPARED_FILES] = { "files", "files that failing calls named" },
	[COMPARED_PROGRAMS] = { "programs", "programs" },
};

/* A number of a run as a whole; UINT64_MAX: not known. */
struct compare_number {
	const char *key, *words;
	uint64_t old, new;
};

enum { NUMBERS = 5 };

static void list_numbers(const struct report_comparison *comparison,
			 struct compare_number to[NUMBERS])
{
	static const struct resources unknown = {
		NULL, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, { NULL, NULL, NULL, NULL }
	};
	const struct resources *old = comparison->old->resources;
	const struct resources *new = comparison->new->resources;

	old = old ? old : &unknown;
	new = new ? new : &unknown;
	to[0] = (struct compare_number){ "elapsed_ns", "time, ns", comparison->old->elapsed_ns,
					 comparison->new->elapsed_ns };
	to[1] = (struct compare_number){ "cpu_ns", "CPU time, ns", old->cpu_ns, new->cpu_ns };
	to[2] = (struct compare_number){ "memory_peak", "peak memory, bytes", old->memory_peak,
					 new->memory_peak };
	to[3] = (struct compare_number){ "pids_peak", "most processes", old->pids_peak,
					 new->pids_peak };
	to[4] = (struct compare_number){ "oom_kills", "processes killed for lack of memory",
					 old->oom_kills, new->oom_kills };
}

/* What only one run has says itself how often, if it is a violation. */
static void print_row(const struct compare_row *row, FILE *to)
{
	if (row->kind == COMPARED_VIOLATIONS && (!row->old || !row->new))
		fprintf(to, "  %c %s\n", row->new ? '+' : '-', row->text);
	else if (row->old && row->new)
		fprintf(to, "  ~ %s: %" PRIu64 " -> %" PRIu64 "\n", row->text, row->old, row->new);
	else
		fprintf(to, "  %c %s: %" PRIu64 "\n", row->new ? '+' : '-', row->text,
			row->new ? row->new : row->old);
}

static void print_kind(const struct report_comparison *comparison, enum compared kind,
		       bool is_verbose, FILE *to)
{
	bool has_any = false;

	for (size_t i = 0; i < comparison->rows.n; i++) {
		const struct compare_row *row = &comparison->rows.v[i];

		if (row->kind != kind || row->old == row->new ||
		    (row->old && row->new && !is_verbose))
			continue;
		if (!has_any)
			fprintf(to, "%s\n", kinds[kind].heading);
		has_any = true;
		print_row(row, to);
	}
}

static void print_known(uint64_t number, FILE *to)
{
	if (number == UINT64_MAX)
		fputs("not known", to);
	else
		fprintf(to, "%" PRIu64, number);
}

void comparison_write_text(const struct report_comparison *comparison, bool is_verbose, FILE *to)
{
	struct compare_number numbers[NUMBERS];

	for (enum compared kind = 0; kind < COMPARED; kind++)
		print_kind(comparison, kind, is_verbose, to);
	if (!is_verbose && !comparison_differs(comparison))
		return;
	list_numbers(comparison, numbers);
	fputs("resources\n", to);
	for (size_t i = 0; i < NUMBERS; i++) {
		if (numbers[i].old == numbers[i].new)
			continue;
		fprintf(to, "  ~ %s: ", numbers[i].words);
		print_known(numbers[i].old, to);
		fputs(" -> ", to);
		print_known(numbers[i].new, to);
		fputc('\n', to);
	}
}

static struct json_object *new_row(const struct compare_row *row)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "text", json_object_new_string(row->text));
	json_add_number(object, "old", row->old);
	json_add_number(object, "new", row->new);
	return object;
}

/* The texts are escaped already. */
static struct json_object *new_kind(const struct report_comparison *comparison, enum compared kind)
{
	struct json_object *object = json_object_new_object();
	struct json_object *added = json_object_new_array(), *gone = json_object_new_array();
	struct json_object *changed = json_object_new_array();

	for (size_t i = 0; i < comparison->rows.n; i++) {
		const struct compare_row *row = &comparison->rows.v[i];

		if (row->kind == kind && row->old != row->new)
			json_object_array_add(!row->old	  ? added
					      : !row->new ? gone
							  : changed,
					      new_row(row));
	}
	json_object_object_add(object, "new", added);
	json_object_object_add(object, "gone", gone);
	json_object_object_add(object, "changed", changed);
	return object;
}

static struct json_object *new_numbers(const struct report_comparison *comparison)
{
	struct json_object *object = json_object_new_object();
	struct compare_number numbers[NUMBERS];

	list_numbers(comparison, numbers);
	for (size_t i = 0; i < NUMBERS; i++) {
		struct json_object *both = json_object_new_object();

		json_add_known_number(both, "old", numbers[i].old);
		json_add_known_number(both, "new", numbers[i].new);
		json_object_object_add(object, numbers[i].key, both);
	}
	return object;
}

void comparison_write_json(const struct report_comparison *comparison, FILE *to)
{
	struct json_file file = { .to = to };

	json_add_part(&file, "schema", json_object_new_string("pinfold-compare/1"));
	json_add_part(&file, "differs", json_object_new_boolean(comparison_differs(comparison)));
	for (enum compared kind = 0; kind < COMPARED; kind++)
		json_add_part(&file, kinds[kind].key, new_kind(comparison, kind));
	json_add_part(&file, "resources", new_numbers(comparison));
	fputs("\n}\n", to);
}
