// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/report.h"
#include "sys/set.h"
#include "sys/syscall.h"

struct option_row {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *help;
	unsigned int commands; /* enum command_bit */
	/* Takes the value; gives 0 or -EINVAL with an error in DIAGS. */
	int (*take)(struct options *options, const struct option_row *row, const char *value,
		    struct diags *diags);
	const char *verb; /* for take_statement */
	size_t at;	  /* for take_text and take_flag: where in struct options */
};

static int take_statement(struct options *options, const struct option_row *row, const char *value,
			  struct diags *diags)
{
	(void)diags;
	*array_append(&options->statements) = (struct policy_option){ row->verb, value };
	return 0;
}

static int take_policy(struct options *options, const struct option_row *row, const char *value,
		       struct diags *diags)
{
	(void)row;
	(void)diags;
	*array_append(&options->policies) = value;
	return 0;
}

static int take_report(struct options *options, const struct option_row *row, const char *value,
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

static int take_format(struct options *options, const struct option_row *row, const char *value,
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

const char *trace_source_name(enum trace_source source)
{
	return source_names[source];
}

static int take_trace(struct options *options, const struct option_row *row, const char *value,
		      struct diags *diags)
{
	(void)row;
	for (size_t i = 0; i < ARRAY_SIZE(source_names); i++) {
		if (str_eq(source_names[i], value)) {
			options->trace = (int)i;
			return 0;
		}
	}
	diags_fail(diags, -EINVAL, "unknown trace source '%s'", value);
	diags_hint(diags, "sources: ebpf, raw, notify, none; without --trace the best this machine "
			  "allows");
	return -EINVAL;
}

static int take_args(struct options *options, const struct option_row *row, const char *value,
		     struct diags *diags)
{
	static const char *const names[] = {
		[LEARN_ARGS_SAFE] = "safe",
		[LEARN_ARGS_OFF] = "off",
		[LEARN_ARGS_ALL] = "all",
	};

	(void)row;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (str_eq(names[i], value)) {
			options->args = (enum learn_args)i;
			return 0;
		}
	}
	diags_fail(diags, -EINVAL, "unknown choice of arguments '%s'", value);
	diags_hint(diags, "choices: off, safe, all");
	return -EINVAL;
}

static int take_stacks(struct options *options, const struct option_row *row, const char *value,
		       struct diags *diags)
{
	static const char *const names[] = {
		[TRACE_STACKS_DENIED] = "denied",
		[TRACE_STACKS_OFF] = "off",
		[TRACE_STACKS_ALL] = "all",
	};

	(void)row;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (str_eq(names[i], value)) {
			options->stacks = (enum trace_stacks)i;
			return 0;
		}
	}
	diags_fail(diags, -EINVAL, "unknown choice of stacks '%s'", value);
	diags_hint(diags, "off; denied: the first call of each kind that is denied; all: and of "
			  "each call that is allowed");
	return -EINVAL;
}

