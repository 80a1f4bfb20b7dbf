// SPDX-License-Identifier: GPL-2.0-or-later
/* The compiled program does what the verdict says, by running both. */
#include "random_policy.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

static const uint64_t boundary_values[] = {
	0,
	1,
	2,
	3,
	4,
	7,
	9,
	0x10,
	0x7fffffff,
	0x80000000,
	0xfffffffe,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x200000005,
	0x200000006,
	0x7ffffffff,
	0x300000000,
	~0ULL,
	~0ULL - 4,
	0x7000000000000000,
	0x7fffffffffffffff,
	0x8000000000000000,
};

static const uint32_t audit_arches[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64,
					 AUDIT_ARCH_PPC64, 0 };

/* Compares filter and policy for one number with many argument values. */
static void compare_call(const struct policy *policy, const struct filter *filter,
			 uint32_t audit_arch, uint32_t nr, unsigned int turns, const char *text)
{
	for (unsigned int turn = 0; turn < turns; turn++) {
		struct seccomp_data data = { .nr = (int)nr, .arch = audit_arch };
		struct verdict meant, done;

		for (size_t i = 0; i < 6; i++)
			data.args[i] = boundary_values[random_below(ARRAY_SIZE(boundary_values))];
		meant = policy_verdict(policy, &data);
		done = filter_decide(filter, &data);
		if (!verdict_is_same(&meant, &done))
			fail_msg("arch 0x%x nr %u differs under:\n%s", audit_arch, nr, text);
	}
}

static void compare_all(const char *text, unsigned int flags, unsigned int turns)
{
	static const uint32_t odd[] = { 1000,	    0x3fffffff, 0x40000000, 0x400003e8,
					0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff };
	struct policy *policy = read_policy(text);
	struct filter *filter = compile_policy(policy, flags);

	for (size_t i = 0; i < ARRAY_SIZE(audit_arches); i++) {
		for (uint32_t nr = 0; nr < 560; nr++) {
			compare_call(policy, filter, audit_arches[i], nr, turns, text);
			compare_call(policy, filter, audit_arches[i], nr | SYS_X32_BIT, 1, text);
		}
		for (size_t k = 0; k < ARRAY_SIZE(odd); k++)
			compare_call(policy, filter, audit_arches[i], odd[k], 1, text);
	}
	filter_destroy(filter);
	policy_destroy(policy);
}

static void shipped_policies_compile_to_their_meaning(void **state)
{
	(void)state;
	compare_all("include <base>\n", 0, 20);
	compare_all("include <default>\n", FILTER_LAUNCH_COOKIE, 20);
	compare_all("arch x86_64 x86 x32 aarch64\ninclude <default>\n", FILTER_LAUNCH_COOKIE, 10);
}

static void random_policies_compile_to_their_meaning(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 60; i++) {
		char *text;

		random_state = 0x9e3779b97f4a7c15 * (i + 1);
		text = random_policy();
		compare_all(text, i % 2 ? FILTER_LAUNCH_COOKIE : 0, 3);
		free(text);
	}
}

/* What the kernel checks before it keeps an allowed call in its bitmap (seccomp_is_const_allow). */
static bool is_constant_allow(const struct filter *filter, uint32_t audit_arch, uint32_t nr)
{
	uint32_t a = 0;

	for (size_t i = 0; i < filter->len; i++) {
		const struct sock_filter *insn = &filter->prog[i];

		switch (insn->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			if (insn->k > 4)
				return false;
			a = insn->k ? audit_arch : nr;
			break;
		case BPF_RET | BPF_K:
			return insn->k == SECCOMP_RET_ALLOW;
		case BPF_JMP | BPF_JA:
			i += insn->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			i += a == insn->k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			i += a >= insn->k ? insn->jt : insn->jf;
			break;
		default:
			return false;
		}
	}
	return false;
}

/* Returns whether a rule with a condition is tested for NR before RULE. */
static bool has_condition_before(const struct policy *policy, const struct rule *rule, uint32_t nr)
{
	for (size_t i = 0; i < rule->index; i++)
		for (size_t k = 0; k < policy->rules[i]->n_calls; k++)
			if (policy->rules[i]->calls[k].numbers[ARCH_X86_64] == nr)
				return true;
	return false;
}

