// SPDX-License-Identifier: GPL-2.0-or-later
/* The filters that the build compiles are those of their policies, and are used for no others. */
#include "confine/built_filter.h"
#include "policy/print.h"
#include "policy/shipped.h"
#include "tests/unit/policy_helper.h"

/* The leak checker traces the process itself at the end. */
#ifdef __SANITIZE_ADDRESS__
#define HAS_CHECKERS true
#else
#define HAS_CHECKERS false
#endif

static struct policy *parse_source(struct policy_source source, const char *file)
{
	struct policy *policy = NULL;
	struct diags diags = { 0 };

	source.files = &file;
	source.n_files = 1;
	assert_int_equal(policy_parse(&source, &policy, &diags), 0);
	diags_finish(&diags);
	return policy;
}

static struct policy *parse(const char *file, enum policy_use use,
			    const struct policy_option *options, size_t n)
{
	const struct policy_source source = { .use = use, .options = options, .n_options = n };

	return parse_source(source, file);
}

/* Like parse(), in a pen, but leaves the rules where that is possible. */
static struct policy *parse_later(const char *file, const struct policy_option *options, size_t n)
{
	const struct policy_source source = {
		.use = POLICY_IN_PEN, .options = options, .n_options = n, .can_wait = true
	};

	return parse_source(source, file);
}

static void assert_verdict(const struct verdict *is, const struct verdict *want)
{
	assert_true(verdict_is_same(want, is));
	assert_int_equal(want->action.is_known, is->action.is_known);
}

/* Returns how many returns FILTER has; NAMED says the same of each. */
static size_t count_returns(const struct filter *named, const struct filter *filter)
{
	size_t n = 0;

	for (size_t i = 0; i < filter->len; i++) {
		if (BPF_CLASS(filter->prog[i].code) != BPF_RET)
			continue;
		assert_verdict(&named->returns[i].verdict, &filter->returns[i].verdict);
		assert_int_equal(named->returns[i].is_by_number, filter->returns[i].is_by_number);
		n++;
	}
	return n;
}

/* The same for the numbers. */
static size_t count_numbers(const struct filter *named, const struct filter *filter)
{
	size_t n = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct filter_numbers *is = &named->numbers[arch];
		const struct filter_numbers *want = &filter->numbers[arch];

		assert_int_equal(is->n, want->n);
		for (size_t i = 0; i < want->n; i++, n++) {
			assert_int_equal(is->v[i].first, want->v[i].first);
			assert_verdict(&is->v[i].verdict, &want->v[i].verdict);
		}
	}
	return n;
}

/* Who decides is the same as in FILTER. */
static void assert_named(const struct built_filter *built, const struct filter *filter,
			 const struct policy *policy)
{
	struct filter *named = mem_alloc(sizeof(*named));

	*named = (struct filter){ .len = built->len, .flags = built->flags };
	built_filter_name_rules(built->name, policy, named);
	assert_int_equal(count_returns(named, filter), built->n_returns);
	assert_int_equal(count_numbers(named, filter), built->n_numbers);
	filter_destroy(named);
}

/* Proved here as well, with the rules that the build has named. */
static void who_decides_is_known_when_the_rules_have_been_read(void **state)
{
	static const unsigned int flags[] = { FILTER_LAUNCH_COOKIE,
					      FILTER_LAUNCH_COOKIE | FILTER_NOTIFY };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		struct policy *policy = parse_later("<default>", NULL, 0);
		struct filter *filter = built_filter_take("default", policy, flags[i]);
		struct diags diags = { 0 };

		assert_non_null(filter);
		assert_int_equal(policy_read_rules(policy, &diags), 0);
		built_filter_name_rules("default", policy, filter);
		assert_int_equal(filter_prove(filter, policy, &diags), 0);
		filter_destroy(filter);
		policy_destroy(policy);
	}
}

