// SPDX-License-Identifier: GPL-2.0-or-later
/* The differences of two policies are exactly those of their verdicts. */
#include "random_policy.h"

#include <errno.h>
#include <linux/audit.h>

#include "filter/diff.h"

struct pair {
	struct policy *before, *after;
	struct policy_diff diff;
};

static struct pair compare(const char *before, const char *after)
{
	struct pair pair = { .before = read_policy(before), .after = read_policy(after) };
	struct diags diags = { 0 };

	if (policy_diff(pair.before, pair.after, &pair.diff, &diags))
		fail_msg("%s\n%s\n%s", before, after, diags_text(&diags));
	return pair;
}

static void pair_finish(struct pair *pair)
{
	policy_diff_finish(&pair->diff);
	policy_destroy(pair->before);
	policy_destroy(pair->after);
}

/* Written down here once more, not taken from the code under test. */
static enum change expected_change(const struct action *before, const struct action *after)
{
	static const int ranks[] = {
		[ACTION_ALLOW] = 0, [ACTION_LOG] = 0,	      [ACTION_ERRNO] = 1,
		[ACTION_TRAP] = 2,  [ACTION_KILL_THREAD] = 3, [ACTION_KILL_PROCESS] = 4,
	};
	int x = ranks[before->kind], y = ranks[after->kind];

	return x == y ? CHANGE_OTHER : x > y ? CHANGE_WIDER : CHANGE_NARROWER;
}

static bool is_same_action(const struct verdict *a, const struct verdict *b)
{
	return a->action.kind == b->action.kind && a->action.data == b->action.data;
}

static const uint64_t narrow_values[] = {
	0,	    1,		2,	    3,		4,	    7,		 8,
	9,	    10,		0x0f,	    0x10,	0x11,	    0x7ffffffe,	 0x7fffffff,
	0x80000000, 0x80000001, 0xffffffff, 0xfffffff0, 0x80000007, 0x100000001, ~0ULL,
};
static const uint64_t wide_values[] = {
	0,
	1,
	2,
	0xfffffffe,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x100000002,
	0x200000005,
	0x200000006,
	0x2ffffffff,
	0x300000000,
	0x300000001,
	0x7fffffffe,
	0x7ffffffff,
	0x800000000,
	0x6fffffffffffffff,
	0x7000000000000000,
	0x7000000000000001,
	0x7fffffffffffffff,
	0x8000000000000000,
	0x8000000000000001,
	~0ULL,
};

enum { TRIES = ARRAY_SIZE(narrow_values) * ARRAY_SIZE(wide_values) };

/* Returns try number I of random call number K: all pairs of boundary values. */
static struct seccomp_data make_try(size_t k, size_t i)
{
	const struct sys_call *call = sys_call_find(ARCH_X86_64, random_calls[k].call);
	struct seccomp_data data = { .arch = AUDIT_ARCH_X86_64, .nr = call->nr[ARCH_X86_64] };
	struct operand narrow, wide;

	assert_true(operand_find(call, ARCH_X86_64, random_calls[k].narrow, &narrow));
	assert_true(operand_find(call, ARCH_X86_64, random_calls[k].wide, &wide));
	data.args[narrow.index] = narrow_values[i % ARRAY_SIZE(narrow_values)];
	data.args[wide.index] = wide_values[i / ARRAY_SIZE(narrow_values)];
	return data;
}

/* Returns the difference that contains the call, by its number and verdicts, or NULL. */
static const struct difference *find(const struct pair *pair, const struct seccomp_data *data,
				     const struct verdict *before, const struct verdict *after)
{
	for (size_t i = 0; i < pair->diff.calls.n; i++) {
		const struct difference *at = &pair->diff.calls.v[i];

		if (at->arch == arch_of_call(data->arch, (uint32_t)data->nr) &&
		    at->low <= (uint32_t)data->nr && at->high >= (uint32_t)data->nr &&
		    verdict_is_same(&at->before, before) && verdict_is_same(&at->after, after))
			return at;
	}
	return NULL;
}

