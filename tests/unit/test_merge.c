// SPDX-License-Identifier: GPL-2.0-or-later
/* Merging is commutative, associative and idempotent, and yields the mildest verdict of all. */
#include "random_policy.h"

#include "filter/diff.h"
#include "learn/merge.h"
#include "learn/merge_lines.h"

enum { ROUNDS = 600 };

static char *merge_texts(const char *const *texts, size_t n)
{
	struct policy *policies[3];
	struct strbuf buf = { 0 };
	struct diags diags = { 0 };

	for (size_t i = 0; i < n; i++)
		policies[i] = read_policy(texts[i]);
	assert_int_equal(merge_policies(policies, n, &buf, &diags), 0);
	for (size_t i = 0; i < n; i++)
		policy_destroy(policies[i]);
	diags_finish(&diags);
	return buf.text;
}

static char *merge_two(const char *a, const char *b)
{
	return merge_texts((const char *const[]){ a, b }, 2);
}

static void same(const char *x, const char *y)
{
	if (changes(x, y))
		fail_msg("differ:\n%s\n%s", x, y);
}

static void test_pairs_commute_and_are_idempotent(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *a = random_policy(), *b = random_policy();
		char *ab = merge_two(a, b), *ba = merge_two(b, a), *aa = merge_two(a, a);

		assert_string_equal(ab, ba);
		same(a, aa);
		if (changes(a, ab) & 1U << CHANGE_NARROWER ||
		    changes(b, ab) & 1U << CHANGE_NARROWER)
			fail_msg("narrower:\n%s\n%s\n%s", a, b, ab);
		free(a);
		free(b);
		free(ab);
		free(ba);
		free(aa);
	}
}

static void test_triples_are_associative(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *a = random_policy(), *b = random_policy(), *c = random_policy();
		char *ab = merge_two(a, b), *bc = merge_two(b, c);
		char *left = merge_two(ab, c), *right = merge_two(a, bc);
		char *all = merge_texts((const char *const[]){ c, a, b }, 3);

		same(left, right);
		same(left, all);
		free(a);
		free(b);
		free(c);
		free(ab);
		free(bc);
		free(left);
		free(right);
		free(all);
	}
}

/* The verdict of one call under each of two policies and under what they make. */
static void check_call(struct policy *const *policies, const struct seccomp_data *data)
{
	struct verdict x = policy_verdict(policies[0], data), y = policy_verdict(policies[1], data);
	struct verdict z = policy_verdict(policies[2], data);
	bool is_first = action_compare(&x.action, &y.action) <= 0;
	struct action want = is_first ? x.action : y.action;

	assert_int_equal(z.action.kind, want.kind);
	assert_int_equal(z.action.data, want.data);
}

static void test_the_mildest_verdict_wins(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		char *a = random_policy(), *b = random_policy(), *ab = merge_two(a, b);
		struct policy *policies[] = { read_policy(a), read_policy(b), read_policy(ab) };

		for (int call = 0; call < 100; call++) {
			enum arch arch = (enum arch)random_below(ARCH_COUNT);
			size_t which = random_below(ARRAY_SIZE(random_calls));
			const struct sys_call *row = sys_call_find(arch, random_calls[which].call);
			struct seccomp_data data = { .arch = arch_get(arch)->audit_arch };

			data.nr = row ? row->nr[arch] : (int)random_below(500);
			for (size_t arg = 0; arg < SYS_ARGS_MAX; arg++)
				data.args[arg] = random_below(3)
							 ? random_below(17)
							 : (uint64_t)random_below(UINT32_MAX)
								   << random_below(33);
			check_call(policies, &data);
		}
		for (size_t k = 0; k < 3; k++)
			policy_destroy(policies[k]);
		free(a);
		free(b);
		free(ab);
	}
}

/* i386's socketcall: a rule on socket decides it too, and so must the merged ones, no more. */
static void test_calls_that_stand_for_many(void **state)
{
	static const char *const texts[] = {
		"arch x86_64 x86\nallow socket bind\n",
		"arch x86_64 x86\ndeny EIO socket if domain == AF_UNIX\nallow socket shmget\n",
		"arch x86_64 x86\nallow socketcall if call == 2\ndeny ENOSYS ipc\n",
		"arch x86_64 x86\nkernel 5.4\ndefault kill\nunknown deny EIO\nallow socket if "
		"domain == "
		"1\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(texts); k++) {
			char *text = merge_two(texts[i], texts[k]);
			struct policy *policies[] = { read_policy(texts[i]), read_policy(texts[k]),
						      read_policy(text) };

			for (int nr = 0; nr < 480; nr++)
				for (uint64_t arg = 0; arg < 30; arg++)
					check_call(policies,
						   &(struct seccomp_data){
							   .nr = nr,
							   .arch = arch_get(ARCH_X86)->audit_arch,
							   .args = { arg } });
			for (size_t p = 0; p < 3; p++)
				policy_destroy(policies[p]);
			free(text);
		}
	}
}

/* Returns a policy with N rules on one call, each for few values of its arguments. */
static char *crowded_policy(uint32_t n)
{
	static const char *const actions[] = {
		"allow", "allow", "allow", "log", "deny EIO", "kill"
	};
	static const char *const values[] = { "-2", "0x3", "SEEK_END", "7..9", "0x10..0x12" };
	struct strbuf buf = { 0 };

	strbuf_puts(&buf, random_below(2) ? "arch x86_64 x86\n" : "arch x86_64\n");
	while (n--) {
		strbuf_printf(&buf, "%s lseek if ", actions[random_below(ARRAY_SIZE(actions))]);
		if (random_below(3) == 0)
			strbuf_printf(&buf, "fd & 0xf == %u and ", random_below(3));
		if (random_below(4) == 0)
			strbuf_printf(&buf, "arg2 in %s %u",
				      values[random_below(ARRAY_SIZE(values))], random_below(20));
		else
			strbuf_printf(&buf, "whence == %u", random_below(20));
		if (random_below(3) == 0)
			strbuf_printf(&buf, " and offset %s %u", random_below(2) ? "==" : "<",
				      random_below(12));
		strbuf_puts(&buf, random_below(9) ? "\n" : " or fd == 5\n");
	}
	strbuf_puts(&buf, random_below(2) ? "" : "allow lseek\n");
	return buf.text;
}

