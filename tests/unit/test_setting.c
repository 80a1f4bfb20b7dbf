// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements for the pen: each row is complete, and what it says about two statements is what they
 * do. */
#include "policy_helper.h"

#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "filter/diff.h"
#include "lint/lint.h"
#include "policy/print.h"
#include "policy/setting_row.h"

/*
 * For each row, a statement in canonical form, what it changes when it is added, and the check of
 * lint that it triggers; and another one of the same kind, and what that changes when it replaces
 * the first.
 */
static const struct sample {
	const char *statement;
	enum change added;
	const char *exposes; /* NULL: nothing */
	const char *other;   /* NULL: there is none */
	enum change instead;
} samples[] = {
	{ "pen auto", CHANGE_WIDER, "maybe-no-namespaces", "pen landlock", CHANGE_WIDER },
	{ "allow set-mode", CHANGE_WIDER, "set-mode", NULL, CHANGE_COUNT },
	{ "allow set-id", CHANGE_WIDER, "set-id", NULL, CHANGE_COUNT },
	{ "root /", CHANGE_UNCLEAR, "host-root", "root /b", CHANGE_UNCLEAR },
	{ "bind /a", CHANGE_WIDER, NULL, "bind rw try /a", CHANGE_WIDER },
	{ "device /dev/mem", CHANGE_WIDER, "machine-device", "device try /dev/fuse", CHANGE_WIDER },
	{ "tmpfs /a 1M mode=0700", CHANGE_WIDER, NULL, "tmpfs /a 64M mode=0700", CHANGE_WIDER },
	{ "hide /a", CHANGE_NARROWER, NULL, "hide \"/a b\"", CHANGE_NARROWER },
	{ "guard a", CHANGE_NARROWER, NULL, "guard a/b", CHANGE_NARROWER },
	{ "workdir /a", CHANGE_OTHER, NULL, "workdir /b", CHANGE_OTHER },
	{ "net user", CHANGE_WIDER, "net-user", "net host", CHANGE_WIDER },
	{ "connect a.example:80", CHANGE_WIDER, "connect-no-tls",
	  "connect plain a.example:443 in 10.0.0.0/8", CHANGE_WIDER },
	{ "share ipc", CHANGE_WIDER, "shared-namespace", "share uts", CHANGE_WIDER },
	{ "user root", CHANGE_WIDER, "user-root", "user 7:8", CHANGE_NARROWER },
	{ "hostname a", CHANGE_OTHER, NULL, "hostname b", CHANGE_OTHER },
	{ "env keep A_KEY", CHANGE_WIDER, "env-secret", "env set \"A=1 2\"", CHANGE_OTHER },
	{ "capability cap_kill", CHANGE_WIDER, "capability", "capability cap_chown", CHANGE_WIDER },
	{ "limit time 9s", CHANGE_NARROWER, NULL, "limit time 9s grace 500ms", CHANGE_NARROWER },
	{ "rlimit core 8:9", CHANGE_WIDER, "core-dump", "rlimit core 8:unlimited", CHANGE_WIDER },
	{ "tty new", CHANGE_NARROWER, NULL, "tty keep", CHANGE_WIDER },
	{ "fd 7", CHANGE_WIDER, "descriptor", "fd 8", CHANGE_WIDER },
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

/* The table of tests/pen/landlock.bats. */
static void every_row_is_tried_in_each_kind_of_pen(void **state)
{
	const char *top = getenv("top_srcdir");
	auto_free char *path = mem_printf("%s/tests/pen/statements.txt", top ? top : ".");
	auto_fclose FILE *file = fopen(path, "re");
	const struct setting_row *row;
	char line[512];

	(void)state;
	if (!file)
		skip();
	for (size_t i = 0; (row = setting_row(i)); i++) {
		bool is_found = false;

		rewind(file);
		while (fgets(line, sizeof(line), file))
			is_found |= str_starts(line, row->verb) && line[strlen(row->verb)] == ' ';
		if (!is_found)
			fail_msg("'%s' has no row in %s", row->verb, path);
	}
}

/* Returns TEXT's canonical form, only the statements for the pen. */
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

/* Fails unless the statement LINE is CHANGE from BEFORE to AFTER. */
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
		if (at->change != change)
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
		check_change(sample->statement, sample->other, sample->other, true,
			     sample->instead);
		check_change(sample->other, sample->statement, sample->other, false,
			     mirror(sample->instead));
	}
}