/* The conditions of a difference as a policy that allows exactly what they describe. */
static struct policy *read_conditions(const struct difference *difference)
{
	struct strbuf text = { 0 };
	struct policy *policy;

	strbuf_printf(&text, "allow %s", sys_call_name(difference->arch, difference->low));
	for (size_t i = 0; i < difference->conditions.n; i++)
		if (*difference->conditions.v[i])
			strbuf_printf(&text, "%s (%s)", i ? " or" : " if",
				      difference->conditions.v[i]);
	strbuf_puts(&text, "\n");
	policy = read_policy(text.text);
	strbuf_finish(&text);
	return policy;
}

/* Every call with different verdicts is in a difference, and its conditions hold for exactly the
 * calls that have its verdicts. */
static void assert_tries(const struct pair *pair, size_t k, const char *text)
{
	for (size_t i = 0; i < TRIES; i++) {
		struct seccomp_data data = make_try(k, i);
		struct verdict before = policy_verdict(pair->before, &data);
		struct verdict after = policy_verdict(pair->after, &data);

		if (!is_same_action(&before, &after) && !find(pair, &data, &before, &after))
			fail_msg("%s: a difference of %s (0x%llx, 0x%llx, 0x%llx) is missing", text,
				 random_calls[k].call, data.args[0], data.args[1], data.args[2]);
	}
}

static void assert_conditions(const struct pair *pair, const struct difference *difference,
			      size_t k, const char *text)
{
	struct policy *conditions = read_conditions(difference);

	assert_true(difference->conditions.n < DIFF_CONDITIONS_MAX);
	for (size_t i = 0; i < TRIES; i++) {
		struct seccomp_data data = make_try(k, i);
		struct verdict before = policy_verdict(pair->before, &data);
		struct verdict after = policy_verdict(pair->after, &data);
		struct verdict said = policy_verdict(conditions, &data);
		bool is_in = find(pair, &data, &before, &after) == difference;

		if (is_in != (said.action.kind == ACTION_ALLOW))
			fail_msg("%s (0x%llx, 0x%llx, 0x%llx): %s\n%s", random_calls[k].call,
				 data.args[0], data.args[1], data.args[2],
				 conditions->rules[conditions->n_rules - 1]->text, text);
	}
	policy_destroy(conditions);
}

static void assert_witness(const struct pair *pair, const struct difference *difference)
{
	struct verdict before = policy_verdict(pair->before, &difference->witness);
	struct verdict after = policy_verdict(pair->after, &difference->witness);

	assert_true(verdict_is_same(&before, &difference->before));
	assert_true(verdict_is_same(&after, &difference->after));
	assert_false(is_same_action(&before, &after));
	assert_int_equal(difference->change, expected_change(&before.action, &after.action));
	assert_in_range((uint32_t)difference->witness.nr, difference->low, difference->high);
	assert_int_equal(arch_of_call(difference->witness.arch, (uint32_t)difference->witness.nr),
			 difference->arch);
}

static void assert_exact(const struct pair *pair, const char *text)
{
	for (size_t k = 0; k < ARRAY_SIZE(random_calls); k++) {
		uint32_t nr = (uint32_t)make_try(k, 0).nr;

		assert_tries(pair, k, text);
		for (size_t i = 0; i < pair->diff.calls.n; i++) {
			const struct difference *at = &pair->diff.calls.v[i];

			if (at->arch == ARCH_X86_64 && at->low == nr)
				assert_conditions(pair, at, k, text);
		}
	}
	for (size_t i = 0; i < pair->diff.calls.n; i++)
		assert_witness(pair, &pair->diff.calls.v[i]);
}

static void differences_of_random_policies_are_those_of_their_verdicts(void **state)
{
	size_t n_differences = 0;

	(void)state;
	for (unsigned int i = 0; i < 300; i++) {
		char *before, *after, *text;
		struct pair pair;

		random_state = 0x9e3779b97f4a7c15ULL * (i + 1);
		before = random_policy();
		after = random_policy();
		text = mem_printf("%s---\n%s", before, after);
		pair = compare(before, after);
		assert_exact(&pair, text);
		n_differences += pair.diff.calls.n;
		pair_finish(&pair);
		free(before);
		free(after);
		free(text);
	}
	assert_true(n_differences > 1000);
}