static void unconditional_allows_are_for_the_kernels_bitmap(void **state)
{
	struct policy *policy = read_policy("arch x86_64 x86\ninclude <default>\n");
	struct filter *filter = compile_policy(policy, FILTER_LAUNCH_COOKIE);
	size_t n = 0;

	(void)state;
	for (uint32_t nr = 0; nr < 560; nr++) {
		struct seccomp_data data = { .nr = (int)nr, .arch = AUDIT_ARCH_X86_64 };
		struct verdict verdict = policy_verdict(policy, &data);

		if (nr == 322 || verdict.action.kind != ACTION_ALLOW || !verdict.rule ||
		    verdict.rule->expr)
			continue;
		if (has_condition_before(policy, verdict.rule, nr))
			continue;
		assert_true(is_constant_allow(filter, AUDIT_ARCH_X86_64, nr));
		n++;
	}
	assert_true(n > 240);
	filter_destroy(filter);
	policy_destroy(policy);
}

/* A launch call passes with the whole cookie, and not when any bit of it is wrong. */
static void assert_launches(struct filter *filter, uint32_t nr)
{
	struct seccomp_data data = { .nr = (int)nr, .arch = AUDIT_ARCH_X86_64 };
	uint64_t cookie = 0x123456789abcdef0;
	uint32_t value;

	filter_set_cookie(filter, filter->prog, cookie);
	for (unsigned int bit = 0; bit <= 64; bit++) {
		data.args[5] = bit < 64 ? cookie ^ 1ULL << bit : cookie;
		assert_int_equal(filter_simulate(filter->prog, filter->len, &data, &value, NULL),
				 0);
		assert_int_equal(value == SECCOMP_RET_ALLOW, bit == 64);
	}
	/* Even with the right cookie, filter_decide() is about the child's calls. */
	assert_int_not_equal(filter_decide(filter, &data).by, VERDICT_LAUNCH);
}

/* Other calls do not pass with it. */
static void assert_no_launch(const struct filter *filter, uint32_t audit_arch, uint32_t nr)
{
	struct seccomp_data data = { .nr = (int)nr, .arch = audit_arch };
	uint32_t value;

	data.args[5] = 0x123456789abcdef0;
	filter_simulate(filter->prog, filter->len, &data, &value, NULL);
	assert_int_not_equal(value, SECCOMP_RET_ALLOW);
}

static void the_cookie_lets_the_launch_through_and_nothing_else(void **state)
{
	static const char *const texts[] = { "deny execve execveat sendmsg\n", "arch x86\n",
					     "arch aarch64\n", "allow execveat if flags == 1\n",
					     "allow sendmsg if flags == 1\n" };
	static const unsigned int modes[] = { 0, FILTER_NOTIFY, FILTER_COMPLAIN,
					      FILTER_NOTIFY | FILTER_CALLS };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts) * ARRAY_SIZE(modes); i++) {
		struct policy *policy = read_policy(texts[i / ARRAY_SIZE(modes)]);
		unsigned int mode = modes[i % ARRAY_SIZE(modes)];
		struct filter *filter = compile_policy(policy, FILTER_LAUNCH_COOKIE | mode);

		assert_launches(filter, SYS_execveat);
		if (mode)
			assert_launches(filter, SYS_sendmsg);
		else
			assert_no_launch(filter, AUDIT_ARCH_X86_64, SYS_sendmsg);
		assert_no_launch(filter, AUDIT_ARCH_X86_64, SYS_execve);
		assert_no_launch(filter, AUDIT_ARCH_X86_64, SYS_sendto);
		assert_no_launch(filter, AUDIT_ARCH_I386, 358); /* execveat there */
		filter_destroy(filter);
		policy_destroy(policy);
	}
}

