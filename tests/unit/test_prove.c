// SPDX-License-Identifier: GPL-2.0-or-later
/* The prover passes every compiled filter and catches every change that changes a verdict. */
#include "random_policy.h"

#include <errno.h>

static int prove(const struct filter *filter, const struct policy *policy, char **ret_says)
{
	struct diags diags = { 0 };
	int err = filter_prove(filter, policy, &diags);

	*ret_says = diags_text(&diags);
	diags_finish(&diags);
	return err;
}

static void assert_proved(const char *text, unsigned int flags)
{
	struct policy *policy = read_policy(text);
	struct filter *filter = compile_policy(policy, flags);
	char *says;

	if (prove(filter, policy, &says))
		fail_msg("%s\n%s", says, text);
	assert_string_equal(says, "");
	free(says);
	filter_destroy(filter);
	policy_destroy(policy);
}

static const unsigned int modes[] = { 0,
				      FILTER_LAUNCH_COOKIE,
				      FILTER_LAUNCH_COOKIE | FILTER_NOTIFY,
				      FILTER_LAUNCH_COOKIE | FILTER_COMPLAIN,
				      FILTER_LAUNCH_COOKIE | FILTER_NOTIFY | FILTER_CALLS,
				      FILTER_LAUNCH_COOKIE | FILTER_COMPLAIN | FILTER_CALLS };

static void compiled_filters_are_proved(void **state)
{
	(void)state;
	assert_proved("", 0);
	assert_proved("default allow\n", FILTER_LAUNCH_COOKIE);
	assert_proved("include <base>\n", FILTER_LAUNCH_COOKIE);
	assert_proved("include <default>\n", 0);
	assert_proved("include <default>\n", FILTER_LAUNCH_COOKIE);
	assert_proved("arch x86_64 x86 x32 aarch64\ninclude <default>\n", FILTER_LAUNCH_COOKIE);
	assert_proved("arch x86\ndeny EIO socket if domain == 1\nallow socketcall\n",
		      FILTER_LAUNCH_COOKIE);
	assert_proved("deny EIO execveat if arg5 == 5\nallow execveat\n", FILTER_LAUNCH_COOKIE);
	assert_proved("deny sendmsg if fd == 3\ninclude <default>\n",
		      FILTER_LAUNCH_COOKIE | FILTER_NOTIFY);
	assert_proved("arch x86\nkill sendmsg\ninclude <default>\n",
		      FILTER_LAUNCH_COOKIE | FILTER_COMPLAIN);
	assert_proved("arch x86_64 x86 x32\nallow exit_group if error_code == 1\ndefault allow\n",
		      FILTER_LAUNCH_COOKIE | FILTER_NOTIFY | FILTER_CALLS);
	assert_proved("arch x86_64 x86\nlog exit\ndeny EIO rt_sigreturn\ninclude <default>\n",
		      FILTER_LAUNCH_COOKIE | FILTER_COMPLAIN | FILTER_CALLS);
}

static void random_filters_are_proved(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 300; i++) {
		char *text;

		random_state = 0x2545f4914f6cdd1dULL * (i + 1);
		text = random_policy();
		assert_proved(text, modes[i % ARRAY_SIZE(modes)]);
		free(text);
	}
}

/* Makes change number I of an instruction; returns false past the last one. */
static bool mutate(struct sock_filter *insn, unsigned int i)
{
	bool is_jump = BPF_CLASS(insn->code) == BPF_JMP && insn->code != (BPF_JMP | BPF_JA);
	uint8_t jt = insn->jt;

	switch (i) {
	case 0:
		insn->k += 1;
		return true;
	case 1:
		insn->k -= 1;
		return true;
	case 2:
		insn->k ^= 0x80000000;
		return true;
	case 3:
		insn->jt = insn->jf;
		insn->jf = jt;
		return is_jump;
	case 4:
		insn->jt += 1;
		return is_jump;
	case 5:
		insn->jf += 1;
		return is_jump;
	case 6:
		insn->code = (insn->code & ~0xf0) |
			     (BPF_OP(insn->code) == BPF_JEQ ? BPF_JGE : BPF_JEQ);
		return is_jump;
	case 7:
		insn->k += 4; /* another word */
		return insn->code == (BPF_LD | BPF_W | BPF_ABS);
	default:
		return false;
	}
}

