// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/option_row.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "convert/loss.h"
#include "report/report.h"
#include "sys/set.h"
#include "sys/syscall.h"

enum { RUNS_MOST = 1000 };

int take_statement(struct options *options, const struct option_row *row, const char *value,
		   struct diags *diags)
{
	(void)diags;
	*array_append(&options->statements) = (struct policy_option){ row->verb, value };
	return 0;
}

int take_policy(struct options *options, const struct option_row *row, const char *value,
		struct diags *diags)
{
	(void)row;
	(void)diags;
	*array_append(&options->policies) = value;
	return 0;
}

int take_include_dir(struct options *options, const struct option_row *row, const char *value,
		     struct diags *diags)
{
	(void)row;
	(void)diags;
	*array_append(&options->include_dirs) = value;
	return 0;
}

int take_report(struct options *options, const struct option_row *row, const char *value,
		struct diags *diags)
{
	(void)row;
	if (!report_format_of_file(value)) {
		diags_fail(diags, -EINVAL, "no report format for the ending of '%s'", value);
		diags_hint(diags, "endings: .json, .txt");
		return -EINVAL;
	}
	*array_append(&options->reports) = value;
	return 0;
}

int take_format(struct options *options, const struct option_row *row, const char *value,
		struct diags *diags)
{
	(void)row;
	if (!report_format_find(value)) {
		diags_fail(diags, -EINVAL, "unknown format '%s'", value);
		diags_hint(diags, "formats: text, json, github");
		return -EINVAL;
	}
	options->format = value;
	return 0;
}

static const char *const source_names[] = {
	[TRACE_NONE] = "none",
	[TRACE_NOTIFY] = "notify",
	[TRACE_RAW] = "raw",
	[TRACE_EBPF] = "ebpf",
};

static const char *const args_names[] = {
	[LEARN_ARGS_SAFE] = "safe",
	[LEARN_ARGS_OFF] = "off",
	[LEARN_ARGS_ALL] = "all",
};

static const char *const stacks_names[] = {
	[TRACE_STACKS_DENIED] = "denied",
	[TRACE_STACKS_OFF] = "off",
	[TRACE_STACKS_ALL] = "all",
};

#define NAMES(names) names, ARRAY_SIZE(names)

const struct choice option_sources = {
	NAMES(source_names),
	"trace source",
	"sources: ebpf, raw, notify, none; without --trace the best this machine allows",
};

const struct choice option_args = {
	NAMES(args_names),
	"choice of arguments",
	"choices: off, safe, all",
};

const struct choice option_stacks = {
	NAMES(stacks_names),
	"choice of stacks",
	"off; denied: the first call of each kind that is denied; all: and of each call that is "
	"allowed",
};

const char *trace_source_name(enum trace_source source)
{
	return source_names[source];
}

/* The value of an enumeration is its place among the names. */
int take_choice(struct options *options, const struct option_row *row, const char *value,
		struct diags *diags)
{
	const struct choice *choice = row->choice;

	for (size_t i = 0; i < choice->n; i++) {
		if (str_eq(choice->names[i], value)) {
			*(int *)((char *)options + row->at) = (int)i;
			return 0;
		}
	}
	diags_fail(diags, -EINVAL, "unknown %s '%s'", choice->what, value);
	diags_hint(diags, "%s", choice->hint);
	return -EINVAL;
}

int take_streamed(struct options *options, const struct option_row *row, const char *value,
		  struct diags *diags)
{
	auto_free char *copy = mem_strdup(value);
	char *rest = NULL;

	(void)row;
	for (char *name = strtok_r(copy, " \t", &rest); name; name = strtok_r(NULL, " \t", &rest)) {
		if (sys_call_exists(name) || sys_set_find(name))
			continue;
		diags_fail(diags, -EINVAL, "unknown call '%s'", name);
		diags_hint(diags,
			   "pinfold syscalls lists calls and sets; several stand in one word: "
			   "--stream-calls 'openat connect'");
		return -EINVAL;
	}
	options->streamed = value;
	return 0;
}

int take_accept(struct options *options, const struct option_row *row, const char *value,
		struct diags *diags)
{
	auto_free char *copy = mem_strdup(value);
	char *rest = copy, *name;