static void a_policy_does_not_differ_from_itself(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 50; i++) {
		struct pair pair;
		char *text;

		random_state = 0x2545f4914f6cdd1dULL * (i + 1);
		text = random_policy();
		pair = compare(text, text);
		assert_int_equal(pair.diff.calls.n, 0);
		assert_int_equal(pair.diff.settings.n, 0);
		pair_finish(&pair);
		free(text);
	}
}

static void unknown_numbers_and_other_abis_are_compared(void **state)
{
	struct pair pair = compare("default kill\nunknown kill\n",
				   "arch x86_64 x86\ndefault kill\nunknown deny ENOSYS\n");
	uint64_t n_native = 0;

	(void)state;
	for (size_t i = 0; i < pair.diff.calls.n; i++) {
		const struct difference *at = &pair.diff.calls.v[i];

		assert_witness(&pair, at);
		/* ioctl has a built-in rule. */
		assert_int_equal(at->after.by, at->after.rule ? VERDICT_RULE : VERDICT_UNKNOWN);
		if (at->arch == ARCH_X86_64)
			n_native += (uint64_t)at->high - at->low + 1;
		else
			assert_int_equal(at->arch, ARCH_X86);
	}
	/* All but the known ones, and those with the x32 bit; -1 has none. */
	assert_in_range(n_native, 0x40000000 - 500, 0x40000000 - 300);
	pair_finish(&pair);
}

static void numbers_that_only_one_policy_names_are_compared(void **state)
{
	static const uint32_t numbers[] = { 776, 777, 779, 0x3fffffff };
	struct pair pair = compare("allow [776] [777]\nallow [778] [1000]\n",
				   "allow [778] [779]\nallow [1000] [1073741823]\n");

	(void)state;
	assert_int_equal(pair.diff.calls.n, ARRAY_SIZE(numbers));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		bool is_found = false;

		for (size_t k = 0; k < pair.diff.calls.n; k++)
			is_found |= pair.diff.calls.v[k].low == numbers[i] &&
				    pair.diff.calls.v[k].high == numbers[i];
		assert_true(is_found);
		assert_witness(&pair, &pair.diff.calls.v[i]);
	}
	pair_finish(&pair);
}

/* Returns the settings' differences, one on each line. */
static char *settings_text(const char *before, const char *after)
{
	static const char marks[] = { 'w', '?', '=', 'n' };
	struct pair pair = compare(before, after);
	struct strbuf buf = { 0 };

	strbuf_puts(&buf, "");
	for (size_t i = 0; i < pair.diff.settings.n; i++) {
		const struct setting_difference *at = &pair.diff.settings.v[i];

		strbuf_printf(&buf, "%c%c %s\n", marks[at->change], at->is_added ? '+' : '-',
			      at->line);
		assert_int_equal(at->why != NULL, at->change == CHANGE_UNCLEAR);
	}
	pair_finish(&pair);
	return buf.text;
}

