/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a row of the table of options takes its value; inside this room only. */
#ifndef PINFOLD_CMD_OPTION_ROW_H
#define PINFOLD_CMD_OPTION_ROW_H

#include "cmd/options.h"

/* Words that an option chooses from, in the order of its enumeration. */
struct choice {
	const char *const *names;
	size_t n;
	const char *what, *hint;
};

extern const struct choice option_sources, option_args, option_stacks;

/* Takes the value of an option; returns 0 or -EINVAL with an error in DIAGS. */
struct option_row;
typedef int option_taker(struct options *options, const struct option_row *row, const char *value,
			 struct diags *diags);

struct option_row {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: takes none */
	const char *help;
	unsigned int commands; /* enum command_bit */
	option_taker *take;
	const char *verb; /* for take_statement */
	size_t at;	  /* for take_text, take_flag and take_choice: where in struct options */
	const struct choice *choice; /* for take_choice */
};

option_taker take_statement, take_text, take_flag, take_choice;
option_taker take_policy, take_include_dir, take_report, take_format, take_streamed, take_arch,
	take_status_fd;
option_taker take_pid, take_runs, take_accept, take_lossy, take_runtime;

#endif
