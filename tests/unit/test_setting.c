// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements for the pen: each row is whole, and what it says of two statements is what they do. */
#include "policy_helper.h"

#include "filter/diff.h"
#include "policy/print.h"
#include "policy/setting_row.h"

/* Of each row a statement in canonical form, what it changes where it is added, and another one of
 * the same kind. */
static const struct sample {
	const char *statement;
	enum change added;
	const char *other; /* NULL: there is none */
} samples[] = {
	{ "allow set-id", CHANGE_WIDER, NULL },
	{ "root /a", CHANGE_UNCLEAR, "root /b" },
	{ "bind /a", CHANGE_WIDER, "bind rw try /a /b" },
	{ "device /dev/kvm", CHANGE_WIDER, "device try /dev/fuse" },
	{ "tmpfs /a", CHANGE_WIDER, "tmpfs /a 64M mode=1700" },
	{ "hide /a", CHANGE_NARROWER, "hide \"/a b\"" },
	{ "guard a", CHANGE_NARROWER, "guard a/b" },
	{ "workdir /a", CHANGE_OTHER, "workdir /b" },
	{ "net user", CHANGE_WIDER, "net host" },
	{ "share ipc", CHANGE_WIDER, "share uts" },
	{ "user 7:8", CHANGE_UNCLEAR, "user daemon" },
	{ "hostname a", CHANGE_OTHER, "hostname b" },
	{ "env keep A_*", CHANGE_WIDER, "env set \"A=1 2\"" },
	{ "capability cap_kill", CHANGE_WIDER, "capability cap_chown" },
	{ "limit time 9s", CHANGE_NARROWER, "limit time 9s grace 500ms" },
	{ "rlimit nofile 8:9", CHANGE_NARROWER, "rlimit nofile 9:unlimited" },
	{ "tty new", CHANGE_NARROWER, "tty keep" },
	{ "fd 7", CHANGE_WIDER, "fd 8" },
};

static bool is_of(const char *statement, const struct setting_row *row)
{
	size_t len = strlen(row->verb);

	return str_starts(statement, row->verb) && (statement[len] == ' ' || !statement[len]);
}

static const struct sample *find_sample(const struct setting_row *row)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		if (is_of(samples[i].statement, row))
			return &samples[i];
	fail_msg("'%s' has no row in %s", row->verb, __FILE__);
	return NULL;
}

static void every_row_is_whole(void **state)
{
	const struct setting_row *row;

	(void)state;
	for (size_t i = 0; (row = setting_row(i)); i++) {
		if (!row->take || !row->at || !row->print || !row->compare || !row->lint)
			fail_msg("the row of '%s' lacks a function", row->verb);
		assert_true(is_of(row->usage, row));
		assert_true(row->least <= row->most);
		assert_int_equal(row->checks != NULL, row->n_checks != 0);
		assert_int_equal(row->n_checks == 0, row->lint == setting_exposes_nothing);
		/* Found by its verb, unless a rule has that, too; and only this one is. */
		assert_ptr_equal(setting_find(row->verb), row->is_rule ? NULL : row);
		if (!row->is_rule && !row->options[0].name)
			fail_msg("'%s' has no option", row->verb);
		for (size_t k = 0; k < SETTING_OPTIONS && row->options[k].name; k++) {
			const struct setting_option *option = &row->options[k];

			assert_true(is_of(option->lead ? option->lead : option->name, row));
			assert_non_null(option->argument);
			assert_non_null(option->help);
		}
	}
}

/* Returns TEXT's canonical form, of the statements for the pen alone. */
static char *canonical(const char *text)
{
	char *line = mem_printf("%s\n", text);
	struct policy *policy = read_policy(line);
	struct strbuf buf = { 0 };

	settings_print(&policy->settings, &buf);
	policy_destroy(policy);
	free(line);
	return buf.text;
}

static void every_statement_is_printed_as_it_is_read(void **state)
{
	const struct setting_row *row;

	(void)state;
	for (size_t i = 0; (row = setting_row(i)); i++) {
		const struct sample *sample = find_sample(row);
		const char *const statements[] = { sample->statement, sample->other };

		for (size_t k = 0; k < ARRAY_SIZE(statements) && statements[k]; k++) {
			char *want = mem_printf("%s\n", statements[k]);
			char *text = canonical(statements[k]);

			assert_string_equal(text, want);
			free(text);
			free(want);
		}
	}
}

/* What is common to every statement: it is missed, and it comes back. */
static void check_change(const char *before, const char *after, const char *line, bool is_added,
			 enum change change)
{
	char *texts[] = { mem_printf("%s\n", before), mem_printf("%s\n", after) };
	struct policy *policies[] = { read_policy(texts[0]), read_policy(texts[1]) };
	struct policy_diff diff;
	struct diags diags = { 0 };
	bool is_found = false;

	assert_int_equal(policy_diff(policies[0], policies[1], &diff, &diags), 0);
	for (size_t i = 0; i < diff.settings.n; i++) {
		const struct setting_difference *at = &diff.settings.v[i];

		if (!str_eq(at->line, line) || at->is_added != is_added)
			continue;
		is_found = true;
		if (change != CHANGE_COUNT && at->change != change)
			fail_msg("'%s' -> '%s': %d", before, after, at->change);
		assert_int_equal(at->why != NULL, at->change == CHANGE_UNCLEAR);
	}
	if (!is_found)
		fail_msg("'%s' -> '%s' does not have '%s'", before, after, line);
	policy_diff_finish(&diff);
	diags_finish(&diags);
	for (size_t i = 0; i < 2; i++) {
		policy_destroy(policies[i]);
		free(texts[i]);
	}
}

static enum change mirror(enum change change)
{
	return change == CHANGE_WIDER	   ? CHANGE_NARROWER
	       : change == CHANGE_NARROWER ? CHANGE_WIDER
					   : change;
}

static void every_statement_is_compared(void **state)
{
	const struct setting_row *row;

	(void)state;
	for (size_t i = 0; (row = setting_row(i)); i++) {
		const struct sample *sample = find_sample(row);

		check_change("", sample->statement, sample->statement, true, sample->added);
		check_change(sample->statement, "", sample->statement, false,
			     mirror(sample->added));
		if (!sample->other)
			continue;
		check_change(sample->statement, sample->other, sample->other, true, CHANGE_COUNT);
		check_change(sample->statement, sample->other, sample->statement, false,
			     CHANGE_COUNT);
	}
}

/* Of what there is once, two that differ are an error, and a second text's does not hold. */
static void what_holds_once_is_refused_twice(void **state)
{
	const struct setting_row *row;

	(void)state;
	for (size_t i = 0; (row = setting_row(i)); i++) {
		const struct sample *sample = find_sample(row);
		struct policy *policy = NULL;
		struct diags diags = { 0 };
		char *text;

		if (!sample->other)
			continue;
		text = mem_printf("%s\n%s\n", sample->statement, sample->other);
		policy_parse_text("p", text, strlen(text), &policy, &diags);
		/* Some hold once for each of their names. */
		if (row->is_one)
			assert_true(diags_has_error(&diags));
		else if (!str_eq(row->verb, "limit") && !str_eq(row->verb, "rlimit"))
			assert_false(diags_has_error(&diags));
		policy_destroy(policy);
		diags_finish(&diags);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(every_statement_is_printed_as_it_is_read),
		cmocka_unit_test(every_statement_is_compared),
		cmocka_unit_test(what_holds_once_is_refused_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