/* If there can be only one, two that differ are an error, and a second text's does not apply. */
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
		/* Some apply once for each of their names. */
		if (row->is_one)
			assert_true(diags_has_error(&diags));
		else if (!str_eq(row->verb, "limit") && !str_eq(row->verb, "rlimit"))
			assert_false(diags_has_error(&diags));
		policy_destroy(policy);
		diags_finish(&diags);
		free(text);
	}
}

static void what_a_statement_exposes_is_found(void **state)
{
	const struct setting_row *row;

	(void)state;
	for (size_t i = 0; (row = setting_row(i)); i++) {
		const struct sample *sample = find_sample(row);
		char *text = mem_printf("%s\n", sample->statement);
		struct policy *policy = read_policy(text);
		struct findings findings = { 0 };
		struct diags diags = { 0 };
		size_t n = 0;

		assert_int_equal(lint_policy(policy, &diags, &findings, &diags), 0);
		for (size_t k = 0; k < findings.n; k++)
			n += sample->exposes && str_eq(findings.v[k].check->id, sample->exposes) &&
			     findings.v[k].place.line == 1;
		if (n != (sample->exposes != NULL) || findings.n != n)
			fail_msg("'%s' has %zu findings", sample->statement, findings.n);
		findings_finish(&findings);
		diags_finish(&diags);
		policy_destroy(policy);
		free(text);
	}
}

static char folder[] = "/tmp/test_setting.XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && !chdir(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink("inner");
	unlink("outer");
	return chdir("/") || rmdir(folder);
}

static void write_file(const char *name, const char *text)
{
	FILE *to = fopen(name, "w");

	assert_non_null(to);
	fprintf(to, "%s\n", text);
	assert_int_equal(fclose(to), 0);
}

/* Returns what reading the file NAME reports. */
static char *read_file(const char *name, bool is_rules_only)
{
	struct policy_source source = { .files = &name,
					.n_files = 1,
					.is_rules_only = is_rules_only };
	struct policy *policy = NULL;
	struct diags diags = { 0 };
	char *text;

	policy_parse(&source, &policy, &diags);
	policy_destroy(policy);
	text = diags_text(&diags);
	diags_finish(&diags);
	return text;
}

static void no_included_file_and_no_policy_of_rules_has_one(void **state)
{
	const struct setting_row *row;

	(void)state;
	write_file("outer", "include \"inner\"");
	for (size_t i = 0; (row = setting_row(i)); i++) {
		char *want[] = { mem_printf("an included file cannot say '%s'", row->verb),
				 mem_printf("with --rules-only a policy cannot say '%s'",
					    row->verb) };
		char *text = mem_printf("allow read\n%s", find_sample(row)->statement);
		char *says[2];

		write_file("inner", text);
		free(text);
		says[0] = read_file("outer", false);
		says[1] = read_file("inner", true);
		for (size_t k = 0; k < 2; k++) {
			if (!strstr(says[k], want[k]))
				fail_msg("%s, not: %s", says[k], want[k]);
			free(says[k]);
			free(want[k]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(every_row_is_tried_in_each_kind_of_pen),
		cmocka_unit_test(every_statement_is_printed_as_it_is_read),
		cmocka_unit_test(every_statement_is_compared),
		cmocka_unit_test(what_a_statement_exposes_is_found),
		cmocka_unit_test(what_holds_once_is_refused_twice),
		cmocka_unit_test_setup_teardown(no_included_file_and_no_policy_of_rules_has_one,
						make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