/* What reaches the listener, and what the kernel does itself. */
static void denials_go_to_the_listener_as_the_mode_says(void **state)
{
	static const struct {
		const char *rule;
		uint32_t plain, notify, complain;
	} rows[] = {
		{ "allow getpid", SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW },
		{ "log getpid", SECCOMP_RET_LOG, SECCOMP_RET_LOG, SECCOMP_RET_LOG },
		{ "deny EPERM getpid", SECCOMP_RET_ERRNO | 1, SECCOMP_RET_USER_NOTIF,
		  SECCOMP_RET_USER_NOTIF },
		{ "deny ENOSYS getpid", SECCOMP_RET_ERRNO | 38, SECCOMP_RET_USER_NOTIF,
		  SECCOMP_RET_USER_NOTIF },
		{ "trap 3 getpid", SECCOMP_RET_TRAP | 3, SECCOMP_RET_TRAP | 3,
		  SECCOMP_RET_USER_NOTIF },
		{ "kill_thread getpid", SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_THREAD,
		  SECCOMP_RET_USER_NOTIF },
		{ "kill getpid", SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_PROCESS,
		  SECCOMP_RET_USER_NOTIF },
		{ "arch x86", SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_PROCESS,
		  SECCOMP_RET_USER_NOTIF },
	};
	static const unsigned int modes[] = { 0, FILTER_NOTIFY, FILTER_COMPLAIN };
	struct seccomp_data data = { .nr = SYS_getpid, .arch = AUDIT_ARCH_X86_64 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const uint32_t wanted[] = { rows[i].plain, rows[i].notify, rows[i].complain };
		struct policy *policy = read_policy(rows[i].rule);

		for (size_t k = 0; k < ARRAY_SIZE(modes); k++) {
			struct filter *filter = compile_policy(policy,
							       FILTER_LAUNCH_COOKIE | modes[k]);
			uint32_t value;

			filter_simulate(filter->prog, filter->len, &data, &value, NULL);
			assert_int_equal(value, wanted[k]);
			filter_destroy(filter);
		}
		policy_destroy(policy);
	}
}

/* An instruction is there to return to after all calls but these. */
static void with_calls_all_that_is_allowed_goes_to_the_listener_but_the_quiet(void **state)
{
	static const struct {
		const char *policy;
		uint32_t arch, nr, wanted;
	} rows[] = {
		{ "allow getpid", AUDIT_ARCH_X86_64, SYS_getpid, SECCOMP_RET_USER_NOTIF },
		{ "default allow", AUDIT_ARCH_X86_64, SYS_getpid, SECCOMP_RET_USER_NOTIF },
		{ "default allow\nunknown allow", AUDIT_ARCH_X86_64, 5000, SECCOMP_RET_USER_NOTIF },
		{ "deny EIO getpid", AUDIT_ARCH_X86_64, SYS_getpid, SECCOMP_RET_USER_NOTIF },
		{ "log getpid", AUDIT_ARCH_X86_64, SYS_getpid, SECCOMP_RET_LOG },
		{ "kill getpid", AUDIT_ARCH_X86_64, SYS_getpid, SECCOMP_RET_KILL_PROCESS },
		{ "allow exit", AUDIT_ARCH_X86_64, SYS_exit, SECCOMP_RET_ALLOW },
		{ "default allow", AUDIT_ARCH_X86_64, SYS_exit_group, SECCOMP_RET_ALLOW },
		{ "default allow", AUDIT_ARCH_X86_64, SYS_rt_sigreturn, SECCOMP_RET_ALLOW },
		{ "allow exit_group if error_code == 0", AUDIT_ARCH_X86_64, SYS_exit_group,
		  SECCOMP_RET_ALLOW },
		{ "deny exit_group if error_code == 0\nallow exit_group", AUDIT_ARCH_X86_64,
		  SYS_exit_group, SECCOMP_RET_USER_NOTIF },
		{ "log exit_group", AUDIT_ARCH_X86_64, SYS_exit_group, SECCOMP_RET_LOG },
		{ "arch x86\ndefault allow", AUDIT_ARCH_I386, 119, SECCOMP_RET_ALLOW },
		{ "arch x32\ndefault allow", AUDIT_ARCH_X86_64, SYS_X32_BIT | 513,
		  SECCOMP_RET_ALLOW },
		{ "arch x32\ndefault allow", AUDIT_ARCH_X86_64, SYS_X32_BIT | SYS_getpid,
		  SECCOMP_RET_USER_NOTIF },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy *policy = read_policy(rows[i].policy);
		struct filter *filter =
			compile_policy(policy, FILTER_LAUNCH_COOKIE | FILTER_NOTIFY | FILTER_CALLS);
		struct seccomp_data data = { .nr = (int)rows[i].nr, .arch = rows[i].arch };
		uint32_t value;

		filter_simulate(filter->prog, filter->len, &data, &value, NULL);
		if (value != rows[i].wanted)
			fail_msg("%s: %x", rows[i].policy, value);
		filter_destroy(filter);
		policy_destroy(policy);
	}
}

