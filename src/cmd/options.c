// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/option_row.h"
#include "policy/setting_row.h"

/* The offset of MEMBER, which must be of TYPE. */
#define MEMBER(type, member) \
	_Generic(((struct options *)0)->member, type : offsetof(struct options, member))
#define TAKE(take)	take, NULL, 0, NULL
#define STATEMENT(verb) take_statement, verb, 0, NULL
/* This row is replaced by those of the statements for the pen: policy/setting_row.h. */
#define SETTINGS     NULL, NULL, 0, NULL
#define TEXT(member) take_text, NULL, MEMBER(const char *, member), NULL
#define FLAG(member) take_flag, NULL, MEMBER(bool, member), NULL
/* An enumeration has the size of an int. */
#define CHOICE(member, words)  take_choice, NULL, offsetof(struct options, member), &(words)
#define OF_WORDS(take, words)  take, NULL, 0, &(words)
#define CHOICES(member, words) take_choices, NULL, MEMBER(unsigned int, member), &(words)

// clang-format off
static const struct option_row rows[] = {
	{ "policy", 'p', "FILE", "read the policy FILE, - or a shipped one: '<default>'; may be repeated",
	  COMMAND_LAUNCHES, TAKE(take_policy) },
	{ "include-dir", 0, "DIR", "let policies also include files below DIR; may be repeated",
	  COMMAND_READS, TAKE(take_include_dir) },
	{ "rules-only", 0, NULL, "refuse policies that hold more than rules, sets and constants",
	  COMMAND_LAUNCHES, FLAG(is_rules_only) },
	{ "output", 'o', "FILE", "write the policy to FILE",
	  COMMAND_RECORD | COMMAND_MERGE, TEXT(output) },
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
	  COMMAND_COMPILE | COMMAND_CONVERT | COMMAND_PRUNE, TEXT(output) },
	{ "keep", 0, "NAME...", "calls to keep although no report used them",
	  COMMAND_PRUNE, TEXT(keep) },
	{ "merge", 0, "FILE", "keep the policy FILE as it is and add what is new",
	  COMMAND_RECORD, TEXT(merge) },
	{ "to", 0, NULL, "the format to write",
	  COMMAND_CONVERT, CHOICE(to, convert_formats) },
	{ "accept", 0, "GRADE,...", "write despite losses of these grades",
	  COMMAND_CONVERT, CHOICES(accepted, option_grades) },
	{ "lossy", 0, NULL, "accept losses of every grade",
	  COMMAND_CONVERT, TAKE(take_lossy) },
	{ "runtime", 0, "NAME,...", "allow what the container's runtime needs",
	  COMMAND_CONVERT, CHOICES(runtime.kinds, option_runtimes) },
	{ "no-new-privileges", 0, NULL, "--runtime for a container with that option, which needs less",
	  COMMAND_CONVERT, FLAG(runtime.has_no_new_privileges) },
	{ "capability", 0, "CAP_NAME...", "capabilities for a profile's includes and excludes",
	  COMMAND_CONVERT, TEXT(capabilities) },
	{ "print", 0, NULL, "what to write of the filter, or the policy in canonical form",
	  COMMAND_COMPILE, CHOICE(print, compile_forms) },
	{ NULL, 0, NULL, NULL, COMMAND_LAUNCHES, SETTINGS },
	{ "allow", 'a', "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, STATEMENT("allow") },
	{ "deny", 'd', "[ERRNO] CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, STATEMENT("deny") },
	{ "log", 0, "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, STATEMENT("log") },
	{ "kill", 0, "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, STATEMENT("kill") },
	{ "pid", 0, "N", "trace process N, which is already running, and enforce nothing",
	  COMMAND_RUN | COMMAND_RECORD, TAKE(take_pid) },
	{ "cgroup", 0, "PATH", "trace the processes of a cgroup: a container, a service",
	  COMMAND_RUN | COMMAND_RECORD, TEXT(cgroup) },
	{ "trace", 0, NULL, "require this source (default: the best available)",
	  COMMAND_LAUNCHES, CHOICE(trace, option_sources) },
	{ "complain", 0, NULL, "let through what the policy would deny, and report it",
	  COMMAND_RUN, FLAG(is_complaining) },
	{ "enforce", 0, NULL, "deny what the policy denies, instead of letting it through",
	  COMMAND_CHECK, FLAG(is_enforcing) },
	{ "pen-failures", 0, NULL, "what fails because of the pen violates the policy, too",
	  COMMAND_CHECK, FLAG(wants_pen_failures) },
	{ "time", 0, NULL, "measure how long calls take, which slows them down",
	  COMMAND_LAUNCHES, FLAG(wants_times) },
	{ "stream", 0, "FILE", "write denials and processes to FILE as they happen, as JSON lines",
	  COMMAND_LAUNCHES, TEXT(stream) },
	{ "stream-calls", 0, "NAME...", "calls and sets to write there too, as one argument",
	  COMMAND_LAUNCHES, TAKE(take_streamed) },
	{ "stacks", 0, NULL, "where in the program a call came from, for the first of each kind",
	  COMMAND_LAUNCHES, CHOICE(stacks, option_stacks) },
	{ "report", 0, "FILE", "write a report; may be repeated; FILE's extension selects the format",
	  COMMAND_LAUNCHES, OF_WORDS(take_report, option_extensions) },
	{ "format", 0, NULL, "how violations are printed",
	  COMMAND_CHECK, CHOICE(format, check_formats) },
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
	{ "arch", 0, "ARCH...", "the ABIs that the filter admits, if the policy does not say",
	  COMMAND_COMPILE | COMMAND_LAUNCHES, STATEMENT("arch") },
	{ "status-fd", 0, "N", "write how the command ended to descriptor N, as one line of JSON",
	  COMMAND_LAUNCHES, TAKE(take_status_fd) },
	{ "dry-run", 0, NULL, "print what would be set up, and start nothing",
	  COMMAND_LAUNCHES, FLAG(is_dry_run) },
	{ "quiet", 'q', NULL, "no report on standard error",
	  COMMAND_LAUNCHES, FLAG(is_quiet) },
	{ "verbose", 'v', NULL, "the whole report on standard error",
	  COMMAND_LAUNCHES, FLAG(is_verbose) },
	{ "verbose", 'v', NULL, "everything for each call, not its signature alone",
	  COMMAND_SYSCALLS, FLAG(is_verbose) },
	{ "help", 'h', NULL, "print this help",
	  COMMAND_ALL, FLAG(wants_help) },
};
// clang-format on

enum { LONG_ONLY = 256 };

static bool has_argument(const struct option_row *row)
{
	return row->argument || row->choice;
}

/* The options of one command, in the order of --help. */
struct option_rows {
	struct option_row *v;
	size_t n, cap;
};

/* Appends the options that are ROW's statements. */
static void add_settings(const struct option_row *row, struct option_rows *list)
{
	const struct setting_row *setting;

	for (size_t i = 0; (setting = setting_row(i)); i++) {
		for (size_t k = 0; k < SETTING_OPTIONS && setting->options[k].name; k++) {
			const struct setting_option *option = &setting->options[k];

			*array_append(list) = (struct option_row){
				.name = option->name,
				.letter = option->letter,
				.argument = option->argument,
				.help = option->help,
				.commands = row->commands,
				.take = take_statement,
				.verb = option->lead ? option->lead : option->name,
			};
		}
	}
}

/* Lists the options of COMMAND; the caller frees the contents of the list. */
static struct option_rows list_rows(const struct command *command)
{
	struct option_rows list = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!(rows[i].commands & command->bit))
			continue;
		if (rows[i].take)
			*array_append(&list) = rows[i];
		else
			add_settings(&rows[i], &list);
	}
	return list;
}

/* Fills in getopt_long's two views of LIST; val is the row. */
static void fill_getopt(const struct option_rows *list, char *letters, struct option *longs)
{
	*letters++ = '+';
	*letters++ = ':';
	for (size_t i = 0; i < list->n; i++) {
		const struct option_row *row = &list->v[i];

		*longs++ = (struct option){
			.name = row->name,
			.has_arg = has_argument(row) ? required_argument : no_argument,
			.val = LONG_ONLY + (int)i,
		};
		if (!row->letter)
			continue;
		*letters++ = row->letter;
		if (has_argument(row))
			*letters++ = ':';
	}
	*letters = '\0';
	*longs = (struct option){ 0 };
}

static const struct option_row *find_row(const struct option_rows *list, int val)
{
	if (val >= LONG_ONLY)
		return &list->v[val - LONG_ONLY];
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].letter == val)
			return &list->v[i];
	return NULL;
}

