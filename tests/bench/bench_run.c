// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_run PINFOLD DIRECTORY JSON [TABLE...]: what it costs to be penned and watched, beside what
 * people use instead. PINFOLD is the program, DIRECTORY what tests/bench/setup made. Tables go to
 * standard output, all numbers to the file JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "tests/bench/tables.h"

enum { WIDTH = 38 };

static size_t count_subjects(const struct table *table)
{
	size_t n = 0;

	while (n < SUBJECTS_MAX && table->subjects[n].name)
		n++;
	return n;
}

static bool is_sized(const struct table *table)
{
	return table->subjects[0].size > 0;
}

/* What a table tells of SUBJECT at PART of its runs. */
static double value_of(const struct table *table, const struct subject *subject, double part)
{
	double value = measure_quantile(subject, table->figure, part);

	return value * (table->scale > 0 ? table->scale : 1) /
	       (subject->size > 0 ? subject->size : 1);
}

static double base_of(const struct table *table)
{
	for (size_t i = 0; i < count_subjects(table); i++)
		if (!strcmp(table->subjects[i].name, table->base))
			return value_of(table, &table->subjects[i], 0.5);
	return 0;
}

/* Columns behind those that every table has. */
static bool shows_cpu(const struct table *table)
{
	return table->figure == FIGURE_WALL && !is_sized(table);
}

static bool shows_total(const struct table *table)
{
	return table->figure == FIGURE_WALL && is_sized(table);
}

static bool shows_memory(const struct table *table)
{
	return table->flags & MEASURE_WATCHED && table->figure != FIGURE_MEMORY;
}

static const struct {
	const char *head;
	enum figure figure;
	bool (*is_shown)(const struct table *table);
} columns[] = {
	{ "CPU ms", FIGURE_CPU, shows_cpu },
	{ "total ms", FIGURE_WALL, shows_total },
	{ "own KiB", FIGURE_MEMORY, shows_memory },
};

static void print_row(const struct table *table, const struct subject *subject)
{
	double median = value_of(table, subject, 0.5), base = base_of(table);

	if (*subject->why_not) {
		printf("  %-*s %s\n", WIDTH, subject->name, subject->why_not);
		return;
	}
	printf("  %-*s %10.2f %10.2f %7.2f", WIDTH, subject->name, median,
	       value_of(table, subject, 0.99), base > 0 ? median / base : 0);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (columns[i].is_shown(table))
			printf(" %10.2f", measure_quantile(subject, columns[i].figure, 0.5));
	putchar('\n');
}

static void print_table(const struct table *table)
{
	printf("%s: %s (%zu rounds in turn%s)\n", table->name, table->about, table->rounds,
	       table->flags & MEASURE_PINNED ? ", all on CPU 0" : ", on any CPU");
	printf("  %-*s %10s %10s %7s", WIDTH, "", "median", "p99", "ratio");
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (columns[i].is_shown(table))
			printf(" %10s", columns[i].head);
	putchar('\n');
	for (size_t i = 0; i < count_subjects(table); i++)
		print_row(table, &table->subjects[i]);
	putchar('\n');
	fflush(stdout);
}

static struct json_object *new_subject(const struct table *table, const struct subject *subject)
{
	struct json_object *object = json_object_new_object();
	const struct {
		const char *name;
		double value;
	} rows[] = {
		{ "median", value_of(table, subject, 0.5) },
		{ "p99", value_of(table, subject, 0.99) },
		{ "size", subject->size },
		{ "wall_ms", measure_quantile(subject, FIGURE_WALL, 0.5) },
		{ "cpu_ms", measure_quantile(subject, FIGURE_CPU, 0.5) },
		{ "memory_kib", measure_quantile(subject, FIGURE_MEMORY, 0.5) },
	};

	json_object_object_add(object, "name", json_object_new_string(subject->name));
	json_object_object_add(object, "runs", json_object_new_uint64(subject->n));
	if (*subject->why_not)
		json_object_object_add(object, "why_not", json_object_new_string(subject->why_not));
	for (size_t i = 0; subject->n && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].value > 0)
			json_object_object_add(object, rows[i].name,
					       json_object_new_double(rows[i].value));
	return object;
}

static void add_table(struct json_object *to, const struct table *table)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();

	for (size_t i = 0; i < count_subjects(table); i++)
		json_object_array_add(list, new_subject(table, &table->subjects[i]));
	json_object_object_add(object, "about", json_object_new_string(table->about));
	json_object_object_add(object, "base", json_object_new_string(table->base));
	json_object_object_add(object, "subjects", list);
	json_object_object_add(to, table->name, object);
}

static bool is_wished(const struct table *table, char **names)
{
	if (!*names)
		return !table->is_by_hand;
	for (; *names; names++)
		if (!strcmp(*names, table->name))
			return true;
	return false;
}

/* Commands are found by their names: pinfold and the tools before what the system has. */
static void set_path(const char *pinfold)
{
	const char *slash = strrchr(pinfold, '/'), *old = getenv("PATH");
	int len = slash ? (int)(slash - pinfold) : 1;
	char *path;

	if (asprintf(&path, "%.*s:tools:%s:/usr/sbin:/sbin", len, slash ? pinfold : ".",
		     old ? old : "") < 0)
		exit(1);
	setenv("PATH", path, 1);
	free(path);
}

int main(int argc, char **argv)
{
	struct json_object *json = json_object_new_object();

	if (argc < 4) {
		fputs("usage: bench_run PINFOLD DIRECTORY JSON [TABLE...]\n", stderr);
		return 2;
	}
	set_path(argv[1]);
	if (chdir(argv[2])) {
		perror(argv[2]);
		return 1;
	}
	for (struct table *table = tables; table->name; table++) {
		if (!is_wished(table, argv + 4))
			continue;
		measure(table->subjects, count_subjects(table), table->rounds, table->flags);
		print_table(table);
		add_table(json, table);
	}
	if (json_object_to_file_ext(argv[3], json, JSON_C_TO_STRING_PRETTY)) {
		fprintf(stderr, "cannot write %s\n", argv[3]);
		return 1;
	}
	json_object_put(json);
	return 0;
}