	(void)row;
	while ((name = strsep(&rest, ","))) {
		enum loss_grade grade = LOSS_WIDER;

		while (grade < LOSS_NOTE && !str_eq(loss_grade_name(grade), name))
			grade++;
		if (grade == LOSS_NOTE) {
			diags_fail(diags, -EINVAL, "unknown grade '%s'", name);
			diags_hint(diags, "grades: wider, narrower, other, with commas between");
			return -EINVAL;
		}
		options->accepted |= 1U << grade;
	}
	return 0;
}

int take_lossy(struct options *options, const struct option_row *row, const char *value,
	       struct diags *diags)
{
	(void)value;
	return take_accept(options, row, "wider,narrower,other", diags);
}

int take_runtime(struct options *options, const struct option_row *row, const char *value,
		 struct diags *diags)
{
	auto_free char *copy = mem_strdup(value);
	struct strbuf known = { 0 };
	char *rest = copy, *name;

	(void)row;
	while ((name = strsep(&rest, ","))) {
		unsigned int kinds = runtime_find(name);

		options->runtime.kinds |= kinds;
		if (kinds)
			continue;
		for (size_t i = 0; runtime_name(i); i++)
			strbuf_printf(&known, "%s%s", i ? ", " : "", runtime_name(i));
		diags_fail(diags, -EINVAL, "unknown runtime '%s'", name);
		diags_hint(diags, "runtimes: %s, with commas between", known.text);
		strbuf_finish(&known);
		return -EINVAL;
	}
	return 0;
}

int take_arch(struct options *options, const struct option_row *row, const char *value,
	      struct diags *diags)
{
	enum arch arch = arch_find(value);

	(void)row;
	if (arch == ARCH_NONE) {
		diags_fail(diags, -EINVAL, "unknown arch '%s'", value);
		diags_hint(diags, "arches: native, x86_64, x86, x32, aarch64");
		return -EINVAL;
	}
	options->arch = arch;
	return 0;
}

int take_status_fd(struct options *options, const struct option_row *row, const char *value,
		   struct diags *diags)
{
	char *end;
	long fd;

	(void)row;
	errno = 0;
	fd = strtol(value, &end, 10);
	if (errno || *end || end == value || fd < 0 || fd > INT_MAX || fcntl((int)fd, F_GETFD) < 0)
		return diags_fail(diags, -EINVAL, "'%s' is not an open file descriptor", value);
	if (fd == STDOUT_FILENO) {
		diags_fail(diags, -EINVAL, "standard output is the command's own");
		diags_hint(diags, "--status-fd 3 3>FILE");
		return -EINVAL;
	}
	options->status_fd = (int)fd;
	return 0;
}

int take_pid(struct options *options, const struct option_row *row, const char *value,
	     struct diags *diags)
{
	char *end;
	long pid;

	(void)row;
	errno = 0;
	pid = strtol(value, &end, 10);
	if (errno || *end || end == value || pid <= 0 || pid > INT_MAX)
		return diags_fail(diags, -EINVAL, "'%s' is not the number of a process", value);
	options->pid = (pid_t)pid;
	return 0;
}

int take_runs(struct options *options, const struct option_row *row, const char *value,
	      struct diags *diags)
{
	char *end;
	long runs;

	(void)row;
	errno = 0;
	runs = strtol(value, &end, 10);
	if (errno || *end || end == value || runs < 1 || runs > RUNS_MOST) {
		diags_fail(diags, -EINVAL, "'%s' is not a number of runs", value);
		diags_hint(diags, "from 1 to %d", RUNS_MOST);
		return -EINVAL;
	}
	options->runs = (unsigned int)runs;
	return 0;
}

int take_text(struct options *options, const struct option_row *row, const char *value,
	      struct diags *diags)
{
	(void)diags;
	*(const char **)((char *)options + row->at) = value;
	return 0;
}

int take_flag(struct options *options, const struct option_row *row, const char *value,
	      struct diags *diags)
{
	(void)value;
	(void)diags;
	*(bool *)((char *)options + row->at) = true;
	return 0;
}
