// SPDX-License-Identifier: GPL-2.0-or-later
/* What rewrites a policy's text changes what was asked, whatever form the text has. */
#include "respell.h"

#include <stdio.h>

#include "base/input.h"
#include "filter/diff.h"
#include "learn/learn.h"
#include "learn/merge.h"
#include "learn/prune.h"
#include "policy/print.h"

enum { ROUNDS = 150 };

static char *all_text;

/* Comes to a statement of every kind, a random policy, or a shipped one. */
static char *plain_policy(int round)
{
	static const char *const includes[] = { "<base>", "<default>" };

	if (round % 2)
		return random_policy();
	return mem_printf("%sinclude %s\n", all_text, includes[round / 2 % 2]);
}

static char *print(const char *text)
{
	struct policy *policy = read_policy(text);
	struct strbuf buf = { 0 };

	policy_print(policy, &buf);
	policy_destroy(policy);
	return buf.text;
}

static void same_policy(const char *x, const char *y)
{
	char *a = print(x), *b = print(y);

	if (!str_eq(a, b))
		fail_msg("differ:\n%s\n---\n%s\n---\n%s\n---\n%s", x, y, a, b);
	free(a);
	free(b);
}

static void an_odd_form_means_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *plain = plain_policy(i), *odd = respell(plain);

		same_policy(plain, odd);
		free(plain);
		free(odd);
	}
}

static bool is_own(const struct rule *rule)
{
	return str_eq(rule->place.file, "p");
}

static unsigned int count_newlines(const char *text, const struct extent *extent)
{
	unsigned int n = 0;

	for (size_t i = extent->from; i < extent->to; i++)
		n += text[i] == '\n';
	return n;
}

/* Where RULE ends is where the next statement's lines may begin. */
static void check_extent(const char *text, const struct rule *rule, size_t before)
{
	const struct extent *lines = &rule->lines;
	unsigned int end = rule->place.line + count_newlines(text, lines);

	assert_true(lines->from >= before);
	assert_true(lines->from == 0 || text[lines->from - 1] == '\n' ||
		    str_starts(text, "\xef\xbb\xbf"));
	assert_true(text[lines->to - 1] == '\n' || !text[lines->to]);
	/* The last newline of the text may end the statement, or join it to nothing. */
	assert_true(rule->last_line == end - 1 || (!text[lines->to] && rule->last_line == end));
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule_call *call = &rule->calls[i];
		const char *word = text + call->word.from;

		assert_true(call->word.from > lines->from && call->word.to <= lines->to);
		if (call->name && !call->is_from_set)
			assert_true(str_starts(word, call->name) &&
				    call->word.to - call->word.from == strlen(call->name));
	}
}

static void a_rule_knows_its_lines_and_words(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *plain = plain_policy(i), *odd = respell(plain);
		struct policy *policy = read_policy(odd);
		struct strbuf rest = { 0 };
		size_t at = 0;

		assert_string_equal(policy_text_of(policy, "p"), odd);
		for (size_t k = 0; k < policy->n_rules; k++) {
			const struct rule *rule = policy->rules[k];

			if (!is_own(rule))
				continue;
			check_extent(odd, rule, at);
			strbuf_add(&rest, odd + at, rule->lines.from - at);
			at = rule->lines.to;
		}
		strbuf_puts(&rest, odd + at);
		policy_destroy(policy);
		policy = read_policy(rest.text);
		for (size_t k = 0; k < policy->n_rules; k++)
			assert_false(is_own(policy->rules[k]));
		policy_destroy(policy);
		strbuf_finish(&rest);
		free(plain);
		free(odd);
	}
}

/* A run under POLICY in which each rule and each call was used if the bit of its number is set. */
static struct record_copy make_report(const struct policy *policy, uint32_t rules, uint32_t calls)
{
	struct record_copy report = { .path = "r.json", .is_complete = true };

	report.record.has_exact_hits = true;
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct rule *rule = policy->rules[i];

		*array_append(&report.rules) =
			(struct record_rule){ .line = rule->place.line,
					      .text = (char *)rule->text,
					      .hits = rules >> rule->index % 32 & 1 };
		for (size_t k = 0; k < rule->n_calls; k++)
			for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
				if (rule->calls[k].numbers[arch] != CALL_NONE &&
				    calls >> rule->calls[k].numbers[arch] % 32 & 1)
					*array_append(&report.record.calls) = (struct record_call){
						.arch = arch,
						.nr = rule->calls[k].numbers[arch],
						.allowed = 1,
					};
	}
	return report;
}

static char *prune(const char *text, uint32_t rules, uint32_t calls, size_t *ret_removed)
{
	struct policy *policy = read_policy(text);
	struct record_copy report = make_report(policy, rules, calls);
	struct diags diags = { 0 };
	struct strbuf pruned = { 0 };

	assert_int_equal(prune_check(policy, &report, &diags), 0);
	prune_policy(policy, "p", &report, 1, NULL, &pruned, &diags);
	*ret_removed = diags.n;
	diags_finish(&diags);
	free(report.rules.v);
	free(report.record.calls.v);
	policy_destroy(policy);
	return pruned.text;
}

static size_t count_denials(const char *text)
{
	struct policy *policy = read_policy(text);
	size_t n = 0;

	for (size_t i = 0; i < policy->n_rules; i++)
		n += action_is_denial(&policy->rules[i]->action);
	policy_destroy(policy);
	return n;
}