/* Appends rules of ACTIONS in turn for the first N calls of x86_64: a line each, or one for all. */
static void add_names(struct strbuf *text, const char *const actions[2], size_t n,
		      bool is_line_each)
{
	const struct sys_call *call;

	for (size_t i = 0, k = 0; k < n && (call = sys_call_row(i)); i++) {
		if (call->nr[ARCH_X86_64] < 0)
			continue;
		if (is_line_each)
			strbuf_printf(text, "%s %s\n", actions[k % 2], call->name);
		else
			strbuf_printf(text, "%s%s", k ? " " : "allow ", call->name);
		k++;
	}
	strbuf_puts(text, "\n");
}

static void rules_with_a_line_each_cost_what_one_line_does(void **state)
{
	static const char *const allow[] = { "allow", "allow" };
	struct strbuf texts[2] = { 0 };
	struct filter *filters[2];
	struct policy *policies[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		add_names(&texts[i], allow, 302, i == 0);
		policies[i] = read_policy(texts[i].text);
		filters[i] = compile_policy(policies[i], 0);
	}
	assert_int_equal(policies[0]->n_rules, policies[1]->n_rules + 301);
	assert_int_equal(filters[0]->len, filters[1]->len);
	assert_memory_equal(filters[0]->prog, filters[1]->prog,
			    filters[0]->len * sizeof(*filters[0]->prog));
	assert_in_range(filters[0]->len, 1, 160);
	for (size_t i = 0; i < 2; i++) {
		filter_destroy(filters[i]);
		policy_destroy(policies[i]);
		strbuf_finish(&texts[i]);
	}
}

/* Returns how many instructions run for NR; names alone need only loads and these jumps. */
static unsigned int count_steps(const struct filter *filter, uint32_t nr)
{
	unsigned int n = 1;
	uint32_t a = 0;

	for (size_t i = 0; filter->prog[i].code != (BPF_RET | BPF_K); i++, n++) {
		const struct sock_filter *insn = &filter->prog[i];

		if (insn->code == (BPF_LD | BPF_W | BPF_ABS))
			a = insn->k ? AUDIT_ARCH_X86_64 : nr;
		else if (insn->code == (BPF_JMP | BPF_JA))
			i += insn->k;
		else if (insn->code == (BPF_JMP | BPF_JGE | BPF_K))
			i += a >= insn->k ? insn->jt : insn->jf;
		else
			i += a == insn->k ? insn->jt : insn->jf;
	}
	return n;
}

static void a_call_with_a_line_of_its_own_runs_few_instructions(void **state)
{
	static const char *const allow[] = { "allow", "allow" };
	struct strbuf text = { 0 };
	unsigned int sum = 0, most = 0, n = 0;
	struct policy *policy;
	struct filter *filter;

	(void)state;
	add_names(&text, allow, 302, true);
	policy = read_policy(text.text);
	filter = compile_policy(policy, 0);
	for (uint32_t nr = 0; nr < 600; nr++) {
		struct seccomp_data data = { .nr = (int)nr, .arch = AUDIT_ARCH_X86_64 };
		unsigned int steps;

		if (!policy_verdict(policy, &data).rule)
			continue;
		steps = count_steps(filter, nr);
		most = steps > most ? steps : most;
		sum += steps;
		n++;
	}
	assert_true(n >= 302);
	assert_true(sum <= 11 * n);
	assert_in_range(most, 1, 14);
	filter_destroy(filter);
	policy_destroy(policy);
	strbuf_finish(&text);
}

