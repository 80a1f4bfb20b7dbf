// SPDX-License-Identifier: GPL-2.0-or-later
/* How the options of every command are read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/option_row.h"

enum { WORDS_MAX = 8 };

/* Reads WORDS, up to NULL, as options and operands of COMMAND. */
static int parse(const struct command *command, const char *const *words, struct options *options,
		 struct diags *diags)
{
	static char *argv[WORDS_MAX + 3];
	int argc = 0;

	argv[argc++] = (char *)"pinfold";
	argv[argc++] = (char *)command->name;
	while (*words && argc < WORDS_MAX + 2)
		argv[argc++] = (char *)*words++;
	argv[argc] = NULL;
	return options_parse(command, argc - 1, argv + 1, options, diags);
}

/* Requires that WORD alone is refused with MESSAGE, and with a hint that starts with HINT; NULL:
 * any. */
static void assert_refused(const struct command *command, const char *word, const char *message,
			   const char *hint)
{
	const char *const words[] = { word, NULL };
	struct options options;
	struct diags diags = { 0 };
	int err = parse(command, words, &options, &diags);

	if (!err || diags.n != 1 || !str_eq(diags.v[0].message, message) ||
	    (hint && (!diags.v[0].hint || !str_starts(diags.v[0].hint, hint))))
		fail_msg("pinfold %s %s: %s (hint: %s), not '%s' (hint: %s)", command->name, word,
			 diags.n ? diags.v[0].message : "is taken",
			 diags.n && diags.v[0].hint ? diags.v[0].hint : "none", message,
			 hint ? hint : "any");
	diags_finish(&diags);
}

typedef void checker(const struct command *command, const struct option_rows *rows,
		     const struct option_row *row);

static void check_all(checker *check)
{
	const struct command *command;
	size_t n = 0;

	for (size_t i = 0; (command = command_row(i)); i++) {
		struct option_rows rows = option_rows_list(command->bit);

		for (size_t k = 0; k < rows.n; k++, n++)
			check(command, &rows, &rows.v[k]);
		option_rows_finish(&rows);
	}
	assert_true(n > 100);
}

static void check_abbreviations(const struct command *command, const struct option_rows *rows,
				const struct option_row *row)
{
	char word[64], message[96];

	for (size_t length = 1; length < strlen(row->name); length++) {
		if (option_rows_find(rows, row->name, length))
			continue;
		snprintf(word, sizeof(word), "--%.*s", (int)length, row->name);
		snprintf(message, sizeof(message), "unknown option '%s'", word);
		assert_refused(command, word, message, "");
		snprintf(word, sizeof(word), "--%.*s=1", (int)length, row->name);
		assert_refused(command, word, message, "");
	}
}

static void no_abbreviation_is_an_option(void **state)
{
	(void)state;
	check_all(check_abbreviations);
}

static void check_slip(const struct command *command, const struct option_rows *rows,
		       const struct option_row *row)
{
	char word[64], message[96], hint[96];
	size_t length = strlen(row->name);

	(void)rows;
	if (length < 3 || row->name[length - 2] == row->name[length - 1])
		return;
	snprintf(word, sizeof(word), "--%.*s%c%c", (int)length - 2, row->name,
		 row->name[length - 1], row->name[length - 2]);
	snprintf(message, sizeof(message), "unknown option '%s'", word);
	snprintf(hint, sizeof(hint), "did you mean '--%s'?", row->name);
	assert_refused(command, word, message, hint);
}

static void a_slip_hints_at_the_option(void **state)
{
	(void)state;
	check_all(check_slip);
}

static void check_values(const struct command *command, const struct option_rows *rows,
			 const struct option_row *row)
{
	char word[64], message[96];

	(void)rows;
	snprintf(word, sizeof(word), "--%s%s", row->name, option_has_argument(row) ? "" : "=1");
	snprintf(message, sizeof(message), "option '--%s' %s", row->name,
		 option_has_argument(row) ? "needs an argument" : "takes no argument");
	assert_refused(command, word, message, NULL);
	if (!row->letter || !option_has_argument(row))
		return;
	snprintf(word, sizeof(word), "-%c", row->letter);
	snprintf(message, sizeof(message), "option '%s' needs an argument", word);
	assert_refused(command, word, message, NULL);
}

static void a_value_too_few_or_too_many_is_an_error(void **state)
{
	(void)state;
	check_all(check_values);
}

static void an_option_of_another_command_names_that(void **state)
{
	(void)state;
	assert_refused(&cmd_check, "--complain", "unknown option '--complain'",
		       "it is an option of pinfold run");
	assert_refused(&cmd_lint, "--fail-on=any", "unknown option '--fail-on'",
		       "it is an option of pinfold diff");
	assert_refused(&cmd_run, "-Z", "unknown option '-Z'",
		       "pinfold run --help lists the options");
	assert_refused(&cmd_run, "-qZ", "unknown option '-Z'",
		       "pinfold run --help lists the options");
	assert_refused(&cmd_run, "--zzzzz", "unknown option '--zzzzz'",
		       "pinfold run --help lists the options");
}

static void values_are_taken_in_every_form(void **state)
{
	static const char *const rows[][WORDS_MAX] = {
		{ "-p", "a", "-q", "x", "-v" },
		{ "-pa", "-q", "x", "-v" },
		{ "-qpa", "x", "-v" },
		{ "-qp", "a", "--", "x", "-v" },
		{ "--policy", "a", "--quiet", "x", "-v" },
		{ "--policy=a", "--quiet", "--", "x", "-v" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct options options;
		struct diags diags = { 0 };

		assert_int_equal(parse(&cmd_run, rows[i], &options, &diags), 0);
		assert_int_equal(options.policies.n, 1);
		assert_string_equal(options.policies.v[0], "a");
		assert_true(options.is_quiet);
		assert_false(options.is_verbose);
		assert_int_equal(options.n_operands, 2);
		assert_string_equal(options.operands[0], "x");
		assert_string_equal(options.operands[1], "-v");
		options_finish(&options);
		diags_finish(&diags);
	}
}

static void a_value_may_be_empty_or_look_like_an_option(void **state)
{
	static const char *const words[] = { "-p", "-q", "--policy=", "-p", "--", "-", NULL };
	struct options options;
	struct diags diags = { 0 };

	(void)state;
	assert_int_equal(parse(&cmd_run, words, &options, &diags), 0);
	assert_int_equal(options.policies.n, 3);
	assert_string_equal(options.policies.v[0], "-q");
	assert_string_equal(options.policies.v[1], "");
	assert_string_equal(options.policies.v[2], "--");
	assert_int_equal(options.n_operands, 1);
	assert_string_equal(options.operands[0], "-");
	options_finish(&options);
	diags_finish(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_abbreviation_is_an_option),
		cmocka_unit_test(a_slip_hints_at_the_option),
		cmocka_unit_test(a_value_too_few_or_too_many_is_an_error),
		cmocka_unit_test(an_option_of_another_command_names_that),
		cmocka_unit_test(values_are_taken_in_every_form),
		cmocka_unit_test(a_value_may_be_empty_or_look_like_an_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