static void prune_removes_the_same_from_every_form(void **state)
{
	size_t all_removed = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *plain = plain_policy(i), *odd = respell(plain);
		uint32_t rules = random_below(UINT32_MAX), calls = random_below(UINT32_MAX);
		size_t removed, removed_of_odd;
		char *x = prune(plain, rules, calls, &removed);
		char *y = prune(odd, rules, calls, &removed_of_odd);

		same_policy(x, y);
		assert_int_equal(removed, removed_of_odd);
		assert_int_equal(count_denials(plain), count_denials(y));
		if (changes(odd, y) & ~(1U << CHANGE_NARROWER | 1U << CHANGE_OTHER))
			fail_msg("not only narrower:\n%s\n---\n%s", odd, y);
		all_removed += removed;
		free(plain);
		free(odd);
		free(x);
		free(y);
	}
	assert_true(all_removed > ROUNDS);
}

static void prune_leaves_what_was_used_byte_for_byte(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *plain = plain_policy(i), *odd = respell(plain);
		size_t removed;
		char *same = prune(odd, ~0U, ~0U, &removed);

		assert_string_equal(odd, same);
		assert_int_equal(removed, 0);
		free(plain);
		free(odd);
		free(same);
	}
}

static void prune_cuts_words_and_rules_at_their_ends(void **state)
{
	static const struct {
		const char *text, *pruned; /* where none but read and write were used */
	} rows[] = {
		{ "allow acct # a \\\ndeny EIO uname\n", "deny EIO uname\n" },
		{ "allow acct \\\r\n\tswapon\r\nkill uname\r\n", "kill uname\r\n" },
		{ "allow acct \\\r\n\tread\r\nkill uname\r\n",
		  "allow \\\r\n\tread\r\nkill uname\r\n" },
		{ "allow read \\\n acct # a \\\nkill uname", "allow read \\\n # a \\\nkill uname" },
		{ "allow read[ 163 ]write\n", "allow read write\n" },
		{ "allow acct@swap[163]read # b\n", "allow read # b\n" },
		{ "allow read close\\\n\\\nif fd == 1\nallow swapon",
		  "allow read\\\n\\\nif fd == 1\n" },
		{ "\xef\xbb\xbf"
		  "allow acct\nallow read\n",
		  "\xef\xbb\xbf"
		  "allow read\n" },
		{ "\\\n \\\n allow acct \\\n\nkill uname", "\\\n \\\nkill uname" },
		{ "# \\\nallow acct #\"\n# \"\nallow write", "# \\\n# \"\nallow write" },
		{ "\"allow\" acct\n\"allow\" read acct#\\\nlimit pids 5",
		  "\"allow\" read#\\\nlimit pids 5" },
		{ "log lseek if fd == 1 and \\\r\n whence == \\\r\n  2 # \\\r\nallow read\\\r\n",
		  "allow read\\\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t removed;
		char *pruned = prune(rows[i].text, ~0U, 3, &removed);

		assert_string_equal(pruned, rows[i].pruned);
		policy_destroy(read_policy(pruned));
		free(pruned);
	}
}

static char *extend(const char *text)
{
	struct policy *old = read_policy(text);
	struct record_call call = { .arch = ARCH_X86_64, .allowed = 1 };
	struct record record = { 0 };
	const struct learn_source source = { .record = &record, .old = old };
	size_t len = 0;
	char *extended = NULL;
	FILE *to = open_memstream(&extended, &len);

	call.nr = (uint32_t)sys_call_find(ARCH_X86_64, "swapon")->nr[ARCH_X86_64];
	*array_append(&record.calls) = call;
	learn_extend_policy(&source, "p", to);
	fclose(to);
	free(record.calls.v);
	policy_destroy(old);
	return extended;
}

static void what_is_added_to_any_form_is_added_to_all_of_it(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *plain = plain_policy(2 * i), *odd = respell(plain), *more = extend(odd);
		char *wanted = mem_printf("%s\nallow swapon on x86_64\n", plain);

		assert_true(str_starts(more, odd));
		assert_int_equal(changes(wanted, more), 0);
		assert_int_equal(changes(odd, more), 1U << CHANGE_WIDER);
		free(plain);
		free(odd);
		free(more);
		free(wanted);
	}
}

static char *merge(const char *text)
{
	struct policy *policy = read_policy(text);
	struct strbuf buf = { 0 };
	struct diags diags = { 0 };

	assert_int_equal(merge_policies(&policy, 1, &buf, &diags), 0);
	diags_finish(&diags);
	policy_destroy(policy);
	return buf.text;
}

static void every_form_merges_to_the_same_text(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *plain = plain_policy(i), *odd = respell(plain);
		char *x = merge(plain), *y = merge(odd);

		assert_string_equal(x, y);
		assert_int_equal(changes(odd, y), 0);
		free(plain);
		free(odd);
		free(x);
		free(y);
	}
}

static int read_all_text(void **state)
{
	const char *top = getenv("top_srcdir");
	char *path = mem_printf("%s/tests/data/policy/all.policy", top ? top : ".");
	struct input input = { 0 };

	(void)state;
	if (input_read(path, 1 << 20, &input))
		return -1;
	all_text = input.text;
	free(path);
	return 0;
}

static int free_all_text(void **state)
{
	(void)state;
	free(all_text);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_odd_form_means_the_same),
		cmocka_unit_test(a_rule_knows_its_lines_and_words),
		cmocka_unit_test(prune_removes_the_same_from_every_form),
		cmocka_unit_test(prune_leaves_what_was_used_byte_for_byte),
		cmocka_unit_test(prune_cuts_words_and_rules_at_their_ends),
		cmocka_unit_test(what_is_added_to_any_form_is_added_to_all_of_it),
		cmocka_unit_test(every_form_merges_to_the_same_text),
	};

	return cmocka_run_group_tests(tests, read_all_text, free_all_text);
}
