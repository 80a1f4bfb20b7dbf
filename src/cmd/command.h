/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands as rows, and the exit statuses that they share. */
#ifndef PINFOLD_CMD_COMMAND_H
#define PINFOLD_CMD_COMMAND_H

#include <stddef.h>

#include "base/diag.h"

/* pinfold(1), EXIT STATUS. */
enum exit_status {
	STATUS_OK = 0,
	/* lint: findings; diff, report --compare: differences; doctor: run cannot work */
	STATUS_FOUND = 1,
	STATUS_USAGE = 2,
	STATUS_VIOLATED = 123,
	STATUS_TIMED_OUT = 124,
	STATUS_FAILED = 125,
	STATUS_NOT_EXECUTABLE = 126,
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128, /* + the signal's number */
	STATUS_OUT_OF_MEMORY = 137,
};

/* Besides STATUS_SIGNAL + N: pinfold itself dies of signal N. */
enum { STATUS_DIES = 256 };

/* Bits for option rows: which commands take an option. */
enum command_bit {
	COMMAND_RUN = 1,
	COMMAND_RECORD = 2,
	COMMAND_CHECK = 4,
	COMMAND_EXPLAIN = 8,
	COMMAND_SYSCALLS = 16,
	COMMAND_COMPILE = 32,
	COMMAND_DIFF = 64,
	COMMAND_LINT = 128,
	COMMAND_MERGE = 256,
	COMMAND_PRUNE = 512,
	COMMAND_CONVERT = 1024,
	COMMAND_REPORT = 2048,
	COMMAND_LAUNCHES = COMMAND_RUN | COMMAND_RECORD | COMMAND_CHECK,
	COMMAND_READS = COMMAND_LAUNCHES | COMMAND_EXPLAIN | COMMAND_COMPILE | COMMAND_DIFF |
			COMMAND_LINT | COMMAND_MERGE | COMMAND_PRUNE | COMMAND_CONVERT,
	COMMAND_HELP = 4096,
	COMMAND_DOCTOR = 8192,
	COMMAND_COMPLETION = 16384,
	COMMAND_POLICIES = 32768,
	COMMAND_OCI_HOOK = 65536,
	COMMAND_ALL = (1 << 20) - 1,
};

enum { COMMAND_EXAMPLES = 3 };

struct options;

struct command {
	const char *name;
	enum command_bit bit;
	const char *operands;			   /* for the usage line; NULL: none */
	const char *about;			   /* one line */
	size_t least_operands, most_operands;	   /* most == 0: any number */
	int (*run)(const struct options *options); /* returns the exit status */
	/* For --help: whole command lines, which the tests run, in the order of the commands and in
	 * one directory. */
	const char *examples[COMMAND_EXAMPLES];
};

/* Returns the command of NAME, or NULL with an error in DIAGS. */
const struct command *command_find(const char *name, struct diags *diags);

/* Returns row I, or NULL past the last one. */
const struct command *command_row(size_t i);

/* One object for each command; only named here so that the table finds them. */
extern const struct command cmd_run, cmd_record, cmd_check, cmd_explain, cmd_syscalls, cmd_compile,
	cmd_diff, cmd_lint, cmd_merge, cmd_prune, cmd_convert, cmd_report, cmd_policies, cmd_help,
	cmd_doctor, cmd_completion, cmd_oci_hook;

/* Ends the program by a signal if STATUS says so; otherwise, or if the caller has that signal
 * ignored or blocked, returns the exit status. */
int command_end(int status);

/* Runs the program: finds the command, reads its options, runs it. Returns the exit status. */
int command_main(int argc, char **argv);

#endif
