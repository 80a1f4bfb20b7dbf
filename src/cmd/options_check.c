// SPDX-License-Identifier: GPL-2.0-or-later
/* What options mean in combination: each on its own was read in options.c. */
#include "cmd/options.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/input.h"
#include "base/mem.h"
#include "base/output.h"
#include "base/str.h"
#include "report/report.h"

static int check_voice(const struct options *options, struct diags *diags)
{
	if (!options->is_quiet || !options->is_verbose)
		return 0;
	diags_fail(diags, -EINVAL, "-q and -v contradict each other");
	diags_hint(diags, "-q prints no report, -v the whole report");
	return -EINVAL;
}

enum trace_source options_needed_source(const struct options *options)
{
	if (options->stream || options->wants_paths || options->wants_pen_failures ||
	    options->stacks == TRACE_STACKS_ALL)
		return TRACE_EBPF;
	if (options->wants_times)
		return TRACE_RAW;
	return options->wants_calls || options->judged.max_unused != UINT64_MAX ? TRACE_NOTIFY_CALLS
										: TRACE_NONE;
}

bool options_let_take(const struct options *options, enum trace_source source, bool needs_calls)
{
	const struct trace_source_row *row = trace_source_row(source);

	if (options->trace != TRACE_BEST && options->trace != (int)row->word)
		return false;
	if (row->is_dear && !needs_calls && !options->wants_calls)
		return false;
	return source >= options_needed_source(options);
}

bool options_have_target(const struct options *options)
{
	return options->pid || options->cgroup;
}

/* Nothing is enforced on what is already running, and nothing is launched. */
static int check_target(const struct options *options, const char *command, struct diags *diags)
{
	const char *name = options->pid ? "--pid" : "--cgroup";
	const struct {
		bool is_given;
		const char *what;
	} wrong[] = {
		{ options->pid && options->cgroup, "--cgroup" },
		{ options->policies.n, "-p" },
		{ options->statements.n,
		  options->statements.n ? options->statements.v[0].verb : NULL },
		{ options->is_complaining, "--complain" },
		{ options->is_dry_run, "--dry-run" },
		{ options->runs, "--runs" },
		{ options->trace != TRACE_BEST && options->trace != TRACE_EBPF, "--trace" },
		{ options->n_operands, options->operands[0] },
	};

	for (size_t i = 0; options_have_target(options) && i < ARRAY_SIZE(wrong); i++) {
		if (!wrong[i].is_given)
			continue;
		diags_fail(diags, -EINVAL,
			   "%s traces what is already running, so it does not go with '%s'", name,
			   wrong[i].what);
		diags_hint(diags, "pinfold %s%s %s %s", command,
			   str_eq(command, "record") ? " -o POLICY" : "", name,
			   options->pid ? "N" : "PATH");
		return -EINVAL;
	}
	return 0;
}

/* Before we open anything: a number that the caller did not open would be one of ours. */
static int check_output(const struct options *options, const struct command *command,
			const char *option, const char *path, struct diags *diags)
{
	bool is_commands = command->bit & COMMAND_LAUNCHES && !options_have_target(options);
	int fd = path ? output_descriptor(path) : -1;

	if (fd == STDOUT_FILENO && is_commands) {
		diags_fail(diags, -EINVAL, "%s %s: standard output is the command's", option, path);
		diags_hint(diags,
			   "pinfold %s %s /dev/fd/3 ... 3>&1 writes where standard output goes",
			   command->name, option);
		return -EINVAL;
	}
	if (fd >= 0 && fcntl(fd, F_GETFD) < 0)
		return diags_fail(diags, -EINVAL, "%s %s: the descriptor is not open", option,
				  path);
	return 0;
}

static int check_outputs(const struct options *options, const struct command *command,
			 struct diags *diags)
{
	int err = check_output(options, command, "--stream", options->stream, diags);

	if (!err)
		err = check_output(options, command, "-o", options->output, diags);
	for (size_t i = 0; !err && i < options->reports.n; i++)
		err = check_output(options, command, "--report", options->reports.v[i], diags);
	return err;
}

