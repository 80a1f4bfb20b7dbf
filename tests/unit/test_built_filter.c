// SPDX-License-Identifier: GPL-2.0-or-later
/* The filters that the build compiles are those of their policies, and are used for no others. */
#include "confine/built_filter.h"
#include "tests/unit/policy_helper.h"

/* The leak checker traces the process itself at the end. */
#ifdef __SANITIZE_ADDRESS__
#define HAS_CHECKERS true
#else
#define HAS_CHECKERS false
#endif

static struct policy *parse(const char *file, enum policy_use use,
			    const struct policy_option *options, size_t n)
{
	const struct policy_source source = {
		.use = use, .files = &file, .n_files = 1, .options = options, .n_options = n
	};
	struct policy *policy = NULL;
	struct diags diags = { 0 };

	assert_int_equal(policy_parse(&source, &policy, &diags), 0);
	diags_finish(&diags);
	return policy;
}

static void each_is_what_its_policy_compiles_to(void **state)
{
	static const struct policy_option checkers[] = { { "allow", "ptrace getdents" } };
	size_t n = 0;

	(void)state;
	for (const struct built_filter *built = built_filters; built->name; built++, n++) {
		bool is_own = !str_eq(built->name, "default");
		char *name = mem_printf("<%s>", built->name);
		struct policy *policy = parse(name, is_own ? POLICY_AS_TEXT : POLICY_IN_PEN,
					      checkers, is_own && HAS_CHECKERS);
		struct filter *filter = NULL;
		struct diags diags = { 0 };

		assert_int_equal(filter_compile(policy, built->flags, &filter, &diags), 0);
		assert_int_equal(filter_prove(filter, policy, &diags), 0);
		assert_int_equal(built->len, filter->len);
		assert_memory_equal(built->prog, filter->prog, built->len * sizeof(*built->prog));
		assert_memory_equal(built->cookies, filter->cookies, sizeof(built->cookies));
		filter_destroy(filter);
		policy_destroy(policy);
		free(name);
	}
	assert_int_equal(n, 3);
}

/* Returns whether the filter of <default> is used for FILE with the options. */
static bool is_taken(const char *file, const struct policy_option *options, size_t n,
		     unsigned int flags)
{
	struct policy *policy = parse(file, POLICY_IN_PEN, options, n);
	struct filter *filter = built_filter_take("default", policy, flags);
	bool is_there = filter != NULL;

	filter_destroy(filter);
	policy_destroy(policy);
	return is_there;
}

static void it_is_taken_for_its_policy_whatever_else_the_pen_has(void **state)
{
	static const struct policy_option settings[] = { { "limit", "memory 64M" },
							 { "bind", "/srv" } };

	(void)state;
	assert_true(is_taken("<default>", NULL, 0, FILTER_LAUNCH_COOKIE));
	assert_true(is_taken("<default>", settings, ARRAY_SIZE(settings), FILTER_LAUNCH_COOKIE));
}

static void it_is_taken_for_no_other_policy(void **state)
{
	static const struct policy_option others[] = {
		{ "allow", "kexec_load" },
		{ "deny", "read" },
		{ "unknown", "kill" },
		{ "kernel", "5.10" },
		{ "default", "allow" },
		{ "arch", "x86_64 x86" },
		/* walls that were taken down */
		{ "allow", "set-id" },
		{ "net", "host" },
		{ "rlimit", "core unlimited" },
		{ "capability", "setfcap" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_false(is_taken("<default>", &others[i], 1, FILTER_LAUNCH_COOKIE));
	assert_false(is_taken("<base>", NULL, 0, FILTER_LAUNCH_COOKIE));
	assert_false(is_taken("<record>", NULL, 0, FILTER_LAUNCH_COOKIE));
}

static void it_is_taken_with_no_other_flags(void **state)
{
	(void)state;
	assert_false(is_taken("<default>", NULL, 0, 0));
	assert_false(is_taken("<default>", NULL, 0, FILTER_LAUNCH_COOKIE | FILTER_NOTIFY));
	assert_false(is_taken("<default>", NULL, 0, FILTER_LAUNCH_COOKIE | FILTER_COMPLAIN));
}

/* The first rule of another file instead of the first of its own. */
static void a_rule_of_another_file_is_another_rule(void **state)
{
	struct policy *policy = parse("<default>", POLICY_IN_PEN, NULL, 0);
	struct rule other = *policy->rules[0];

	(void)state;
	other.place.file = "other.policy";
	policy->rules[0] = &other;
	assert_null(built_filter_take("default", policy, FILTER_LAUNCH_COOKIE));
	other.place = (struct place){ policy->rules[policy->n_rules - 1]->place.file, 1, 1 };
	assert_null(built_filter_take("default", policy, FILTER_LAUNCH_COOKIE));
	policy_destroy(policy);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_what_its_policy_compiles_to),
		cmocka_unit_test(it_is_taken_for_its_policy_whatever_else_the_pen_has),
		cmocka_unit_test(it_is_taken_for_no_other_policy),
		cmocka_unit_test(it_is_taken_with_no_other_flags),
		cmocka_unit_test(a_rule_of_another_file_is_another_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