static int refuse_option(const struct command *command, int found, char **argv, struct diags *diags)
{
	const char *word = argv[optind - 1];

	if (found == ':')
		diags_fail(diags, -EINVAL, "option '%s' needs an argument", word);
	else if (optopt && optopt < LONG_ONLY)
		diags_fail(diags, -EINVAL, "unknown option '-%c'", optopt);
	else
		diags_fail(diags, -EINVAL, "unknown option '%s'", word);
	diags_hint(diags, "pinfold %s --help lists the options", command->name);
	return -EINVAL;
}

/* What applies without any option. */
static struct options start(void)
{
	return (struct options){ .status_fd = -1,
				 .arch = arch_native(),
				 .trace = TRACE_BEST,
				 .to = CHOICE_NONE,
				 .severity = SEVERITY_WARNING };
}

int options_parse(const struct command *command, int argc, char **argv, struct options *ret_options,
		  struct diags *diags)
{
	struct options options = start();
	struct option_rows list = list_rows(command);
	auto_free struct option *longs = mem_alloc((list.n + 1) * sizeof(*longs));
	auto_free char *letters = mem_alloc(2 * list.n + 3);
	int found, err = 0;

	fill_getopt(&list, letters, longs);
	optind = 1;
	while (!err && (found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_row *row = found == '?' || found == ':'
						       ? NULL
						       : find_row(&list, found);

		options.last = (struct last_option){ 0 };
		if (row && row->take == take_statement)
			options.last = (struct last_option){ row->name, row->argument, optarg };
		err = row ? row->take(&options, row, optarg, diags)
			  : refuse_option(command, found, argv, diags);
	}
	free(list.v);
	options.program = argv - 1;
	options.operands = argv + optind;
	options.n_operands = (size_t)(argc - optind);
	if (!err && !options.wants_help)
		err = options_check(&options, command, argv[0], diags);
	if (err) {
		options_finish(&options);
		return err;
	}
	*ret_options = options;
	return 0;
}

struct policy_source options_source(const struct options *options, const char *const *files,
				    size_t n)
{
	return (struct policy_source){
		.files = files,
		.n_files = n,
		.include_dirs = options->include_dirs.v,
		.n_include_dirs = options->include_dirs.n,
		.is_rules_only = options->is_rules_only,
	};
}

void options_hint_quotes(const struct options *options, struct diags *diags)
{
	const struct last_option *last = &options->last;
	char **words = options->operands;

	if (!diags->n || !last->name || !strchr(last->argument, ' ') || strchr(last->value, ' ') ||
	    str_eq(words[-1], "--"))
		return;
	if (strchr(words[0], '/') || (words[1] && str_eq(words[1], "--")))
		diags_hint(diags,
			   "if '%s' belongs to the option before it, quote both: --%s '%s %s'",
			   words[0], last->name, last->value, words[0]);
}

void options_finish(struct options *options)
{
	free(options->statements.v);
	free(options->policies.v);
	free(options->include_dirs.v);
	free(options->reports.v);
	*options = (struct options){ .status_fd = -1 };
}

/* "-p, --policy FILE", with the words of a choice if the row names no argument. */
static void format_usage(const struct option_row *row, struct strbuf *buf)
{
	strbuf_printf(buf, row->letter ? "-%c, --%s " : "%c   --%s ",
		      row->letter ? row->letter : ' ', row->name);
	if (row->argument)
		strbuf_puts(buf, row->argument);
	else if (row->choice)
		choice_list(row->choice, "|", buf);
}

/* The help text, with the words of a choice if its argument does not list them, and the default. */
static void format_help(const struct option_row *row, struct strbuf *buf)
{
	const struct options options = start();
	const char *name = row->take == take_choice
				   ? choice_name(row->choice,
						 *(const int *)((const char *)&options + row->at))
				   : NULL;

	strbuf_puts(buf, row->help);
	if (row->choice && row->argument) {
		strbuf_puts(buf, ": ");
		choice_list(row->choice, ", ", buf);
	}
	if (name)
		strbuf_printf(buf, " (default: %s)", name);
}

void options_print_help(const struct command *command, FILE *to)
{
	struct option_rows list = list_rows(command);

	fprintf(to, "Usage: pinfold %s [OPTION...] %s\n%s.\n\nOptions:\n", command->name,
		command->operands, command->about);
	for (size_t i = 0; i < list.n; i++) {
		struct strbuf left = { 0 }, right = { 0 };

		format_usage(&list.v[i], &left);
		format_help(&list.v[i], &right);
		fprintf(to, "  %-34s %s\n", left.text, right.text);
		strbuf_finish(&left);
		strbuf_finish(&right);
	}
	free(list.v);
}
