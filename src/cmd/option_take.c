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
	if (!report_format_of_file(value)) {
		diags_fail(diags, -EINVAL, "no report format for the extension of '%s'", value);
		choice_hint(row->choice, "", diags);
		return -EINVAL;
	}
	*array_append(&options->reports) = value;
	return 0;
}

int take_choice(struct options *options, const struct option_row *row, const char *value,
		struct diags *diags)
{
	if (choice_find(row->choice, value, (int *)((char *)options + row->at)))
		return 0;
	diags_fail(diags, -EINVAL, "unknown %s '%s'", row->choice->one, value);
	choice_hint(row->choice, "", diags);
	return -EINVAL;
}

/* Values are bits. */
int take_choices(struct options *options, const struct option_row *row, const char *value,
		 struct diags *diags)
{
	auto_free char *copy = mem_strdup(value);
	char *rest = copy, *name;
	int bits;

	while ((name = strsep(&rest, ","))) {
		if (!choice_find(row->choice, name, &bits)) {
			diags_fail(diags, -EINVAL, "unknown %s '%s'", row->choice->one, name);
			choice_hint(row->choice, ", with commas between", diags);
			return -EINVAL;
		}
		*(unsigned int *)((char *)options + row->at) |= (unsigned int)bits;
	}
	return 0;
}

/* Reads names of calls, and of sets if HAS_SETS, separated by blanks. */
static int read_calls(const struct option_row *row, const char *value, bool has_sets,
		      struct diags *diags)
{
	auto_free char *copy = mem_strdup(value);
	char *rest = NULL;

	for (char *name = strtok_r(copy, " \t", &rest); name; name = strtok_r(NULL, " \t", &rest)) {
		if (sys_call_exists(name) || (has_sets && sys_set_find(name)))
			continue;
		diags_fail(diags, -EINVAL, "unknown call '%s'", name);
		if (!diags_hint_nearest(diags, name, sys_call_name_row, NULL))
			diags_hint(diags,
				   "pinfold syscalls lists the calls; several are one argument: "
				   "--%s 'openat connect'",
				   row->name);
		return -EINVAL;
	}
	return 0;
}

int take_calls(struct options *options, const struct option_row *row, const char *value,
	       struct diags *diags)
{
	int err = read_calls(row, value, false, diags);

	return err ? err : take_text(options, row, value, diags);
}

int take_calls_and_sets(struct options *options, const struct option_row *row, const char *value,
			struct diags *diags)
{
	int err = read_calls(row, value, true, diags);

	return err ? err : take_text(options, row, value, diags);
}

int take_lossy(struct options *options, const struct option_row *row, const char *value,
	       struct diags *diags)
{
	(void)row;
	(void)value;
	(void)diags;
	options->accepted = (1U << LOSS_NOTE) - 1;
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
	if (errno || *end || end == value || fd < 0 || fd > INT_MAX ||
	    fcntl((int)fd, F_GETFD) < 0) {
		diags_fail(diags, -EINVAL, "'%s' is not an open file descriptor", value);
		diags_hint(diags, "--status-fd 3 3>FILE");
		return -EINVAL;
	}
	if (fd == STDOUT_FILENO) {
		diags_fail(diags, -EINVAL, "standard output is the command's own");
		diags_hint(diags, "--status-fd 3 3>FILE");
		return -EINVAL;
	}
	options->status_fd = (int)fd;
	return 0;
}

bool option_read_count(const char *value, int most, int *ret_count)
{
	char *end;
	long count;

	errno = 0;
	count = strtol(value, &end, 10);
	if (errno || *end || end == value || count < 1 || count > most)
		return false;
	*ret_count = (int)count;
	return true;
}

int take_pid(struct options *options, const struct option_row *row, const char *value,
	     struct diags *diags)
{
	int pid;

	(void)row;
	if (!option_read_count(value, INT_MAX, &pid))
		return diags_fail(diags, -EINVAL, "'%s' is not a process id", value);
	options->pid = pid;
	return 0;
}

int take_runs(struct options *options, const struct option_row *row, const char *value,
	      struct diags *diags)
{
	int runs;

	(void)row;
	if (!option_read_count(value, RUNS_MOST, &runs)) {
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
