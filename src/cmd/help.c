// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/help.h"

#include <string.h>

#include "base/str.h"
#include "base/terminal.h"
#include "cmd/option_row.h"

enum {
	WIDTH = 100, /* of the text, at most */
	NARROW = 60, /* a narrower terminal wraps by itself */
	LEFT = 31,   /* where what an option does begins */
	ABOUT = 13,  /* and what a command does */
};

/* "-p, --policy POLICY", with the words of a choice if the row names no argument. */
static void format_usage(const struct option_row *row, struct strbuf *buf)
{
	strbuf_printf(buf, row->letter ? "  -%c, --%s" : "  %c   --%s",
		      row->letter ? row->letter : ' ', row->name);
	if (row->argument)
		strbuf_printf(buf, " %s", row->argument);
	if (row->argument || !row->choice)
		return;
	strbuf_puts(buf, " ");
	choice_list(row->choice, "|", buf);
}

/* The help text, with the words of a choice if its argument does not list them, and the default. */
static void format_help(const struct option_row *row, struct strbuf *buf)
{
	const struct options options = options_start();
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

/* Prints TEXT from column LEFT on, broken at blanks; AT is the column reached. */
static void print_wrapped(const char *text, size_t at, size_t left, FILE *to)
{
	size_t room = terminal_columns(to, NARROW, WIDTH) - left;

	while (*text) {
		size_t length = strlen(text);

		if (at >= left) {
			fputc('\n', to);
			at = 0;
		}
		if (length > room)
			for (length = room; length && text[length] != ' '; length--)
				;
		if (!length)
			length = strcspn(text, " ");
		fprintf(to, "%*s%.*s", (int)(left - at), "", (int)length, text);
		at = left;
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

static void print_option(const struct option_row *row, FILE *to)
{
	struct strbuf left = { 0 }, right = { 0 };

	format_usage(row, &left);
	format_help(row, &right);
	fputs(left.text, to);
	print_wrapped(right.text, strlen(left.text), LEFT, to);
	strbuf_finish(&left);
	strbuf_finish(&right);
}

/* A command that runs nothing has few options, which need no groups. */
static void print_options(const struct command *command, FILE *to)
{
	struct option_rows list = option_rows_list(command->bit);
	const char *group = NULL;

	for (size_t i = 0; i < list.n; i++) {
		const struct option_row *row = &list.v[i];

		if (!group || (!str_eq(group, row->group) && command->bit & COMMAND_LAUNCHES)) {
			group = command->bit & COMMAND_LAUNCHES ? row->group : "Options";
			fprintf(to, "\n%s:\n", group);
		}
		print_option(row, to);
	}
	option_rows_finish(&list);
}

void help_print_command(const struct command *command, FILE *to)
{
	fprintf(to, "Usage: pinfold %s [OPTION...]%s%s\n%s.\n", command->name,
		command->operands ? " " : "", command->operands ? command->operands : "",
		command->about);
	print_options(command, to);
	fputs("\nExamples:\n", to);
	for (size_t i = 0; i < COMMAND_EXAMPLES; i++)
		fprintf(to, "  %s\n", command->examples[i]);
	fprintf(to, "\nManual: pinfold-%s(1)\n", command->name);
}

void help_print(FILE *to)
{
	const struct command *command;

	fputs("Usage: pinfold COMMAND [OPTION...] [ARGUMENT...]\n"
	      "Runs an untrusted command in a pen, and reports which system calls it made and\n"
	      "which were denied.\n\nCommands:\n",
	      to);
	for (size_t i = 0; (command = command_row(i)); i++)
		print_wrapped(command->about, (size_t)fprintf(to, "  %-10s", command->name), ABOUT,
			      to);
	fputs("\nExamples:\n"
	      "  pinfold run -- ls -l\n"
	      "  pinfold record -o ls.policy -- ls -l\n"
	      "  pinfold check -p ls.policy -- ls -l\n"
	      "\n'pinfold help COMMAND' lists a command's options.\n"
	      "Manual: pinfold(1), pinfold-policy(5), pinfold-report(5)\n",
	      to);
}