static void test_crowds_of_rules_merge_exactly(void **state)
{
	(void)state;
	for (int i = 0; i < 25; i++) {
		char *a = crowded_policy(1 + random_below(200)),
		     *b = crowded_policy(random_below(100));
		char *ab = merge_two(a, b), *ba = merge_two(b, a);
		struct policy *policies[] = { read_policy(a), read_policy(b), read_policy(ab) };

		assert_string_equal(ab, ba);
		for (int call = 0; call < 1000; call++) {
			enum arch arch = random_below(2) ? ARCH_X86_64 : ARCH_X86;
			struct seccomp_data data = { .arch = arch_get(arch)->audit_arch };

			data.nr = sys_call_find(arch, "lseek")->nr[arch];
			data.args[0] = random_below(40);
			data.args[1] = random_below(14);
			data.args[2] = random_below(24) - 3ULL;
			check_call(policies, &data);
		}
		for (size_t k = 0; k < 3; k++)
			policy_destroy(policies[k]);
		free(a);
		free(b);
		free(ab);
		free(ba);
	}
}

static void test_values_become_sets(void **state)
{
	static const struct {
		const char *policy, *merged; /* what stands behind the head */
	} rows[] = {
		{ "allow ioctl if cmd == 3\nallow ioctl if cmd == 1\nallow ioctl if cmd == 2\n",
		  "allow ioctl if cmd in 1 2 3\n" },
		{ "allow ioctl if cmd == 4\nallow ioctl if cmd in 1 2\nallow ioctl if cmd == 0x3\n",
		  "allow ioctl if cmd in 1..4\n" },
		{ "allow ioctl if cmd in 2..5\nallow ioctl if cmd == 6\nallow ioctl if cmd == 8\n",
		  "allow ioctl if cmd in 2..6 8\n" },
		{ "allow kill if sig == SIGTERM\nallow kill if sig == SIGKILL\nallow kill if sig "
		  "== 0\n",
		  "allow kill if sig in 0 SIGKILL SIGTERM\n" },
		{ "allow kill if pid == -1\nallow kill if pid == 1\nallow kill if pid == 0\n"
		  "allow kill if pid == -2\n",
		  "allow kill if pid in -2..1\n" },
		{ "allow kill if sig == 1 and pid == 7\nallow kill if arg0 == 7 and sig == 2\n",
		  "allow kill if pid == 7 and sig in 1 2\n" },
		{ "allow kill if sig == 1 and pid == 7\nallow kill if pid == 8 and sig == 2\n",
		  "allow kill if pid == 7 and sig == 1 or pid == 8 and sig == 2\n" },
		{ "allow socket if type & 0xf == 1\nallow socket if type & 0xf == 2\n"
		  "allow socket if type == 3\n",
		  "allow socket if type & 0xf in 1 2 or type == 3\n" },
		{ "deny EIO kill if sig == 9\nallow kill if sig == 1\nallow kill if sig == 2\n",
		  "allow kill if sig in 1 2\ndeny EPERM kill if not sig == 9\ndeny EIO kill\n" },
		{ "kill kill if pid == 1\nallow kill if sig == 1\nallow kill if sig == 2\n",
		  "allow kill if sig in 1 2 and not pid == 1\ndeny EPERM kill if not pid == 1\n"
		  "kill kill\n" },
		{ "kill kill if pid == 1\nallow kill if sig < 1\nallow kill if sig > 2\n",
		  "allow kill if (sig < 1 or sig > 2) and not pid == 1\n"
		  "deny EPERM kill if not pid == 1\nkill kill\n" },
		/* One text, which means two things: they are no rule together. */
		{ "allow mmap if flags == 1\nallow openat if flags == 1\n",
		  "allow mmap if flags == 1\nallow openat if flags == 1\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *merged = merge_texts(&rows[i].policy, 1);

		assert_string_equal(strstr(merged, "\n\n") + 2, rows[i].merged);
		same(rows[i].policy, merged);
		free(merged);
	}
}

static void test_a_thousand_rules_of_one_call_merge(void **state)
{
	struct strbuf text = { 0 };
	char *merged;

	(void)state;
	for (int i = 0; i < 1000; i++)
		strbuf_printf(&text, "allow ioctl if cmd == %d and fd == %d\n", i, i % 2);
	for (int i = 0; i < 500; i++)
		strbuf_printf(&text, "deny EIO lseek if offset > %d\n", i);
	for (int i = 0; i < 500; i++)
		strbuf_printf(&text, "allow lseek if offset < %d\n", -i);
	merged = merge_texts(&(const char *){ text.text }, 1);
	policy_destroy(read_policy(merged));
	free(merged);
	strbuf_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_become_sets),
		cmocka_unit_test(test_crowds_of_rules_merge_exactly),
		cmocka_unit_test(test_a_thousand_rules_of_one_call_merge),
		cmocka_unit_test(test_pairs_commute_and_are_idempotent),
		cmocka_unit_test(test_triples_are_associative),
		cmocka_unit_test(test_the_mildest_verdict_wins),
		cmocka_unit_test(test_calls_that_stand_for_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