/* What goes to the listener is one range for the kernel, whatever the listener answers. */
static void denials_that_the_listener_answers_share_a_return(void **state)
{
	static const char *const denials[] = { "deny EIO", "deny EACCES" };
	static const unsigned int flags = FILTER_LAUNCH_COOKIE | FILTER_NOTIFY;
	struct strbuf text = { 0 };
	struct policy *policy;
	struct filter *plain, *notify;

	(void)state;
	add_names(&text, denials, 300, true);
	policy = read_policy(text.text);
	plain = compile_policy(policy, 0);
	notify = compile_policy(policy, flags);
	assert_true(plain->len > 200);
	assert_true(notify->len < 50);
	compare_all(text.text, flags, 1);
	filter_destroy(plain);
	filter_destroy(notify);
	policy_destroy(policy);
	strbuf_finish(&text);
}

static void who_decides_is_exact_where_returns_are_shared(void **state)
{
	static const unsigned int modes[] = {
		0,
		FILTER_LAUNCH_COOKIE,
		FILTER_LAUNCH_COOKIE | FILTER_NOTIFY,
		FILTER_LAUNCH_COOKIE | FILTER_COMPLAIN,
		FILTER_LAUNCH_COOKIE | FILTER_NOTIFY | FILTER_CALLS,
		FILTER_LAUNCH_COOKIE | FILTER_COMPLAIN | FILTER_CALLS,
	};
	static const char text[] = "arch x86_64 x32 x86\n"
				   "allow write if fd == 3\nallow read\nallow write\n"
				   "kill close\nkill stat\nallow open on x86\nallow fstat\n"
				   "deny EPERM lseek\ndeny EIO mmap\ndeny EPERM mprotect\n"
				   "deny socket if domain == 1\nallow socket\n"
				   "allow exit\nallow exit_group\nallow execveat\n"
				   "kill [1000]\ndefault deny EPERM\nunknown kill\n";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		compare_all(text, modes[i], 5);
}

static void a_filter_without_the_flag_has_no_cookie(void **state)
{
	struct policy *policy = read_policy("allow read\n");
	struct filter *filter = compile_policy(policy, 0);

	(void)state;
	for (size_t i = 0; i < FILTER_LAUNCH_CALLS; i++) {
		assert_int_equal(filter->cookies[i].lo, 0);
		assert_int_equal(filter->cookies[i].hi, 0);
	}
	filter_destroy(filter);
	policy_destroy(policy);
}

static void too_large_a_policy_names_the_largest_calls(void **state)
{
	struct strbuf text = { 0 };
	struct policy *policy;
	struct filter *filter = NULL;
	struct diags diags = { 0 };

	(void)state;
	strbuf_puts(&text, "allow uname\nallow close if fd in 1 3\nallow ioctl if cmd in");
	for (int i = 0; i < 5000; i++)
		strbuf_printf(&text, " %d", 3 * i);
	policy = read_policy(text.text);
	assert_int_equal(filter_compile(policy, 0, &filter, &diags), -E2BIG);
	assert_null(filter);
	assert_non_null(
		strstr(diags.v[0].message, "instructions, but the kernel takes at most 4096"));
	assert_true(str_starts(diags.v[0].hint, "the largest calls: ioctl "));
	diags_finish(&diags);
	strbuf_finish(&text);
	policy_destroy(policy);
}

static void far_jumps_are_right(void **state)
{
	struct strbuf text = { 0 };

	(void)state;
	strbuf_puts(&text, "log ioctl if cmd in");
	for (int i = 0; i < 700; i++)
		strbuf_printf(&text, " %d", 3 * i);
	strbuf_puts(&text, "\nallow ioctl if (fd == 3 or cmd in");
	for (int i = 0; i < 300; i++)
		strbuf_printf(&text, " %d", 3 * i + 1);
	strbuf_puts(&text, ") and arg in 0x100000000..0x200000005\n");
	compare_all(text.text, FILTER_LAUNCH_COOKIE, 10);
	strbuf_finish(&text);
}

