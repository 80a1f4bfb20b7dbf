// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench_run PINFOLD FOLDER JSON [TABLE...]: what it costs to be penned and watched, beside what
 * people use instead. PINFOLD is the program, FOLDER that of tests/bench/setup. Tables go to
 * standard output, all numbers to the file JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "tests/bench/measure.h"

enum { SUBJECTS_MAX = 12 };

/* The mounts of pinfold's default view, for bwrap. */
#define BWRAP                                                                                      \
	"bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--ro-bind",   \
		"/bin", "/bin", "--ro-bind", "/sbin", "/sbin", "--ro-bind", "/lib", "/lib",        \
		"--ro-bind", "/lib64", "/lib64", "--ro-bind", "/etc", "/etc", "--ro-bind", "/opt", \
		"/opt", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"
#define PEN "pinfold", "run", "-q", "-p", "plain.policy"

struct table {
	const char *name, *about;
	enum measure_what what;
	bool is_pinned;
	size_t rounds;
	const char *base; /* the subject that the others are compared with */
	struct subject subjects[SUBJECTS_MAX];
};

static struct table tables[] = {
	{ "start",
	  "start-up and end of 'true', ms",
	  MEASURE_WALL,
	  false,
	  100,
	  "bwrap",
	  { { .name = "bare", .words = { "true" } },
	    { .name = "unshare",
	      .words = { "unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork",
			 "--ipc", "--uts", "--net", "--cgroup", "true" } },
	    { .name = "bwrap", .words = { BWRAP, "true" }, .needs = "bwrap" },
	    { .name = "bwrap with a ready filter",
	      .words = { BWRAP, "--seccomp", "9", "true" },
	      .needs = "bwrap" },
	    { .name = "firejail",
	      .words = { "firejail", "--quiet", "--noprofile", "true" },
	      .needs = "firejail" },
	    { .name = "crun",
	      .words = { "crun", "run", "-b", "bundle", "pinfold-bench" },
	      .needs = "crun" },
	    { .name = "pinfold, no trace", .words = { PEN, "--trace", "none", "--", "true" } },
	    { .name = "pinfold, notify", .words = { PEN, "--trace", "notify", "--", "true" } },
	    { .name = "pinfold, raw", .words = { PEN, "--trace", "raw", "--", "true" } },
	    { .name = "pinfold, ebpf", .words = { PEN, "--trace", "ebpf", "--", "true" } } } },
	{ "call",
	  "one getppid, ns, all on one CPU",
	  MEASURE_OUTPUT,
	  true,
	  7,
	  "floor: empty programs",
	  { { .name = "bare", .words = { "loop", "getppid", "2000000" } },
	    { .name = "floor: empty programs", .words = { "floor", "loop", "getppid", "2000000" } },
	    { .name = "pinfold, no trace",
	      .words = { PEN, "--trace", "none", "-r", "tools", "--", "tools/loop", "getppid",
			 "2000000" } },
	    { .name = "pinfold, raw",
	      .words = { PEN, "--trace", "raw", "-r", "tools", "--", "tools/loop", "getppid",
			 "2000000" } },
	    { .name = "pinfold, ebpf",
	      .words = { PEN, "--trace", "ebpf", "-r", "tools", "--", "tools/loop", "getppid",
			 "2000000" } },
	    { .name = "bpftrace, counting",
	      .words = { "bpftrace", "-q", "-e",
			 "tracepoint:raw_syscalls:sys_enter /pid == cpid/ { @[args->id] = count(); "
			 "}",
			 "-c", "tools/loop getppid 2000000" },
	      .needs = "bpftrace" },
	    { .name = "perf trace -s",
	      .words = { "perf", "trace", "-s", "-o", "/dev/null", "loop", "getppid", "200000" },
	      .needs = "perf" },
	    { .name = "strace -f -c",
	      .words = { "strace", "-f", "-c", "-o", "/dev/null", "loop", "getppid", "20000" },
	      .needs = "strace" } } },
	{ "write",
	  "one write to /dev/null, ns",
	  MEASURE_OUTPUT,
	  true,
	  7,
	  "bare",
	  { { .name = "bare", .words = { "loop", "write", "1000000" } },
	    { .name = "pinfold, no trace",
	      .words = { PEN, "--trace", "none", "-r", "tools", "--", "tools/loop", "write",
			 "1000000" } },
	    { .name = "pinfold, ebpf",
	      .words = { PEN, "--trace", "ebpf", "-r", "tools", "--", "tools/loop", "write",
			 "1000000" } } } },
	{ "open",
	  "openat and close, ns",
	  MEASURE_OUTPUT,
	  true,
	  7,
	  "bare",
	  { { .name = "bare", .words = { "loop", "open", "300000" } },
	    { .name = "pinfold, no trace",
	      .words = { PEN, "--trace", "none", "-r", "tools", "--", "tools/loop", "open",
			 "300000" } },
	    { .name = "pinfold, ebpf",
	      .words = { PEN, "--trace", "ebpf", "-r", "tools", "--", "tools/loop", "open",
			 "300000" } } } },
#define WORK(script, program, times)                                                           \
	{                                                                                      \
		script, "work: " script ".sh, ms", MEASURE_WALL, false, times, "bare",         \
		{                                                                              \
			{ .name = "bare", .words = { "sh", script ".sh" }, .needs = program }, \
				{ .name = "pinfold, no trace",                                 \
				  .words = { PEN, "--trace", "none", "-w", ".", "--", "sh",    \
					     script ".sh" },                                   \
				  .needs = program },                                          \
			{                                                                      \
				.name = "pinfold, ebpf",                                       \
				.words = { PEN, "--trace", "ebpf", "-w",                       \
					   ".", "--",	   "sh",   script ".sh" },             \
				.needs = program                                               \
			}                                                                      \
		}                                                                              \
	}
	WORK("make", "cc", 5),
	WORK("git", "git", 9),
	WORK("sqlite", "sqlite3", 9),
	WORK("grep", "grep", 9),
};

