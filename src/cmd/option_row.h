/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of options, and how a row takes its value; internal to this room. */
#ifndef PINFOLD_CMD_OPTION_ROW_H
#define PINFOLD_CMD_OPTION_ROW_H

#include "cmd/options.h"
#include "policy/setting_row.h"

/* What options choose from, besides the formats of commands. */
extern const struct choice option_sources, option_args, option_stacks, option_arches,
	option_colours;
extern const struct choice option_severities, option_grades, option_runtimes, option_extensions;
extern const struct choice check_formats, compile_forms, convert_formats, diff_changes,
	diff_formats, lint_formats;

/* Takes the value of an option; returns 0 or -EINVAL with an error in DIAGS. */
struct option_row;
typedef int option_taker(struct options *options, const struct option_row *row, const char *value,
			 struct diags *diags);

struct option_row {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: none, or the words of its choice */
	const char *help;
	unsigned int commands; /* enum command_bit */
	option_taker *take;
	const char *verb;	     /* for take_statement */
	size_t at;		     /* offset in struct options, for functions that store there */
	const struct choice *choice; /* for take_choice, take_choices and take_report; NULL: none */
	const char *group;	     /* the heading that it is under in --help */
	enum setting_part part;	     /* of a row that stands for statements */
};

/* Options in the order of --help. */
struct option_rows {
	struct option_row *v;
	size_t n, cap;
};

/* Lists the options of COMMANDS, enum command_bit; the caller frees the list's contents with
 * option_rows_finish(). */
struct option_rows option_rows_list(unsigned int commands);

void option_rows_finish(struct option_rows *list);

bool option_has_argument(const struct option_row *row);

/* Returns the option whose whole name is the LENGTH bytes at NAME, or NULL: options are not
 * abbreviated, or a new one would change what a script means. */
const struct option_row *option_rows_find(const struct option_rows *list, const char *name,
					  size_t length);

/* Returns the option with this letter, or NULL. */
const struct option_row *option_rows_find_letter(const struct option_rows *list, char letter);

/* Returns what applies without any option. */
struct options options_start(void);

/* Reads the number VALUE, from 1 to MOST; returns whether it is one. */
bool option_read_count(const char *value, int most, int *ret_count);

option_taker take_statement, take_text, take_flag, take_choice, take_choices;
option_taker take_policy, take_include_dir, take_report, take_calls, take_calls_and_sets,
	take_status_fd;
option_taker take_pid, take_runs, take_lossy;
option_taker take_least_runs, take_since;		  /* option_merge.c */
option_taker take_baseline, take_budget, take_max_unused; /* option_judged.c */

#endif
