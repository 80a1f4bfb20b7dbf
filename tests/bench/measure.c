// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/bench/measure.h"

#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
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

/* Where bwrap finds a filter and its words: --seccomp 9, --args 8. */
static const struct {
	int fd;
	const char *path;
} handed[] = { { 9, "plain.filter" }, { 8, "bwrap.words" } };

static double timeval_ms(struct timeval time)
{
	return (double)time.tv_sec * 1e3 + (double)time.tv_usec / 1e3;
}

/* Puts into WHY_NOT which of the PROGRAMS is missing. */
static void look_for(const char *programs, char *why_not)
{
	char list[REASON_MAX], command[2 * REASON_MAX], *rest = list, *program;

	snprintf(list, sizeof(list), "%s", programs);
	while ((program = strsep(&rest, " "))) {
		snprintf(command, sizeof(command), "command -v '%s' >/dev/null 2>&1", program);
		if (system(command))
			snprintf(why_not, REASON_MAX, "not installed: %.100s", program);
	}
}

/* Returns the pid, or -1. */
static pid_t start(const struct subject *subject, int out, int err)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int failure;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, err, 2);
	for (size_t i = 0; i < sizeof(handed) / sizeof(handed[0]); i++)
		posix_spawn_file_actions_addopen(&actions, handed[i].fd, handed[i].path, O_RDONLY,
						 0);
	failure = posix_spawnp(&pid, subject->words[0], &actions, NULL,
			       (char *const *)subject->words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return failure ? -1 : pid;
}

/* Returns the peak memory of PID itself: wait4(2) reports the largest of it, its children and
 * what it was before its exec. */
static double peak_kib(pid_t pid)
{
	char path[64], line[128];
	double peak = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "VmHWM:", strlen("VmHWM:")))
			peak = strtod(line + strlen("VmHWM:"), NULL);
	if (file)
		fclose(file);
	return peak;
}

/* Lets a stopped process go on; one that ends is looked at first. */
static void pass_stop(pid_t pid, int status, double *peak)
{
	int event = status >> 16;

	if (event == PTRACE_EVENT_EXIT)
		*peak = peak_kib(pid);
	ptrace(PTRACE_CONT, pid, NULL, event ? 0 : WSTOPSIG(status));
}

/* Waits for the end of PID; returns whether it succeeded. */
static bool wait_for(pid_t pid, bool is_watched, struct rusage *usage, double *peak)
{
	int status = -1;

	if (is_watched)
		ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXIT);
	while (wait4(pid, &status, 0, usage) == pid && WIFSTOPPED(status))
		pass_stop(pid, status, peak);
	return status == 0;
}

static double first_number(FILE *output)
{
	char line[64] = "";

	rewind(output);
	return fgets(line, sizeof(line), output) ? strtod(line, NULL) : 0;
}

/* Puts into WHY_NOT the first line that the subject printed. */
static void keep_reason(FILE *errors, char *why_not)
{
	char line[REASON_MAX - 16] = "";

	rewind(errors);
	if (fgets(line, sizeof(line), errors))
		line[strcspn(line, "\n")] = '\0';
	snprintf(why_not, REASON_MAX, "fails here%s%s", *line ? ": " : "", line);
}

/* One run, whose output goes to OUTPUT and ERRORS. */
static void run(struct subject *subject, FILE *output, FILE *errors, bool is_watched)
{
	double begin = now_ms(), end, peak = 0;
	pid_t pid = start(subject, fileno(output), fileno(errors));
	struct rusage usage;

	if (pid < 0 || !wait_for(pid, is_watched, &usage, &peak)) {
		keep_reason(errors, subject->why_not);
		return;
	}
	end = now_ms();
	subject->figures[FIGURE_WALL][subject->n] = end - begin;
	subject->figures[FIGURE_OUTPUT][subject->n] = first_number(output);
	subject->figures[FIGURE_CPU][subject->n] = timeval_ms(usage.ru_utime) +
						   timeval_ms(usage.ru_stime);
	subject->figures[FIGURE_MEMORY][subject->n] = peak;
	subject->n++;
}

static void run_with_files(struct subject *subject, bool is_watched)
{
	FILE *output = tmpfile(), *errors = tmpfile();

	if (output && errors)
		run(subject, output, errors, is_watched);
	if (output)
		fclose(output);
	if (errors)
		fclose(errors);
}

static void pin(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static bool is_due(const struct subject *subject, size_t round)
{
	return !*subject->why_not && (!subject->rounds || round < subject->rounds);
}

void measure(struct subject *subjects, size_t n, size_t rounds, unsigned int flags)
{
	cpu_set_t all;

	sched_getaffinity(0, sizeof(all), &all);
	if (flags & MEASURE_PINNED)
		pin();
	for (size_t i = 0; i < n; i++)
		if (subjects[i].needs)
			look_for(subjects[i].needs, subjects[i].why_not);
	for (size_t round = 0; round < rounds && round < ROUNDS_MAX; round++)
		for (size_t i = 0; i < n; i++)
			if (is_due(&subjects[i], round))
				run_with_files(&subjects[i], flags & MEASURE_WATCHED);
	sched_setaffinity(0, sizeof(all), &all);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double measure_quantile(const struct subject *subject, enum figure figure, double part)
{
	double sorted[ROUNDS_MAX];

	if (!subject->n)
		return 0;
	memcpy(sorted, subject->figures[figure], subject->n * sizeof(*sorted));
	qsort(sorted, subject->n, sizeof(*sorted), compare);
	return sorted[(size_t)ceil((double)subject->n * part) - 1];
}