/* Returns whether the mutant differs from the original for some of many calls around the numbers
 * and constants of both. */
static bool differs(const struct filter *a, const struct sock_filter *original)
{
	static const uint32_t arches[] = { 0xc000003e, 0x40000003, 0xc000003f, 0x40000002 };
	static const uint64_t values[] = { 0,	       1,	   2,	       3,    4,
					   5,	       6,	   7,	       8,    0x80000000,
					   0x80000001, 0x80000002, 1ULL << 32, ~0ULL };

	for (unsigned int turn = 0; turn < 6000; turn++) {
		struct seccomp_data data = {
			.arch = arches[random_below(16) < 14 ? 0 : random_below(4)]
		};
		struct verdict by_x, by_y;
		uint32_t x = 0, y = 0;
		size_t at_x, at_y;

		data.nr = (int)(random_below(6) | (random_below(16) ? 0 : SYS_X32_BIT) |
				(random_below(16) ? 0 : 0x80000000));
		for (size_t i = 0; i < 6; i++)
			data.args[i] = values[random_below(ARRAY_SIZE(values))];
		if (filter_simulate(a->prog, a->len, &data, &x, &at_x) ||
		    filter_simulate(original, a->len, &data, &y, &at_y))
			return true;
		by_x = filter_verdict_at(a, at_x, &data);
		by_y = filter_verdict_at(a, at_y, &data);
		if (x != y || !verdict_is_same(&by_x, &by_y))
			return true;
	}
	return false;
}

static void every_mutant_that_changes_a_verdict_is_caught(void **state)
{
	static const char text[] = "allow read if fd == 3 or count in 2..5\n"
				   "log write\n"
				   "deny EIO open if flags any 1\n"
				   "allow open\n"
				   "trap 2 close if fd < 2\n";
	struct policy *policy = read_policy(text);
	struct filter *filter = compile_policy(policy, 0);
	struct sock_filter *original = mem_alloc(filter->len * sizeof(*original));
	size_t n_caught = 0, n_same = 0;

	(void)state;
	memcpy(original, filter->prog, filter->len * sizeof(*original));
	for (size_t i = 0; i < filter->len; i++) {
		for (unsigned int change = 0; change < 8; change++) {
			char *says;
			int err;

			filter->prog[i] = original[i];
			if (!mutate(&filter->prog[i], change))
				continue;
			err = prove(filter, policy, &says);
			if (!err && differs(filter, original))
				fail_msg("change %u of instruction %zu is not seen", change, i);
			if (err)
				assert_int_not_equal(says[0], '\0');
			n_caught += err != 0;
			n_same += err == 0;
			free(says);
		}
		filter->prog[i] = original[i];
	}
	/* Few changes have no effect: a constant compared with what can never differ, and the
	 * like. */
	assert_true(n_caught > 10 * n_same);
	free(original);
	filter_destroy(filter);
	policy_destroy(policy);
}

static void a_return_with_the_wrong_rule_is_caught(void **state)
{
	struct policy *policy = read_policy("allow read if fd == 3\nallow write\n");
	struct filter *filter = compile_policy(policy, 0);
	char *says;

	(void)state;
	for (size_t i = 0; i < filter->len; i++)
		if (filter->returns[i].verdict.rule == policy->rules[1])
			filter->returns[i].verdict.rule = policy->rules[2];
	assert_int_equal(prove(filter, policy, &says), -EINVAL);
	assert_non_null(strstr(says, "read"));
	free(says);
	filter_destroy(filter);
	policy_destroy(policy);
}

/* The kernel is told the same for all of these: who decides is the table's affair alone. */
static const char one_return[] = "arch x86_64 x86 x32\n"
				 "allow write if fd == 3\n"
				 "allow read\nallow write\nallow close\nallow [777]\n"
				 "default allow\nunknown allow\n";