/* Calls that both can express: ioctl has a built-in rule, which libseccomp does not know. */
static const int judged_calls[] = { 0, 1, 3, 8, 39, 62, 257 };

/* Adds random rules to both: 32-bit equality, one test for each rule, all with the same action. */
static void add_judged_rules(scmp_filter_ctx ctx, struct strbuf *text)
{
	strbuf_puts(text, "unknown deny EPERM\n");
	for (uint32_t i = 1 + random_below(6); i > 0; i--) {
		int nr = judged_calls[random_below(ARRAY_SIZE(judged_calls))];
		unsigned int arg = nr <= 1 && random_below(2) ? 2 : 0;
		uint32_t value = random_below(3);

		strbuf_printf(text, "allow [%d]", nr);
		if (random_below(3)) {
			strbuf_printf(text, " if arg%u & 0xffffffff == %u", arg, value);
			seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 1,
					 SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, 0xffffffff, value));
		} else {
			seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
		}
		strbuf_puts(text, "\n");
	}
}

static void compare_with_program(const struct filter *filter, const struct sock_filter *prog,
				 size_t len, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(judged_calls) * 32; i++) {
		struct seccomp_data data = { .nr = judged_calls[i % ARRAY_SIZE(judged_calls)],
					     .arch = AUDIT_ARCH_X86_64 };
		uint32_t ours, theirs;

		for (size_t k = 0; k < 6; k++)
			data.args[k] = random_below(4) | (uint64_t)random_below(2) << 32;
		assert_int_equal(filter_simulate(filter->prog, filter->len, &data, &ours, NULL), 0);
		assert_int_equal(filter_simulate(prog, len, &data, &theirs, NULL), 0);
		if (ours != theirs)
			fail_msg("nr %d: 0x%x, libseccomp 0x%x under:\n%s", data.nr, ours, theirs,
				 text);
	}
}

static void libseccomp_compiles_the_same_meaning(void **state)
{
	struct sock_filter prog[BPF_MAXINSNS];

	(void)state;
	for (unsigned int turn = 0; turn < 300; turn++) {
		scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
		struct strbuf text = { 0 };
		struct policy *policy;
		struct filter *filter;
		FILE *file = tmpfile();
		ssize_t len;

		random_state = 0xdeadbeefcafef00d ^ (turn + 1);
		add_judged_rules(ctx, &text);
		assert_int_equal(seccomp_export_bpf(ctx, fileno(file)), 0);
		len = pread(fileno(file), prog, sizeof(prog), 0);
		assert_true(len > 0);
		policy = read_policy(text.text);
		filter = compile_policy(policy, 0);
		compare_with_program(filter, prog, (size_t)len / sizeof(prog[0]), text.text);
		filter_destroy(filter);
		policy_destroy(policy);
		strbuf_finish(&text);
		seccomp_release(ctx);
		fclose(file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_policies_compile_to_their_meaning),
		cmocka_unit_test(random_policies_compile_to_their_meaning),
		cmocka_unit_test(unconditional_allows_are_for_the_kernels_bitmap),
		cmocka_unit_test(the_cookie_lets_the_launch_through_and_nothing_else),
		cmocka_unit_test(rules_with_a_line_each_cost_what_one_line_does),
		cmocka_unit_test(a_call_with_a_line_of_its_own_runs_few_instructions),
		cmocka_unit_test(denials_that_the_listener_answers_share_a_return),
		cmocka_unit_test(who_decides_is_exact_where_returns_are_shared),
		cmocka_unit_test(a_filter_without_the_flag_has_no_cookie),
		cmocka_unit_test(denials_go_to_the_listener_as_the_mode_says),
		cmocka_unit_test(with_calls_all_that_is_allowed_goes_to_the_listener_but_the_quiet),
		cmocka_unit_test(too_large_a_policy_names_the_largest_calls),
		cmocka_unit_test(far_jumps_are_right),
		cmocka_unit_test(libseccomp_compiles_the_same_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