static void settings_that_differ_are_told_with_their_direction(void **state)
{
	static const struct {
		const char *before, *after, *says;
	} rows[] = {
		{ "net host", "", "n- net host\n" },
		{ "", "net none", "" },
		{ "", "bind rw /data", "w+ bind rw /data\n" },
		{ "hide /a", "", "w- hide /a\n" },
		{ "guard a", "", "w- guard a\n" },
		{ "", "device /dev/kvm", "w+ device /dev/kvm\n" },
		{ "limit memory 1M", "limit memory 2M",
		  "w- limit memory 1M\nw+ limit memory 2M\n" },
		{ "limit pids 9", "limit pids 8", "n- limit pids 9\nn+ limit pids 8\n" },
		{ "limit pids 9", "", "w- limit pids 9\n" },
		{ "", "limit pids 513", "w+ limit pids 513\n" },
		{ "limit time 9s", "", "w- limit time 9s\n" },
		{ "limit time 9s", "limit time 9s grace 1s",
		  "n- limit time 9s\nn+ limit time 9s grace 1s\n" },
		{ "limit time 9s", "limit time 8s grace 3s",
		  "?- limit time 9s\n?+ limit time 8s grace 3s\n" },
		{ "limit swap 2M", "limit swap 1M", "n- limit swap 2M\nn+ limit swap 1M\n" },
		{ "", "limit swap 1M", "n+ limit swap 1M\n" },
		{ "limit memory 1M", "limit memory 1M\nlimit swap 1M", "w+ limit swap 1M\n" },
		{ "limit memory 1M", "limit memory 1M\nlimit swap 0", "=+ limit swap 0\n" },
		{ "limit cpu 50%", "limit cpu 150%", "w- limit cpu 50%\nw+ limit cpu 150%\n" },
		{ "", "limit cpu 50%", "n+ limit cpu 50%\n" },
		{ "limit cputime 2s", "limit cputime 1s",
		  "n- limit cputime 2s\nn+ limit cputime 1s\n" },
		{ "limit cputime 2s", "", "w- limit cputime 2s\n" },
		{ "", "capability kill", "w+ capability cap_kill\n" },
		{ "capability kill chown", "capability chown", "n- capability cap_kill\n" },
		{ "", "share ipc", "w+ share ipc\n" },
		{ "share uts cgroup", "share cgroup", "n- share uts\n" },
		{ "", "share net", "w+ net host\n" },
		{ "net user", "net host", "w- net user\nw+ net host\n" },
		{ "net user", "", "n- net user\n" },
		{ "", "user 5", "?+ user 5:5\n" },
		{ "user 5", "user 0", "w- user 5:5\nw+ user 0:0\n" },
		{ "user root", "user daemon", "n- user root\nn+ user daemon\n" },
		{ "", "rlimit nofile 9", "n+ rlimit nofile 9:9\n" },
		{ "", "rlimit nofile unlimited", "w+ rlimit nofile unlimited:unlimited\n" },
		{ "rlimit nofile 9", "rlimit nofile 8",
		  "n- rlimit nofile 9:9\nn+ rlimit nofile 8:8\n" },
		{ "rlimit nofile 8:9", "rlimit nofile 7:9",
		  "=- rlimit nofile 8:9\n=+ rlimit nofile 7:9\n" },
		{ "", "rlimit core 0", "=+ rlimit core 0:0\n" },
		{ "", "rlimit core 2", "w+ rlimit core 2:2\n" },
		{ "", "rlimit nice 10", "n+ rlimit nice 10:10\n" },
		{ "", "rlimit rtprio 1", "w+ rlimit rtprio 1:1\n" },
		{ "", "rlimit msgqueue 1", "?+ rlimit msgqueue 1:1\n" },
		{ "", "tty new", "n+ tty new\n" },
		{ "tty new", "tty keep", "w- tty new\nw+ tty keep\n" },
		{ "", "tty keep", "=+ tty keep\n" },
		{ "", "fd 3 4", "w+ fd 3\nw+ fd 4\n" },
		{ "fd 4 3", "fd 3 4", "" },
		{ "", "env keep SECRET", "w+ env keep SECRET\n" },
		{ "", "env keep PATH LC_ALL", "=+ env keep LC_ALL\n=+ env keep PATH\n" },
		{ "env keep A_B", "env keep A_*", "=- env keep A_B\nw+ env keep A_*\n" },
		{ "env keep B A", "env keep A B A", "" },
		{ "env set A=1", "env set A=2", "=- env set A=1\n=+ env set A=2\n" },
		{ "", "hostname a", "=+ hostname a\n" },
		{ "", "workdir /a", "=+ workdir /a\n" },
		{ "", "allow set-id", "w+ allow set-id\n" },
		{ "bind /a", "bind rw /a", "w- bind /a\nw+ bind rw /a\n" },
		{ "bind rw /a", "bind rw try /a", "=- bind rw /a\n=+ bind rw try /a\n" },
		{ "bind /a /d", "bind /b /d", "?- bind /a /d\n?+ bind /b /d\n" },
		{ "bind /a\nbind /b", "bind /b\nbind /a", "" },
		{ "bind /a /d\nbind rw /b /d", "bind rw /b /d\nbind /a /d",
		  "?- bind /a /d\n?+ bind /a /d\n" },
		{ "", "bind /a /etc/b", "?+ bind /a /etc/b\n" },
		{ "", "tmpfs /a 1M", "w+ tmpfs /a 1M\n" },
		{ "tmpfs /a 1M", "tmpfs /a 2M", "w- tmpfs /a 1M\nw+ tmpfs /a 2M\n" },
		{ "tmpfs /a 1M", "tmpfs /a", "?- tmpfs /a 1M\n?+ tmpfs /a\n" },
		{ "tmpfs /a mode=755", "tmpfs /a mode=700",
		  "n- tmpfs /a mode=0755\nn+ tmpfs /a mode=0700\n" },
		{ "tmpfs \"/a b\"", "tmpfs \"/a b\" mode=1777",
		  "?- tmpfs \"/a b\"\n?+ tmpfs \"/a b\" mode=1777\n" },
		{ "root /a", "root /b", "?- root /a\n?+ root /b\n" },
		{ "bind /a\nnet host\nlimit time 1s", "bind /a\nbind /c\nnet host\nlimit time 1s",
		  "w+ bind /c\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *before = mem_printf("%s\n", rows[i].before);
		char *after = mem_printf("%s\n", rows[i].after);
		char *says = settings_text(before, after);

		if (!str_eq(says, rows[i].says))
			fail_msg("%s--- %s: %s", before, after, says);
		free(before);
		free(after);
		free(says);
	}
}

/* In the opposite direction, the same lines have the opposite meaning. */
static void the_way_back_is_the_contrary(void **state)
{
	static const struct {
		const char *a, *b;
	} rows[] = {
		{ "limit pids 9\nrlimit nofile 7\nnet user\ntty new", "user 0\nenv keep A\nfd 9" },
		{ "bind rw /a\ntmpfs /b 2M\nlimit time 9s grace 3s", "bind /a\ntmpfs /b 1M" },
		{ "root /a\nhide /b\nguard c\nshare ipc", "root /b\nworkdir /c\nrlimit core 9" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *a = mem_printf("%s\n", rows[i].a), *b = mem_printf("%s\n", rows[i].b);
		char *there = settings_text(a, b), *back = settings_text(b, a);

		for (char *at = strtok(there, "\n"); at; at = strtok(NULL, "\n")) {
			char *line = mem_printf("%c%c%s\n",
						*at == 'w'   ? 'n'
						: *at == 'n' ? 'w'
							     : *at,
						at[1] == '+' ? '-' : '+', at + 2);

			if (!strstr(back, line))
				fail_msg("%s is not in %s", line, back);
			free(line);
		}
		free(a);
		free(b);
		free(there);
		free(back);
	}
}

static void what_takes_too_long_to_compare_is_an_error(void **state)
{
	struct strbuf text = { 0 };
	struct policy *before = read_policy("\n"), *after;
	struct policy_diff diff;
	struct diags diags = { 0 };

	(void)state;
	strbuf_puts(&text, "allow [777] if ");
	for (int i = 0; i < 64; i++)
		strbuf_printf(&text, "%s(arg0 & %llu == 0 or arg1 & %llu == 0)", i ? " and " : "",
			      1ULL << i, 1ULL << i);
	strbuf_puts(&text, "\n");
	after = read_policy(text.text);
	assert_int_equal(policy_diff(before, after, &diff, &diags), -E2BIG);
	assert_true(diags_has_error(&diags));
	diags_finish(&diags);
	policy_destroy(before);
	policy_destroy(after);
	strbuf_finish(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences_of_random_policies_are_those_of_their_verdicts),
		cmocka_unit_test(a_policy_does_not_differ_from_itself),
		cmocka_unit_test(unknown_numbers_and_other_abis_are_compared),
		cmocka_unit_test(numbers_that_only_one_policy_names_are_compared),
		cmocka_unit_test(settings_that_differ_are_told_with_their_direction),
		cmocka_unit_test(the_way_back_is_the_contrary),
		cmocka_unit_test(what_takes_too_long_to_compare_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