/* Makes change number I of a row; returns false past the last one. */
static bool change_number(struct filter_number *row, const struct policy *policy, unsigned int i)
{
	struct verdict *verdict = &row->verdict;

	switch (i) {
	case 0:
		row->first++;
		return true;
	case 1:
		row->first--;
		return true;
	case 2:
		verdict->rule = verdict->rule == policy->rules[2] ? policy->rules[3]
								  : policy->rules[2];
		return true;
	case 3:
		verdict->by = verdict->by == VERDICT_DEFAULT ? VERDICT_UNKNOWN : VERDICT_DEFAULT;
		return true;
	default:
		return false;
	}
}

static void a_number_with_the_wrong_rule_is_caught(void **state)
{
	struct policy *policy = read_policy(one_return);
	struct filter *filter = compile_policy(policy, 0);
	size_t n = 0;

	(void)state;
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		for (size_t i = 0; i < filter->numbers[arch].n; i++) {
			struct filter_number *row = &filter->numbers[arch].v[i], kept = *row;

			/* The first row is for 0 whatever it says. */
			for (unsigned int k = i ? 0 : 2; change_number(row, policy, k); k++, n++) {
				char *says;

				if (prove(filter, policy, &says) != -EINVAL)
					fail_msg("change %u of row %zu is not seen", k, i);
				free(says);
				*row = kept;
			}
			*row = kept;
		}
	}
	assert_true(n > 100);
	filter_destroy(filter);
	policy_destroy(policy);
}

/* Takes each row away. */
static void a_number_that_is_left_out_is_caught(void **state)
{
	struct policy *policy = read_policy(one_return);
	struct filter *filter = compile_policy(policy, 0);
	struct filter_numbers *numbers = &filter->numbers[ARCH_X86_64];
	size_t n = numbers->n;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct filter_number kept = numbers->v[i];
		size_t after = (n - i - 1) * sizeof(kept);
		char *says;

		memmove(&numbers->v[i], &numbers->v[i + 1], after);
		numbers->n = n - 1;
		if (prove(filter, policy, &says) != -EINVAL)
			fail_msg("row %zu of %zu, for %u, is not missed", i, n, kept.first);
		free(says);
		memmove(&numbers->v[i + 1], &numbers->v[i], after);
		numbers->v[i] = kept;
		numbers->n = n;
	}
	numbers->n = n;
	filter_destroy(filter);
	policy_destroy(policy);
}

static void a_difference_is_told_with_a_call(void **state)
{
	struct policy *policy = read_policy("deny EIO openat if flags == 0x41\n");
	struct policy *other = read_policy("deny EIO openat if flags == 0x40\n");
	struct filter *filter = compile_policy(other, 0);
	char *says;

	(void)state;
	for (size_t i = 0; i < filter->len; i++) {
		const struct rule **rule = &filter->returns[i].verdict.rule;

		if (*rule)
			*rule = policy->rules[(*rule)->index];
	}
	for (size_t i = 0; i < filter->numbers[ARCH_X86_64].n; i++) {
		const struct rule **rule = &filter->numbers[ARCH_X86_64].v[i].verdict.rule;

		if (*rule)
			*rule = policy->rules[(*rule)->index];
	}
	assert_int_equal(prove(filter, policy, &says), -EINVAL);
	assert_non_null(strstr(says, "nr 257 openat (0x0, 0x0, 0x40, 0x0, 0x0, 0x0)"));
	free(says);
	filter_destroy(filter);
	policy_destroy(policy);
	policy_destroy(other);
}