/* What would have no effect, or is impossible. */
static int check_trace(const struct options *options, const struct command *command,
		       struct diags *diags)
{
	const char *name = options->stream			 ? "--stream"
			   : options->wants_paths		 ? "--paths"
			   : options->wants_pen_failures	 ? "--pen-failures"
			   : options->stacks == TRACE_STACKS_ALL ? "--stacks all"
			   : options->wants_times		 ? "--time"
			   : options->wants_calls		 ? "--calls"
								 : "--max-unused";
	bool needs_calls = command->bit == COMMAND_RECORD;

	/* A record of several runs does not say which run used a path. */
	if (options->wants_paths && options->runs > 1)
		return diags_fail(diags, -EINVAL,
				  "--paths is about a single run, so it does not go with --runs");
	if (options->streamed && !options->stream)
		return diags_fail(diags, -EINVAL, "--stream-calls needs --stream FILE");
	for (int source = TRACE_NONE; source < TRACE_SOURCES; source++)
		if (options->trace == TRACE_BEST ||
		    options_let_take(options, (enum trace_source)source, needs_calls))
			return 0;
	diags_fail(diags, -EINVAL, "%s and --trace %s contradict each other", name,
		   trace_source_row((enum trace_source)options->trace)->name);
	if (options->trace == TRACE_NOTIFY && options_needed_source(options) <= TRACE_NOTIFY_CALLS)
		diags_hint(diags, "--calls makes it count the calls that are allowed, too");
	return -EINVAL;
}

static int check_operands(const struct options *options, const struct command *command,
			  struct diags *diags)
{
	size_t n = options->n_operands;

	if (options_have_target(options) ||
	    (n >= command->least_operands &&
	     (!command->most_operands || n <= command->most_operands) && (command->operands || !n)))
		return 0;
	diags_fail(diags, -EINVAL, "usage: pinfold %s [OPTION...]%s%s", command->name,
		   command->operands ? " " : "", command->operands ? command->operands : "");
	diags_hint(diags, "pinfold %s --help lists the options", command->name);
	return -EINVAL;
}

/* Returns whether operand I of COMMAND is a file that it reads. */
static bool is_input(const struct command *command, size_t i)
{
	if (command->bit & COMMAND_LAUNCHES || command->bit == COMMAND_SYSCALLS)
		return false;
	return command->bit != COMMAND_EXPLAIN || i == 0;
}

/* What has been read to its end once is then empty. */
static int check_stdin(const struct options *options, const struct command *command,
		       struct diags *diags)
{
	size_t n = options->merge && input_is_stdin(options->merge);

	n += options->compared && input_is_stdin(options->compared);
	for (size_t i = 0; i < options->policies.n; i++)
		n += input_is_stdin(options->policies.v[i]);
	for (size_t i = 0; i < options->baselines.n; i++)
		n += input_is_stdin(options->baselines.v[i]);
	for (size_t i = 0; i < options->n_operands; i++)
		n += is_input(command, i) && input_is_stdin(options->operands[i]);
	if (n < 2)
		return 0;
	diags_fail(diags, -EINVAL, "'-' is standard input, which can be given only once");
	diags_hint(diags, "a file of that name is ./-");
	return -EINVAL;
}

/* Nothing that was requested is ignored. */
static int check_machine(const struct options *options, struct diags *diags)
{
	for (size_t i = 0; i < options->reports.n; i++)
		if (report_format_of_file(options->reports.v[i]) == &report_json)
			return 0;
	if (!options->wants_machine)
		return 0;
	diags_fail(diags, -EINVAL,
		   "--machine names the machine in a JSON report, and there is none");
	diags_hint(diags, "--machine --report FILE.json");
	return -EINVAL;
}

int options_check(const struct options *options, const struct command *command, struct diags *diags)
{
	int err = check_voice(options, diags);

	if (!err)
		err = check_outputs(options, command, diags);
	if (!err)
		err = check_trace(options, command, diags);
	if (!err)
		err = check_machine(options, diags);
	if (!err)
		err = check_target(options, command->name, diags);
	if (!err)
		err = check_stdin(options, command, diags);
	return err ? err : check_operands(options, command, diags);
}
