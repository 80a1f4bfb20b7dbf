/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options as rows: one row feeds the reader of the command line, --help, the completion of shells
 * and the check of the manual. An option with the name of a policy statement is that statement.
 */
#ifndef PINFOLD_CMD_OPTIONS_H
#define PINFOLD_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#include "base/diag.h"
#include "base/palette.h"
#include "cmd/choice.h"
#include "cmd/command.h"
#include "convert/runtime.h"
#include "learn/call_family.h"
#include "lint/lint.h"
#include "policy/parse.h"
#include "report/judged.h"
#include "sys/arch.h"
#include "trace/trace.h"

/* Instead of a source: the best one available. */
enum { TRACE_BEST = CHOICE_NONE };

/* Growable lists of what was given. */
struct option_words {
	const char **v;
	size_t n, cap;
};
struct option_statements {
	struct policy_option *v;
	size_t n, cap;
};

/* A statement that was given as an option. */
struct last_option {
	const char *name; /* without dashes; NULL: it is not a statement */
	const char *argument, *value;
};

struct options {
	struct option_statements statements;
	struct option_words policies, reports, include_dirs, baselines;
	const char *output;	    /* -o; NULL: not given */
	int format, print, fail_on; /* row of the command's own table */
	int to, render;		    /* likewise, or CHOICE_NONE */
	const char *keep;	    /* prune: names separated by blanks; NULL: none */
	const char *merge;	    /* record: a policy to add to; NULL: none */
	const char *compared;	    /* report: the older report; NULL: none */
	const char *capabilities;   /* convert: names separated by blanks; NULL: none */
	struct runtime runtime;	    /* convert */
	unsigned int accepted;	    /* convert: losses, 1 << enum loss_grade */
	enum severity severity;	    /* lint: the lowest that matters */
	int trace;		    /* enum trace_source, or TRACE_BEST */
	enum learn_args args;	    /* --args */
	unsigned int runs;	    /* --runs; 0: not given */
	unsigned int least_runs;    /* merge: --min-runs; 0: not given */
	time_t since;		    /* merge: --since; 0: not given */
	bool wants_machine;	    /* --machine */
	bool is_rules_only;	    /* --rules-only */
	bool is_json;		    /* --json */
	bool is_strict, is_portable, wants_paths;
	bool is_quiet, is_verbose, is_dry_run, is_all, wants_help, wants_version;
	bool is_complaining, is_enforcing; /* --complain, --enforce */
	bool wants_pen_failures;	   /* they are violations */
	struct judged judged;		   /* --budget, --max-unused */
	enum trace_stacks stacks;	   /* --stacks */
	bool wants_times;		   /* --time */
	bool wants_calls;		   /* --calls */
	bool is_live;			   /* --live */
	int status_fd;			   /* -1: not given */
	enum palette_when colours;	   /* --color */
	enum arch arch;			   /* --arch; the native one by default */
	struct last_option last;	   /* the last one */
	const char *stream;		   /* --stream; NULL: none */
	const char *streamed;  /* --stream-calls: names separated by blanks; NULL: none */
	pid_t pid;	       /* --pid; 0: not given */
	const char *cgroup;    /* --cgroup; NULL: not given */
	const char *directory; /* oci-hook; NULL: not given */
	char **program;	       /* the whole argument vector of the process */
	char **operands;
	size_t n_operands;
};

/*
 * Reads the options of COMMAND from argv[1] on (argv[0] is its name, argv[-1] the program's).
 * Returns 0 with *ret_options, which the caller frees with options_finish(), or -EINVAL with an
 * error in DIAGS.
 */
int options_parse(const struct command *command, int argc, char **argv, struct options *ret_options,
		  struct diags *diags);

/* Returns 0 if the options of COMMAND are compatible, or -EINVAL with an error in DIAGS. Part of
 * options_parse(). */
int options_check(const struct options *options, const struct command *command,
		  struct diags *diags);

/* Returns the N FILES as a source for policy_parse(), read in the way that the options request;
 * without the statements among the options. */
struct policy_source options_source(const struct options *options, const char *const *files,
				    size_t n);

/* Returns whether the options name something already running instead of a command. */
bool options_have_target(const struct options *options);

/* Returns the simplest source that provides everything requested. */
enum trace_source options_needed_source(const struct options *options);

/* Returns whether the options let SOURCE be used: --trace does not exclude it, it provides
 * everything requested, and it slows calls down only if that, or the command itself (NEEDS_CALLS),
 * is about those that are allowed. */
bool options_let_take(const struct options *options, enum trace_source source, bool needs_calls);

void options_finish(struct options *options);

/* Adds a hint to the last error, that the command could not be started, if the command may have
 * been intended as the second word of the option before it: -w SRC DST, unquoted. */
void options_hint_quotes(const struct options *options, struct diags *diags);

#endif