static void print_row(const struct table *table, const struct subject *subject, double base)
{
	const double *v = subject->value;
	double median = measure_quantile(v, subject->n, 0.5);

	if (subject->why_not) {
		printf("  %-28s %s\n", subject->name, subject->why_not);
		return;
	}
	printf("  %-28s %10.2f %10.2f %7.2f", subject->name, median,
	       measure_quantile(v, subject->n, 0.99), base > 0 ? median / base : 0);
	if (table->what == MEASURE_WALL)
		printf(" %9.2f %9.0f", measure_quantile(subject->cpu_ms, subject->n, 0.5),
		       measure_quantile(subject->memory_kib, subject->n, 0.5));
	putchar('\n');
}

static double base_of(const struct table *table)
{
	for (size_t i = 0; i < SUBJECTS_MAX && table->subjects[i].name; i++)
		if (!strcmp(table->subjects[i].name, table->base))
			return measure_quantile(table->subjects[i].value, table->subjects[i].n,
						0.5);
	return 0;
}

static void print_table(const struct table *table)
{
	printf("%s (%zu rounds in turn%s)\n", table->about, table->rounds,
	       table->is_pinned ? ", on CPU 0" : "");
	printf("  %-28s %10s %10s %7s%s\n", "", "median", "p99", "ratio",
	       table->what == MEASURE_WALL ? "    CPU ms       KiB" : "");
	for (size_t i = 0; i < SUBJECTS_MAX && table->subjects[i].name; i++)
		print_row(table, &table->subjects[i], base_of(table));
	putchar('\n');
	fflush(stdout);
}

static struct json_object *new_subject(const struct subject *subject)
{
	struct json_object *object = json_object_new_object();
	const struct {
		const char *name;
		double value;
	} rows[] = {
		{ "median", measure_quantile(subject->value, subject->n, 0.5) },
		{ "p99", measure_quantile(subject->value, subject->n, 0.99) },
		{ "cpu_ms", measure_quantile(subject->cpu_ms, subject->n, 0.5) },
		{ "memory_kib", measure_quantile(subject->memory_kib, subject->n, 0.5) },
	};

	json_object_object_add(object, "name", json_object_new_string(subject->name));
	json_object_object_add(object, "runs", json_object_new_uint64(subject->n));
	if (subject->why_not)
		json_object_object_add(object, "why_not", json_object_new_string(subject->why_not));
	for (size_t i = 0; subject->n && i < sizeof(rows) / sizeof(rows[0]); i++)
		json_object_object_add(object, rows[i].name, json_object_new_double(rows[i].value));
	return object;
}

static void add_table(struct json_object *to, const struct table *table)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();

	for (size_t i = 0; i < SUBJECTS_MAX && table->subjects[i].name; i++)
		json_object_array_add(list, new_subject(&table->subjects[i]));
	json_object_object_add(object, "about", json_object_new_string(table->about));
	json_object_object_add(object, "base", json_object_new_string(table->base));
	json_object_object_add(object, "subjects", list);
	json_object_object_add(to, table->name, object);
}

static bool is_wished(const struct table *table, char **names)
{
	if (!*names)
		return true;
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
		fputs("usage: bench_run PINFOLD FOLDER JSON [TABLE...]\n", stderr);
		return 2;
	}
	set_path(argv[1]);
	if (chdir(argv[2])) {
		perror(argv[2]);
		return 1;
	}
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct table *table = &tables[i];

		if (!is_wished(table, argv + 4))
			continue;
		measure(table->subjects, SUBJECTS_MAX, table->rounds, table->what,
			table->is_pinned);
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
