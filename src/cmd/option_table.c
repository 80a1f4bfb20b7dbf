// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of all commands, in the order and in the groups of --help. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/option_row.h"

/* The offset of MEMBER, which must be of TYPE. */
#define MEMBER(type, member) \
	_Generic(((struct options *)0)->member, type : offsetof(struct options, member))
#define TAKE(function)		.take = function
#define STATEMENT(word)		.take = take_statement, .verb = word
#define TEXT(member)		.take = take_text, .at = MEMBER(const char *, member)
#define CALLS(function, member) .take = function, .at = MEMBER(const char *, member)
#define FLAG(member)		.take = take_flag, .at = MEMBER(bool, member)
/* An enumeration has the size of an int. */
#define CHOICE(member, words) \
	.take = take_choice, .at = offsetof(struct options, member), .choice = &(words)
#define OF_WORDS(function, words) .take = function, .choice = &(words)
#define CHOICES(member, words) \
	.take = take_choices, .at = MEMBER(unsigned int, member), .choice = &(words)

/* A row with a group alone is the heading of those that follow; one with a part of the pen stands
 * for the statements about it, policy/setting_row.h. */
// clang-format off
static const struct option_row rows[] = {
	{ .group = "Options" },
	{ "output", 'o', "FILE", "write the policy to FILE",
	  COMMAND_RECORD | COMMAND_MERGE, TEXT(output) },
	{ "min-runs", 0, "N", "leave out calls that fewer than N of the reports have",
	  COMMAND_MERGE, TAKE(take_least_runs) },
	{ "since", 0, "DATE", "leave out reports of runs before DATE: 2026-01-31, or with T12:00:00Z",
	  COMMAND_MERGE, TAKE(take_since) },
	{ "args", 0, NULL, "arguments that become conditions",
	  COMMAND_RECORD, CHOICE(args, option_args) },
	{ "paths", 0, NULL, "suggest binds, network and limits by what was used",
	  COMMAND_RECORD, FLAG(wants_paths) },
	{ "runs", 0, "N", "run the command N times and write what all of them needed",
	  COMMAND_RECORD, TAKE(take_runs) },
	{ "portable", 0, NULL, "add what other libraries, kernels and machines call instead",
	  COMMAND_RECORD, FLAG(is_portable) },
	{ "strict", 0, NULL, "status 1 when the recording lost something",
	  COMMAND_RECORD, FLAG(is_strict) },
	{ "output", 'o', "FILE", "write to FILE, not to standard output",
	  COMMAND_COMPILE | COMMAND_CONVERT | COMMAND_PRUNE | COMMAND_REPORT, TEXT(output) },
	{ "keep", 0, "CALL...", "calls to keep although no report used them",
	  COMMAND_PRUNE, CALLS(take_calls, keep) },
	{ "merge", 0, "POLICY", "keep this policy as it is and add what is new",
	  COMMAND_RECORD, TEXT(merge) },
	{ "to", 0, NULL, "the format to write",
	  COMMAND_CONVERT, CHOICE(to, convert_formats) },
	{ "accept", 0, "GRADE,...", "write despite losses of these grades",
	  COMMAND_CONVERT, CHOICES(accepted, option_grades) },
	{ "lossy", 0, NULL, "accept losses of every grade",
	  COMMAND_CONVERT, TAKE(take_lossy) },
	{ "runtime", 0, "NAME,...", "allow what the container's runtime needs",
	  COMMAND_CONVERT | COMMAND_OCI_HOOK, CHOICES(runtime.kinds, option_runtimes) },
	{ "directory", 0, "DIR", "where annotations may have files written",
	  COMMAND_OCI_HOOK, TEXT(directory) },
	{ "no-new-privileges", 0, NULL, "--runtime for a container with that option, which needs less",
	  COMMAND_CONVERT, FLAG(runtime.has_no_new_privileges) },
	{ "capability", 0, "CAP_NAME...", "capabilities for a profile's includes and excludes",
	  COMMAND_CONVERT, TEXT(capabilities) },
	{ "print", 0, NULL, "what to write of the filter, or the policy in canonical form",
	  COMMAND_COMPILE, CHOICE(print, compile_forms) },
	{ "enforce", 0, NULL, "deny what the policy denies, instead of letting it through",
	  COMMAND_CHECK, FLAG(is_enforcing) },
	{ "pen-failures", 0, NULL, "what fails because of the pen violates the policy, too",
	  COMMAND_CHECK, FLAG(wants_pen_failures) },
	{ "baseline", 0, "REPORT", "fail only on what this report does not have; may be repeated",
	  COMMAND_CHECK, TAKE(take_baseline) },
	{ "budget", 0, "NAME=AMOUNT,...", "using more of memory, processes, time or cputime violates the policy",
	  COMMAND_CHECK, TAKE(take_budget) },
	{ "max-unused", 0, "N", "more than N rules that decided nothing violate the policy",
	  COMMAND_CHECK, TAKE(take_max_unused) },
	{ "format", 0, NULL, "how violations are printed",
	  COMMAND_CHECK, CHOICE(format, check_formats) },
	{ "format", 0, NULL, "what to write (default: what the name of the output says, or text)",
	  COMMAND_REPORT, CHOICE(render, check_formats) },
	{ "compare", 0, "OLD", "what changed since the report OLD; status 1 if anything appeared or is gone",
	  COMMAND_REPORT, TEXT(compared) },
	{ "format", 0, NULL, "how differences are printed",
	  COMMAND_DIFF, CHOICE(format, diff_formats) },
	{ "format", 0, NULL, "how findings are printed",
	  COMMAND_LINT, CHOICE(format, lint_formats) },
	{ "severity", 0, NULL, "the lowest severity that matters",
	  COMMAND_LINT, CHOICE(severity, option_severities) },
	{ "all", 0, NULL, "a table of every call, instead of CALL",
	  COMMAND_EXPLAIN, FLAG(is_all) },
	{ "fail-on", 0, NULL, "status 1 only for this",
	  COMMAND_DIFF, CHOICE(fail_on, diff_changes) },
	{ "arch", 0, "ARCH", "explain a call of this ABI",
	  COMMAND_EXPLAIN | COMMAND_CONVERT, CHOICE(arch, option_arches) },
	{ "verbose", 'v', NULL, "the whole report, not only what matters",
	  COMMAND_REPORT, FLAG(is_verbose) },
	{ "json", 0, NULL, "print JSON, of the schema pinfold-doctor/1",
	  COMMAND_DOCTOR, FLAG(is_json) },
	{ "verbose", 'v', NULL, "everything for each call, not its signature alone",
	  COMMAND_SYSCALLS, FLAG(is_verbose) },
	{ .group = "Policy" },
	{ "policy", 'p', "POLICY", "read this policy: a file, - or a shipped one: '<default>'; may be repeated",
	  COMMAND_LAUNCHES, TAKE(take_policy) },
	{ "include-dir", 0, "DIR", "let policies also include files below DIR; may be repeated",
	  COMMAND_READS, TAKE(take_include_dir) },
	{ "rules-only", 0, NULL, "refuse policies that hold more than rules, sets and constants",
	  COMMAND_LAUNCHES, FLAG(is_rules_only) },
	{ "allow", 'a', "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, STATEMENT("allow") },
	{ "deny", 'd', "[ERRNO] CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, STATEMENT("deny") },
	{ "log", 0, "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, STATEMENT("log") },
	{ "kill", 0, "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, STATEMENT("kill") },
	{ "arch", 0, "ARCH...", "the ABIs that the filter admits, if the policy does not say",
	  COMMAND_COMPILE | COMMAND_LAUNCHES, STATEMENT("arch") },
	{ "complain", 0, NULL, "let through what the policy would deny, and report it",
	  COMMAND_RUN, FLAG(is_complaining) },
	{ .group = "Files" },
	{ .commands = COMMAND_LAUNCHES, .part = SETTING_FILES },
	{ .group = "Pen" },
	{ .commands = COMMAND_LAUNCHES, .part = SETTING_PEN },
	{ .group = "Limits" },
	{ .commands = COMMAND_LAUNCHES, .part = SETTING_LIMITS },
	{ .group = "Trace" },
	{ "trace", 0, NULL, "require this source (default: the best available)",
	  COMMAND_LAUNCHES, CHOICE(trace, option_sources) },
	{ "calls", 0, NULL, "count the calls that are allowed, too, which without eBPF slows each down",
	  COMMAND_RUN | COMMAND_CHECK, FLAG(wants_calls) },
	{ "stacks", 0, NULL, "where in the program a call came from, for the first of each kind",
	  COMMAND_LAUNCHES, CHOICE(stacks, option_stacks) },
	{ "time", 0, NULL, "measure how long calls take, which slows them down",
	  COMMAND_LAUNCHES, FLAG(wants_times) },
	{ .group = "Report" },
	{ "report", 0, "FILE", "write a report; may be repeated; FILE's extension selects the format",
	  COMMAND_LAUNCHES, OF_WORDS(take_report, option_extensions) },
	{ "machine", 0, NULL, "name this machine in a JSON report by a hash, for merge to count",
	  COMMAND_LAUNCHES, FLAG(wants_machine) },
	{ "live", 0, NULL, "show the run while it goes, on the terminal",
	  COMMAND_LAUNCHES, FLAG(is_live) },
	{ "stream", 0, "FILE", "write denials and processes to FILE as they happen, as JSON lines",
	  COMMAND_LAUNCHES, TEXT(stream) },
	{ "stream-calls", 0, "CALL...", "calls and sets to write there too, as one argument",
	  COMMAND_LAUNCHES, CALLS(take_calls_and_sets, streamed) },
	{ "status-fd", 0, "N", "write how the command ended to descriptor N, as one line of JSON",
	  COMMAND_LAUNCHES, TAKE(take_status_fd) },
	{ "quiet", 'q', NULL, "no report on standard error",
	  COMMAND_LAUNCHES, FLAG(is_quiet) },
	{ "verbose", 'v', NULL, "the whole report on standard error",
	  COMMAND_LAUNCHES, FLAG(is_verbose) },
	{ .group = "Running processes" },
	{ "pid", 0, "N", "trace process N, which is already running, and enforce nothing",
	  COMMAND_RUN | COMMAND_RECORD, TAKE(take_pid) },
	{ "cgroup", 0, "PATH", "trace the processes of a cgroup: a container, a service",
	  COMMAND_RUN | COMMAND_RECORD, TEXT(cgroup) },
	{ .group = "Other" },
	{ "dry-run", 0, NULL, "print what would be set up, and start nothing",
	  COMMAND_LAUNCHES, FLAG(is_dry_run) },
	{ "color", 0, NULL, "colour what is printed; auto: terminals only",
	  COMMAND_ALL, CHOICE(colours, option_colours) },
	{ "help", 'h', NULL, "print this help",
	  COMMAND_ALL, FLAG(wants_help) },
};
// clang-format on

static struct option_row make_row(const struct setting_option *option, const struct option_row *row)
{
	return (struct option_row){
		.name = option->name,
		.letter = option->letter,
		.argument = option->argument,
		.help = option->help,
		.commands = row->commands,
		.take = take_statement,
		.verb = option->lead ? option->lead : option->name,
		.group = row->group,
	};
}

/* Appends the options that are statements for ROW's part of the pen. */
static void add_settings(const struct option_row *row, struct option_rows *list)
{
	const struct setting_row *setting;

	for (size_t i = 0; (setting = setting_row(i)); i++) {
		if (setting->part != row->part)
			continue;
		for (size_t k = 0; k < SETTING_OPTIONS && setting->options[k].name; k++)
			*array_append(list) = make_row(&setting->options[k], row);
	}
}

struct option_rows option_rows_list(unsigned int commands)
{
	struct option_rows list = { 0 };
	const char *group = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct option_row row = rows[i];

		if (row.group)
			group = row.group;
		row.group = group;
		if (!(row.commands & commands))
			continue;
		if (row.take)
			*array_append(&list) = row;
		else
			add_settings(&row, &list);
	}
	return list;
}

void option_rows_finish(struct option_rows *list)
{
	free(list->v);
	*list = (struct option_rows){ 0 };
}

bool option_has_argument(const struct option_row *row)
{
	return row->argument || row->choice;
}

const struct option_row *option_rows_find(const struct option_rows *list, const char *name,
					  size_t length)
{
	for (size_t i = 0; i < list->n; i++)
		if (strlen(list->v[i].name) == length && !memcmp(list->v[i].name, name, length))
			return &list->v[i];
	return NULL;
}

const struct option_row *option_rows_find_letter(const struct option_rows *list, char letter)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].letter == letter)
			return &list->v[i];
	return NULL;
}