static void each_is_what_its_policy_compiles_to(void **state)
{
	static const struct policy_option checkers[] = { LEAK_CHECKER_RULES };
	size_t n = 0;

	(void)state;
	for (const struct built_filter *built = built_filters; built->name; built++, n++) {
		bool is_own = !str_eq(built->name, "default");
		char *name = mem_printf("<%s>", built->name);
		struct policy *policy = parse(name, is_own ? POLICY_AS_TEXT : POLICY_IN_PEN,
					      checkers,
					      is_own && HAS_CHECKERS ? ARRAY_SIZE(checkers) : 0);
		struct filter *filter = NULL;
		struct diags diags = { 0 };

		assert_int_equal(filter_compile(policy, built->flags, &filter, &diags), 0);
		assert_int_equal(filter_prove(filter, policy, &diags), 0);
		assert_int_equal(built->len, filter->len);
		assert_memory_equal(built->prog, filter->prog, built->len * sizeof(*built->prog));
		assert_memory_equal(built->cookies, filter->cookies, sizeof(built->cookies));
		assert_named(built, filter, policy);
		filter_destroy(filter);
		policy_destroy(policy);
		free(name);
	}
	assert_int_equal(n, 5);
}

/* Returns whether the filter of <default> is used for FILE with the options. */
static bool is_taken(const char *file, const struct policy_option *options, size_t n,
		     unsigned int flags)
{
	struct policy *policies[] = { parse(file, POLICY_IN_PEN, options, n),
				      parse_later(file, options, n) };
	bool is_there[2];

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		struct filter *filter = built_filter_take("default", policies[i], flags);

		is_there[i] = filter != NULL;
		filter_destroy(filter);
		policy_destroy(policies[i]);
	}
	assert_int_equal(is_there[0], is_there[1]);
	return is_there[0];
}

/* Returns the canonical text of POLICY and the lines of its rules; freed by the caller. */
static char *text_of(struct policy *policy)
{
	struct strbuf text = { 0 };
	const struct place *place;

	policy_print(policy, &text);
	for (size_t i = 0; (place = policy_rule_place(policy, i)); i++)
		strbuf_printf(&text, "%s:%u:%u\n", place->file, place->line, place->col);
	policy_destroy(policy);
	return text.text;
}

static void rules_that_are_read_later_are_the_same(void **state)
{
	static const struct policy_option open[] = { { "net", "host" }, { "allow", "set-id" } };
	const char *name;

	(void)state;
	for (unsigned int i = 0; (name = policy_shipped_name(i)); i++) {
		char *file = mem_printf("<%s>", name);

		for (size_t n = 0; n <= ARRAY_SIZE(open); n++) {
			struct policy *later = parse_later(file, open, n);
			struct diags diags = { 0 };
			char *texts[2];

			assert_non_null(later->unread);
			assert_int_equal(later->n_rules, 0);
			assert_int_equal(policy_read_rules(later, &diags), 0);
			assert_null(later->unread);
			assert_int_equal(diags.n, 0);
			texts[0] = text_of(later);
			texts[1] = text_of(parse(file, POLICY_IN_PEN, open, n));
			assert_string_equal(texts[0], texts[1]);
			free(texts[0]);
			free(texts[1]);
		}
		free(file);
	}
}

/* They, or how those of a shipped policy are read, may be a mistake, which is reported at once. */
static void rules_of_others_do_not_wait(void **state)
{
	static const struct policy_option others[] = {
		{ "allow", "kexec_load" }, { "kernel", "5.10" },  { "arch", "x86_64 x86" },
		{ "default", "allow" },	   { "unknown", "kill" }, { "set", "@mine = read" },
		{ "const", "MINE = 1" }
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct policy *policy = parse_later("<default>", &others[i], 1);

		assert_null(policy->unread);
		assert_true(policy->n_rules > 0);
		policy_destroy(policy);
	}
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
		/* what its rules mean */
		{ "const", "CLONE_NEWUSER = CLONE_NEWNS" },
		{ "set", "@system-service = read" },
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
	assert_true(is_taken("<default>", NULL, 0, FILTER_LAUNCH_COOKIE | FILTER_NOTIFY));
	assert_false(is_taken("<default>", NULL, 0, FILTER_NOTIFY));
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
		cmocka_unit_test(who_decides_is_known_when_the_rules_have_been_read),
		cmocka_unit_test(it_is_taken_for_its_policy_whatever_else_the_pen_has),
		cmocka_unit_test(it_is_taken_for_no_other_policy),
		cmocka_unit_test(it_is_taken_with_no_other_flags),
		cmocka_unit_test(a_rule_of_another_file_is_another_rule),
		cmocka_unit_test(rules_that_are_read_later_are_the_same),
		cmocka_unit_test(rules_of_others_do_not_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