static int take_streamed(struct options *options, const struct option_row *row, const char *value,
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

static int take_arch(struct options *options, const struct option_row *row, const char *value,
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

static int take_status_fd(struct options *options, const struct option_row *row, const char *value,
			  struct diags *diags)
{
	char *end;
	long fd;

	(void)row;
	errno = 0;
	fd = strtol(value, &end, 10);
	if (errno || *end || end == value || fd < 0 || fd > INT_MAX || fcntl((int)fd, F_GETFD) < 0)
		return diags_fail(diags, -EINVAL, "'%s' is not an open file descriptor", value);
	options->status_fd = (int)fd;
	return 0;
}

static int take_pid(struct options *options, const struct option_row *row, const char *value,
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

static int take_text(struct options *options, const struct option_row *row, const char *value,
		     struct diags *diags)
{
	(void)diags;
	*(const char **)((char *)options + row->at) = value;
	return 0;
}

static int take_flag(struct options *options, const struct option_row *row, const char *value,
		     struct diags *diags)
{
	(void)value;
	(void)diags;
	*(bool *)((char *)options + row->at) = true;
	return 0;
}

/* Where MEMBER is, which must be of TYPE. */
#define MEMBER(type, member) \
	_Generic(((struct options *)0)->member, type : offsetof(struct options, member))
#define TEXT(member) take_text, NULL, MEMBER(const char *, member)
#define FLAG(member) take_flag, NULL, MEMBER(bool, member)

// clang-format off
static const struct option_row rows[] = {
	{ "policy", 'p', "FILE", "read the policy FILE, or a shipped one: '<default>'; may be repeated",
	  COMMAND_LAUNCHES, take_policy, NULL, 0 },
	{ "output", 'o', "FILE", "write the policy to FILE",
	  COMMAND_RECORD | COMMAND_MERGE, TEXT(output) },
	{ "args", 0, "off|safe|all", "arguments that become conditions (default: safe)",
	  COMMAND_RECORD, take_args, NULL, 0 },
	{ "paths", 0, NULL, "suggest binds, network and limits by what was used",
	  COMMAND_RECORD, FLAG(wants_paths) },
	{ "portable", 0, NULL, "add what other libraries, kernels and machines call instead",
	  COMMAND_RECORD, FLAG(is_portable) },
	{ "strict", 0, NULL, "status 1 when the recording lost something",
	  COMMAND_RECORD, FLAG(is_strict) },
	{ "output", 'o', "FILE", "write to FILE, not to standard output",
	  COMMAND_COMPILE | COMMAND_CONVERT | COMMAND_PRUNE, TEXT(output) },
	{ "keep", 0, "NAME...", "calls that stay though no report used them",
	  COMMAND_PRUNE, TEXT(keep) },
	{ "merge", 0, "FILE", "keep the policy FILE as it stands and add what is new",
	  COMMAND_RECORD, TEXT(merge) },
	{ "to", 0, "FORMAT", "oci or systemd; policy, from an OCI profile in JSON",
	  COMMAND_CONVERT, TEXT(to) },
	{ "lossy", 0, NULL, "write what can be expressed, though not all can",
	  COMMAND_CONVERT, FLAG(is_lossy) },
	{ "capability", 0, "CAP_NAME...", "capabilities that a profile's includes and excludes ask for",
	  COMMAND_CONVERT, TEXT(capabilities) },
	{ "print", 0, "FORM", "bytes (the default), asm, policy (in canonical form) or json",
	  COMMAND_COMPILE, TEXT(print) },
	{ "bind", 'r', "SRC [DST]", "show a file or folder inside, read-only",
	  COMMAND_LAUNCHES, take_statement, "bind", 0 },
	{ "bind-rw", 'w', "SRC [DST]", "show a file or folder inside, writable",
	  COMMAND_LAUNCHES, take_statement, "bind rw", 0 },
	{ "root", 0, "DIR", "use DIR as the root instead of the host's system folders",
	  COMMAND_LAUNCHES, take_statement, "root", 0 },
	{ "tmpfs", 0, "DST [SIZE]", "an empty writable folder in memory",
	  COMMAND_LAUNCHES, take_statement, "tmpfs", 0 },
	{ "hide", 0, "PATH...", "make paths unreadable inside",
	  COMMAND_LAUNCHES, take_statement, "hide", 0 },
	{ "workdir", 0, "DIR", "start in DIR",
	  COMMAND_LAUNCHES, take_statement, "workdir", 0 },
	{ "net", 0, "none|host|user", "an empty network, the host's, or one by pasta",
	  COMMAND_LAUNCHES, take_statement, "net", 0 },
	{ "user", 0, "UID[:GID]", "who the command is outside",
	  COMMAND_LAUNCHES, take_statement, "user", 0 },
	{ "hostname", 0, "NAME", "the host name inside",
	  COMMAND_LAUNCHES, take_statement, "hostname", 0 },
	{ "env", 0, "keep|set|file ...",
	  "environment: 'keep NAME...', 'set NAME=VALUE', 'file PATH'",
	  COMMAND_LAUNCHES, take_statement, "env", 0 },
	{ "share", 0, "NAME...", "namespaces of the caller's to stay in: net, ipc, uts, cgroup",
	  COMMAND_LAUNCHES, take_statement, "share", 0 },
	{ "capability", 0, "NAME...", "keep capabilities in the pen's user namespace",
	  COMMAND_LAUNCHES, take_statement, "capability", 0 },
	{ "tty", 0, "new|keep", "a session without terminal, or the caller's terminal",
	  COMMAND_LAUNCHES, take_statement, "tty", 0 },
	{ "limit", 'l', "KIND VALUE", "limits: memory, swap, pids, cpu, time or cputime",
	  COMMAND_LAUNCHES, take_statement, "limit", 0 },
	{ "rlimit", 0, "NAME SOFT[:HARD]", "a resource limit of setrlimit(2)",
	  COMMAND_LAUNCHES, take_statement, "rlimit", 0 },
	{ "allow", 'a', "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, take_statement, "allow", 0 },
	{ "deny", 'd', "[ERRNO] CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, take_statement, "deny", 0 },
	{ "log", 0, "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, take_statement, "log", 0 },
	{ "kill", 0, "CALL... [if ...]", "a rule before all others",
	  COMMAND_LAUNCHES, take_statement, "kill", 0 },
	{ "pid", 0, "N", "trace the process N, which runs already, and enforce nothing",
	  COMMAND_RUN | COMMAND_RECORD, take_pid, NULL, 0 },
	{ "cgroup", 0, "PATH", "trace the processes of a cgroup: a container, a service",
	  COMMAND_RUN | COMMAND_RECORD, TEXT(cgroup) },
	{ "trace", 0, "ebpf|raw|notify|none", "insist on this source (default: the best there is)",
	  COMMAND_LAUNCHES, take_trace, NULL, 0 },
	{ "complain", 0, NULL, "let go on what the policy would deny, and report it",
	  COMMAND_RUN, FLAG(is_complaining) },
	{ "enforce", 0, NULL, "deny what the policy denies, instead of letting it go on",
	  COMMAND_CHECK, FLAG(is_enforcing) },
	{ "time", 0, NULL, "measure how long calls take, which slows them down",
	  COMMAND_LAUNCHES, FLAG(wants_times) },
	{ "stream", 0, "FILE", "write denials and processes to FILE as they happen, as JSON lines",
	  COMMAND_LAUNCHES, TEXT(stream) },
	{ "stream-calls", 0, "NAME...", "calls and sets to write there too, in one word",
	  COMMAND_LAUNCHES, take_streamed, NULL, 0 },
	{ "stacks", 0, "off|denied|all", "where in the program a call came from, the first of each kind",
	  COMMAND_LAUNCHES, take_stacks, NULL, 0 },
	{ "report", 0, "FILE", "write a report; .json or .txt tells the format",
	  COMMAND_LAUNCHES, take_report, NULL, 0 },
	{ "format", 0, "FORMAT", "how violations are printed: text, json or github",
	  COMMAND_CHECK, take_format, NULL, 0 },
	{ "format", 0, "FORMAT", "text (the default) or json",
	  COMMAND_DIFF, TEXT(format) },
	{ "format", 0, "FORMAT", "text (the default), json or sarif",
	  COMMAND_LINT, TEXT(format) },
	{ "severity", 0, "LEVEL", "the least that matters: error, warning (the default) or note",
	  COMMAND_LINT, TEXT(severity) },
	{ "all", 0, NULL, "a table of every call, in the place of CALL",
	  COMMAND_EXPLAIN, FLAG(is_all) },
	{ "fail-on", 0, "CHANGE", "status 1 for this only: wider, narrower or any (the default)",
	  COMMAND_DIFF, TEXT(fail_on) },
	{ "arch", 0, "ARCH", "ask for a call of this ABI: x86_64, x86, x32 or aarch64",
	  COMMAND_EXPLAIN | COMMAND_CONVERT, take_arch, NULL, 0 },
	{ "arch", 0, "ARCH...", "the ABIs that the filter lets in, where the policy does not say",
	  COMMAND_COMPILE, take_statement, "arch", 0 },
	{ "status-fd", 0, "N", "write how it ended to descriptor N, as one line of JSON",
	  COMMAND_LAUNCHES, take_status_fd, NULL, 0 },
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

enum { ROWS = ARRAY_SIZE(rows), LONG_ONLY = 256 };

/* getopt_long's two views of the rows that COMMAND takes; val tells the row. */
static void fill_getopt(const struct command *command, char *letters, struct option *longs)
{
	*letters++ = '+';
	*letters++ = ':';
	for (size_t i = 0; i < ROWS; i++) {
		if (!(rows[i].commands & command->bit))
			continue;
		*longs++ = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].argument ? required_argument : no_argument,
			.val = LONG_ONLY + (int)i,
		};
		if (!rows[i].letter)
			continue;
		*letters++ = rows[i].letter;
		if (rows[i].argument)
			*letters++ = ':';
	}
	*letters = '\0';
	*longs = (struct option){ 0 };
}

static const struct option_row *find_row(const struct command *command, int val)
{
	if (val >= LONG_ONLY)
		return &rows[val - LONG_ONLY];
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter == val && rows[i].commands & command->bit)
			return &rows[i];
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

int options_parse(const struct command *command, int argc, char **argv, struct options *ret_options,
		  struct diags *diags)
{
	struct options options = { .status_fd = -1, .arch = arch_native(), .trace = TRACE_BEST };
	struct option longs[ROWS + 1];
	char letters[2 * ROWS + 3];
	int found, err = 0;

	fill_getopt(command, letters, longs);
	optind = 1;
	while (!err && (found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct option_row *row = found == '?' || found == ':'
						       ? NULL
						       : find_row(command, found);

		options.last = row;
		options.last_value = optarg;
		err = row ? row->take(&options, row, optarg, diags)
			  : refuse_option(command, found, argv, diags);
	}
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

void options_hint_quotes(const struct options *options, struct diags *diags)
{
	const struct option_row *last = options->last;
	char **words = options->operands;

	if (!diags->n || !last || last->take != take_statement || !strchr(last->argument, ' ') ||
	    strchr(options->last_value, ' ') || str_eq(words[-1], "--"))
		return;
	if (strchr(words[0], '/') || (words[1] && str_eq(words[1], "--")))
		diags_hint(diags,
			   "if '%s' belongs to the option before it, quote both: --%s '%s %s'",
			   words[0], last->name, options->last_value, words[0]);
}

void options_finish(struct options *options)
{
	free(options->statements.v);
	free(options->policies.v);
	free(options->reports.v);
	*options = (struct options){ .status_fd = -1 };
}

void options_print_help(const struct command *command, FILE *to)
{
	fprintf(to, "Usage: pinfold %s [OPTION...] %s\n%s.\n\nOptions:\n", command->name,
		command->operands, command->about);
	for (size_t i = 0; i < ROWS; i++) {
		char left[64];

		if (!(rows[i].commands & command->bit))
			continue;
		snprintf(left, sizeof(left), rows[i].letter ? "-%c, --%s %s" : "%c   --%s %s",
			 rows[i].letter ? rows[i].letter : ' ', rows[i].name,
			 rows[i].argument ? rows[i].argument : "");
		fprintf(to, "  %-34s %s\n", left, rows[i].help);
	}
}