static void a_cookie_that_is_not_compared_is_caught(void **state)
{
	struct policy *policy = read_policy("deny execveat\n");
	struct filter *with = compile_policy(policy, FILTER_LAUNCH_COOKIE);
	size_t lo = with->cookies[0].lo, hi = with->cookies[0].hi;
	char *says;

	(void)state;
	assert_int_equal(prove(with, policy, &says), 0);
	free(says);
	with->cookies[0].lo = hi;
	with->cookies[0].hi = lo;
	assert_int_equal(prove(with, policy, &says), -EINVAL);
	free(says);
	with->cookies[0].lo = with->cookies[0].hi = 0;
	assert_int_equal(prove(with, policy, &says), -EINVAL);
	free(says);
	with->cookies[0].lo = lo;
	with->cookies[0].hi = lo;
	assert_int_equal(prove(with, policy, &says), -EINVAL);
	free(says);
	filter_destroy(with);
	policy_destroy(policy);
}

/* A policy with a denial by errno and one by kill: no mode's filter passes for another's. */
static void a_filter_of_another_mode_is_caught(void **state)
{
	struct policy *policy = read_policy("deny execveat\nkill getpid\nallow getppid\n");

	(void)state;
	for (size_t i = 1; i < ARRAY_SIZE(modes); i++) {
		struct filter *filter = compile_policy(policy, modes[i]);

		for (size_t k = 1; k < ARRAY_SIZE(modes); k++) {
			char *says;

			filter->flags = modes[k];
			assert_int_equal(prove(filter, policy, &says), i == k ? 0 : -EINVAL);
			free(says);
		}
		filter_destroy(filter);
	}
	policy_destroy(policy);
}

/* Skips the comparison of the low half, then both. */
static void a_cookie_of_which_half_is_compared_is_caught(void **state)
{
	struct policy *policy = read_policy("deny execveat\n");
	struct filter *filter = compile_policy(policy, FILTER_LAUNCH_COOKIE);
	size_t load = filter->cookies[0].lo - 1, targets[] = { filter->cookies[0].hi - 1, 0 };

	(void)state;
	targets[1] = filter->cookies[0].hi + 1 + filter->prog[filter->cookies[0].hi].jt;
	assert_int_equal(filter->returns[targets[1]].verdict.by, VERDICT_LAUNCH);
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		char *says;

		filter->prog[load] = (struct sock_filter)BPF_STMT(
			BPF_JMP | BPF_JA, (uint32_t)(targets[i] - load - 1));
		assert_int_equal(prove(filter, policy, &says), -EINVAL);
		assert_non_null(strstr(says, "execveat"));
		free(says);
	}
	filter_destroy(filter);
	policy_destroy(policy);
}

static void what_cannot_be_proved_is_refused_in_bounded_time(void **state)
{
	struct strbuf text = { 0 };
	struct policy *policy;
	struct filter *filter = NULL;
	struct diags diags = { 0 };
	char *says;

	(void)state;
	/* Masked tests that are independent of each other double the paths each. */
	strbuf_puts(&text, "allow [777] if ");
	for (int i = 0; i < 64; i++)
		strbuf_printf(&text, "%s(arg0 & %llu == 0 or arg1 & %llu == 0)", i ? " and " : "",
			      1ULL << i, 1ULL << i);
	strbuf_puts(&text, "\n");
	policy = read_policy(text.text);
	assert_int_equal(filter_compile(policy, 0, &filter, &diags), 0);
	assert_int_equal(prove(filter, policy, &says), -E2BIG);
	free(says);
	filter_destroy(filter);
	policy_destroy(policy);
	strbuf_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiled_filters_are_proved),
		cmocka_unit_test(random_filters_are_proved),
		cmocka_unit_test(every_mutant_that_changes_a_verdict_is_caught),
		cmocka_unit_test(a_return_with_the_wrong_rule_is_caught),
		cmocka_unit_test(a_number_with_the_wrong_rule_is_caught),
		cmocka_unit_test(a_number_that_is_left_out_is_caught),
		cmocka_unit_test(a_difference_is_told_with_a_call),
		cmocka_unit_test(a_cookie_that_is_not_compared_is_caught),
		cmocka_unit_test(a_filter_of_another_mode_is_caught),
		cmocka_unit_test(a_cookie_of_which_half_is_compared_is_caught),
		cmocka_unit_test(what_cannot_be_proved_is_refused_in_bounded_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
