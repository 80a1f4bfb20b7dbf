// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/measure.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Where 'bwrap --seccomp' finds a filter. */
enum { FILTER_FD = 9 };

static double timeval_ms(struct timeval time)
{
	return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

static bool is_there(const char *program)
{
	char command[256];

	snprintf(command, sizeof(command), "command -v '%s' >/dev/null 2>&1", program);
	return system(command) == 0;
}

/* Gives the pid, or -1. Its output goes to OUT; errors go nowhere. */
static pid_t start(const struct subject *subject, int out)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, FILTER_FD, "plain.filter", O_RDONLY, 0);
	err = posix_spawnp(&pid, subject->words[0], &actions, NULL, (char *const *)subject->words,
			   environ);
	posix_spawn_file_actions_destroy(&actions);
	return err ? -1 : pid;
}

static double first_number(int out)
{
	char line[64] = "";
	ssize_t n = pread(out, line, sizeof(line) - 1, 0);

	return n > 0 ? strtod(line, NULL) : 0;
}

/* One run; gives whether it went well. */
static bool run(struct subject *subject, enum measure_what what)
{
	FILE *output = tmpfile();
	struct rusage usage;
	double begin = now_ms();
	int status = -1;
	pid_t pid = output ? start(subject, fileno(output)) : -1;
	bool is_well = pid > 0 && wait4(pid, &status, 0, &usage) == pid && status == 0;

	if (is_well) {
		size_t i = subject->n++;

		subject->value[i] = what == MEASURE_WALL ? now_ms() - begin
							 : first_number(fileno(output));
		subject->cpu_ms[i] = timeval_ms(usage.ru_utime) + timeval_ms(usage.ru_stime);
		subject->memory_kib[i] = (double)usage.ru_maxrss;
	}
	if (output)
		fclose(output);
	return is_well;
}

static void pin(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

void measure(struct subject *subjects, size_t n, size_t rounds, enum measure_what what,
	     bool is_pinned)
{
	cpu_set_t all;

	sched_getaffinity(0, sizeof(all), &all);
	if (is_pinned)
		pin();
	for (size_t i = 0; i < n; i++)
		if (subjects[i].needs && !is_there(subjects[i].needs))
			subjects[i].why_not = "not installed";
	for (size_t round = 0; round < rounds && round < ROUNDS_MAX; round++)
		for (size_t i = 0; i < n; i++)
			if (!subjects[i].why_not && !run(&subjects[i], what))
				subjects[i].why_not = "fails here";
	sched_setaffinity(0, sizeof(all), &all);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double measure_quantile(const double *values, size_t n, double part)
{
	double *sorted = malloc((n + 1) * sizeof(*sorted));
	double value;

	if (!sorted || !n) {
		free(sorted);
		return 0;
	}
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare);
	value = sorted[(size_t)((double)(n - 1) * part)];
	free(sorted);
	return value;
}
