// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the options of a command line. getopt_long(3) would take any unambiguous abbreviation of a
 * name, so that --ro meant --root until there is a --route. */
#include "cmd/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/option_row.h"

/* Where reading has got to. */
struct scan {
	const struct command *command;
	const struct option_rows *rows;
	char **at;	     /* the next word */
	const char *letters; /* those left of a word such as -qv; NULL or empty: none */
	size_t n_operands;   /* just before AT: those that options may follow */
};

/* An option and its value, which is NULL if it takes none. */
struct given {
	const struct option_row *row;
	const char *value;
};

static const char *option_name(size_t i, void *data)
{
	const struct option_rows *rows = data;

	return i < rows->n ? rows->v[i].name : NULL;
}

/* Returns the name of a command that takes the option NAME, LENGTH bytes, or NULL. */
static const char *find_other_command(const char *name, size_t length)
{
	const struct command *command;
	bool has = false;

	for (size_t i = 0; !has && (command = command_row(i)); i++) {
		struct option_rows rows = option_rows_list(command->bit);

		has = option_rows_find(&rows, name, length);
		option_rows_finish(&rows);
	}
	return has ? command->name : NULL;
}

static int refuse_letter(const struct scan *scan, const char *word, struct diags *diags)
{
	diags_fail(diags, -EINVAL, "unknown option '%s'", word);
	diags_hint(diags, "pinfold %s --help lists the options", scan->command->name);
	return -EINVAL;
}

/* Returns the longest option that NAME begins with, as net for network, or NULL. */
static const char *find_beginning(const struct option_rows *rows, const char *name)
{
	const char *longest = NULL;

	for (size_t i = 0; i < rows->n; i++) {
		size_t length = strlen(rows->v[i].name);

		if (length > 2 && str_starts(name, rows->v[i].name) &&
		    (!longest || length > strlen(longest)))
			longest = rows->v[i].name;
	}
	return longest;
}

static int refuse_name(const struct scan *scan, const char *name, size_t length,
		       struct diags *diags)
{
	auto_free char *copy = mem_alloc(length + 1);
	const char *other = find_other_command(name, length), *near;

	memcpy(copy, name, length);
	near = str_nearest(copy, option_name, (void *)scan->rows);
	near = near ? near : find_beginning(scan->rows, copy);
	diags_fail(diags, -EINVAL, "unknown option '--%s'", copy);
	if (other)
		diags_hint(diags, "it is an option of pinfold %s", other);
	else if (near)
		diags_hint(diags, "did you mean '--%s'?", near);
	else
		diags_hint(diags, "pinfold %s --help lists the options", scan->command->name);
	return -EINVAL;
}

/* Takes the next word as the value of the option that WORD names. */
static int take_word(struct scan *scan, const char *word, const char **ret_value,
		     struct diags *diags)
{
	if (*scan->at) {
		*ret_value = *scan->at++;
		return 0;
	}
	diags_fail(diags, -EINVAL, "option '%s' needs an argument", word);
	diags_hint(diags, "pinfold %s --help lists the options", scan->command->name);
	return -EINVAL;
}

/* WORD is --name or --name=value. */
static int read_name(struct scan *scan, const char *word, struct given *ret_given,
		     struct diags *diags)
{
	const char *name = word + 2;
	size_t length = strcspn(name, "=");

	ret_given->row = option_rows_find(scan->rows, name, length);
	if (!ret_given->row)
		return refuse_name(scan, name, length, diags);
	if (!name[length])
		return option_has_argument(ret_given->row)
			       ? take_word(scan, word, &ret_given->value, diags)
			       : 0;
	if (!option_has_argument(ret_given->row))
		return diags_fail(diags, -EINVAL, "option '--%s' takes no argument",
				  ret_given->row->name);
	ret_given->value = name + length + 1;
	return 0;
}

/* Reads the first of scan->letters; what follows one with a value is that value. */
static int read_letter(struct scan *scan, struct given *ret_given, struct diags *diags)
{
	const char word[] = { '-', *scan->letters++, '\0' };

	ret_given->row = option_rows_find_letter(scan->rows, word[1]);
	if (!ret_given->row)
		return refuse_letter(scan, word, diags);
	if (!option_has_argument(ret_given->row))
		return 0;
	if (!*scan->letters)
		return take_word(scan, word, &ret_given->value, diags);
	ret_given->value = scan->letters;
	scan->letters = NULL;
	return 0;
}

/* Reads the next option; its row is NULL where the operands start. */
static int read_option(struct scan *scan, struct given *ret_given, struct diags *diags)
{
	const char *word = *scan->at;

	*ret_given = (struct given){ 0 };
	if (scan->letters && *scan->letters)
		return read_letter(scan, ret_given, diags);
	if (!word || word[0] != '-' || !word[1])
		return 0;
	scan->at++;
	if (str_eq(word, "--"))
		return 0;
	if (word[1] == '-')
		return read_name(scan, word, ret_given, diags);
	scan->letters = word + 1;
	return read_letter(scan, ret_given, diags);
}

/* Moves the words from FROM on, which were read, before the operands that precede them. */
static void move_before_operands(const struct scan *scan, char **from)
{
	char **operands = from - scan->n_operands;

	for (; scan->n_operands && from < scan->at; from++, operands++) {
		char *word = *from;

		memmove(operands + 1, operands, scan->n_operands * sizeof(*operands));
		*operands = word;
	}
}

/* Reads the next option, also from between the operands of a command that launches nothing: there,
 * only what follows "--" is never one. Its row is NULL where there is none. */
static int read_next(struct scan *scan, struct given *ret_given, struct diags *diags)
{
	for (;;) {
		char **from = scan->at;
		int err = read_option(scan, ret_given, diags);

		move_before_operands(scan, from);
		if (err || ret_given->row || scan->at != from || !*from ||
		    scan->command->bit & COMMAND_LAUNCHES)
			return err;
		scan->at++;
		scan->n_operands++;
	}
}

struct options options_start(void)
{
	return (struct options){ .status_fd = -1,
				 .arch = arch_native(),
				 .trace = TRACE_BEST,
				 .to = CHOICE_NONE,
				 .judged = judged_none,
				 .render = CHOICE_NONE,
				 .severity = SEVERITY_WARNING };
}

static int take(struct options *options, const struct given *given, struct diags *diags)
{
	const struct option_row *row = given->row;

	options->last = (struct last_option){ 0 };
	if (row->take == take_statement)
		options->last = (struct last_option){ row->name, row->argument, given->value };
	return row->take(options, row, given->value, diags);
}

int options_parse(const struct command *command, int argc, char **argv, struct options *ret_options,
		  struct diags *diags)
{
	struct option_rows list = option_rows_list(command->bit);
	struct options options = options_start();
	struct scan scan = { .command = command, .rows = &list, .at = argv + 1 };
	struct given given;
	int err;

	while (!(err = read_next(&scan, &given, diags)) && given.row) {
		err = take(&options, &given, diags);
		if (err)
			break;
	}
	option_rows_finish(&list);
	/* An error among the options is printed as they request, too. */
	palette_choose(options.colours);
	options.program = argv - 1;
	options.operands = scan.at - scan.n_operands;
	options.n_operands = (size_t)(argv + argc - options.operands);
	if (!err && !options.wants_help)
		err = options_check(&options, command, diags);
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
	free(options->baselines.v);
	*options = (struct options){ .status_fd = -1 };
}
