// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No conversion changes a verdict without a loss of that grade: random policies go through every
 * conversion, and the result is queried about random calls, by other code than that which finds the
 * losses. A unit for systemd is queried through libseccomp's own filters, as a service manager
 * makes them.
 *
 * PINFOLD_CONVERSION_POLICIES sets how many policies are tried with each conversion.
 */
#include "random_policy.h"
#include "service_manager.h"

#include "convert/convert.h"
#include "convert/loss_compare.h"
#include "convert/systemd.h"
#include "filter/diff.h"
#include "policy/print.h"

/* Reading a profile back and comparing it takes longest. */
enum { POLICIES = 1000, PROFILES = 300, MANAGED_ONE_IN = 25, CALLS = 300 };

static const char *const words[] = {
	"@basic-io", "@file-system", "@network-io", "@default", "@mount", "@process",	"execve",
	"write",     "read",	     "mmap",	    "brk",	"socket", "bind",	"semop",
	"shmget",    "uname",	     "clone3",	    "openat2",	"getpid", "ptrace",	"getrandom",
	"mseal",     "[777]",	     "uretprobe",   "_llseek",	"ipc",	  "socketcall",
};

static const char *const actions[] = {
	"allow",       "allow",	   "log",    "deny EIO", "deny EPERM",
	"deny ENOSYS", "deny 133", "trap 3", "kill",	 "kill_thread",
};

static const char *random_word(void)
{
	return words[random_below(ARRAY_SIZE(words))];
}

/* Returns a policy whose rules test no arguments, so that other formats can express more of it. */
static char *plain_policy(void)
{
	static const char *const arches[] = { "x86_64", "x86_64", "x86_64 x86", "x86_64 x32 x86",
					      "x86" };
	struct strbuf buf = { 0 };

	strbuf_printf(&buf, "arch %s\n", arches[random_below(ARRAY_SIZE(arches))]);
	if (random_below(2))
		strbuf_printf(&buf, "default %s\n", actions[random_below(ARRAY_SIZE(actions))]);
	if (random_below(3) == 0)
		strbuf_printf(&buf, "unknown %s\n", actions[random_below(ARRAY_SIZE(actions))]);
	if (random_below(4) == 0)
		strbuf_puts(&buf, "kernel 5.10\n");
	if (random_below(4))
		strbuf_puts(&buf, "allow execve\n");
	if (random_below(4))
		strbuf_puts(&buf, "allow write\n");
	for (uint32_t i = 1 + random_below(6); i > 0; i--) {
		strbuf_puts(&buf, actions[random_below(ARRAY_SIZE(actions))]);
		for (uint32_t k = 1 + random_below(3); k > 0; k--)
			strbuf_printf(&buf, " %s", random_word());
		strbuf_puts(&buf, random_below(6) ? "\n" : " on x86_64\n");
	}
	return buf.text;
}

/* Returns a random policy without errors. */
static struct policy *make_policy(char **ret_text)
{
	struct policy *policy = NULL;

	while (!policy) {
		struct diags diags = { 0 };
		char *text = random_below(4) ? plain_policy() : random_policy();

		*ret_text = text;
		if (policy_parse_text("p", text, strlen(text), &policy, &diags))
			free(text);
		diags_finish(&diags);
	}
	return policy;
}

static uint64_t random_register(void)
{
	static const uint64_t values[] = {
		0,	    1,		 2,	      3,	   7,
		9,	    0x10,	 0x5412,      0x5413,	   0x7fffffff,
		0xffffffff, 0x100000000, 0x100000001, 0x7ffffffff, 0x7000000000000000,
	};

	return values[random_below(ARRAY_SIZE(values))] + random_below(3) - 1;
}

/* Returns a call of POLICY's rules, of any name, or of none. */
static struct seccomp_data random_call(const struct policy *policy)
{
	static const enum arch arches[] = { ARCH_X86_64, ARCH_X86_64, ARCH_X86, ARCH_X32 };
	enum arch arch = arches[random_below(ARRAY_SIZE(arches))];
	const struct rule *rule = policy->rules[random_below((uint32_t)policy->n_rules)];
	uint32_t nr = CALL_NONE;
	struct seccomp_data data = { .arch = arch_get(arch)->audit_arch };

	if (rule->n_calls)
		nr = rule->calls[random_below((uint32_t)rule->n_calls)].numbers[arch];
	if (nr == CALL_NONE || random_below(3) == 0)
		nr = random_below(480) | (arch == ARCH_X32 ? SYS_X32_BIT : 0);
	/* The manager's own calls. */
	if (random_below(10) == 0)
		nr = (uint32_t)sys_call_find(arch, random_below(2) ? "write" : "execve")->nr[arch];
	data.nr = (int)nr;
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		data.args[i] = random_register();
	return data;
}

static enum arch arch_of(const struct seccomp_data *data)
{
	if (data->arch == arch_get(ARCH_X86)->audit_arch)
		return ARCH_X86;
	return (uint32_t)data->nr & SYS_X32_BIT && data->nr != -1 ? ARCH_X32 : ARCH_X86_64;
}

static bool is_exempt(const struct seccomp_data *data)
{
	const char *name = sys_call_name(arch_of(data), (uint32_t)data->nr);

	return name && sys_call_is_exempt(name);
}

static struct seccomp_data data_of(const struct loss_witness *witness)
{
	struct seccomp_data data = { .nr = (int)witness->nr,
				     .arch = arch_get(witness->arch)->audit_arch };

	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		data.args[i] = witness->args[i];
	return data;
}

static bool is_same(const struct action *a, const struct action *b)
{
	return a->kind == b->kind && a->data == b->data;
}

/* Checks that what a witness says about a call is true. */
static void check_witnesses(const struct policy *policy, const struct policy *written,
			    const struct losses *losses, const char *text)
{
	for (size_t i = 0; i < losses->n; i++) {
		const struct loss *loss = &losses->v[i];
		struct seccomp_data data = data_of(&loss->witness);
		struct verdict before = policy_verdict(policy, &data);
		struct verdict after = policy_verdict(written, &data);

		if (!loss->has_witness || loss->grade == LOSS_NOTE)
			continue;
		if (!is_same(&before.action, &loss->witness.before) ||
		    !is_same(&after.action, &loss->witness.after) ||
		    loss_grade_of(&before.action, &after.action) != loss->grade)
			fail_msg("%s\n%s: no witness", text, loss->message);
	}
}

/* Fails for a call whose verdict changed in a way that is not a loss. */
static void check_change(const struct action *before, const struct action *after,
			 const struct seccomp_data *data, unsigned int grades, const char *form,
			 const char *text)
{
	struct strbuf buf = { 0 };

	if (is_same(before, after) || is_exempt(data) || grades >> loss_grade_of(before, after) & 1)
		return;
	action_format(&buf, before);
	strbuf_puts(&buf, " -> ");
	action_format(&buf, after);
	fail_msg("%s\n%s: %d (0x%x) (%llx, %llx, %llx): %s is no loss", text, form, data->nr,
		 data->arch, (unsigned long long)data->args[0], (unsigned long long)data->args[1],
		 (unsigned long long)data->args[2], buf.text);
}

static void check_policy(const struct policy *policy, const struct policy *written,
			 unsigned int grades, const char *form, const char *text)
{
	for (size_t i = 0; i < CALLS; i++) {
		struct seccomp_data data = random_call(policy);
		struct verdict before = policy_verdict(policy, &data);
		struct verdict after = policy_verdict(written, &data);

		check_change(&before.action, &after.action, &data, grades, form, text);
	}
}

static struct action action_of(uint32_t ret)
{
	static const struct {
		uint32_t ret;
		enum action_kind kind;
	} kinds[] = {
		{ SECCOMP_RET_ALLOW, ACTION_ALLOW },
		{ SECCOMP_RET_LOG, ACTION_LOG },
		{ SECCOMP_RET_ERRNO, ACTION_ERRNO },
		/* Other ABIs end their thread: that is noted. */
		{ SECCOMP_RET_KILL_THREAD, ACTION_KILL_PROCESS },
		{ SECCOMP_RET_KILL_PROCESS, ACTION_KILL_PROCESS },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i].ret == (ret & SECCOMP_RET_ACTION_FULL))
			return (struct action){ .kind = kinds[i].kind,
						.data = ret & SECCOMP_RET_DATA };
	fail_msg("0x%x", ret);
	return (struct action){ 0 };
}

/* An older libseccomp does not know the newest calls, and says so in the log. */
static bool knows(const struct seccomp_data *data)
{
	enum arch arch = arch_of(data);
	const char *name = sys_call_name(arch, (uint32_t)data->nr);

	return !name || seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR;
}

static void check_managed(const struct policy *policy, const char *unit, unsigned int grades,
			  const char *text)
{
	for (int is_new = 0; is_new <= 1; is_new++) {
		struct manager manager;

		manager_read(&manager, unit, is_new);
		for (size_t i = 0; i < CALLS * 4; i++) {
			struct seccomp_data data = random_call(policy);
			struct verdict before = policy_verdict(policy, &data);
			struct action after = action_of(manager_decide(&manager, &data));

			if (knows(&data))
				check_change(&before.action, &after, &data, grades,
					     is_new ? "systemd 256" : "systemd 252", text);
		}
		manager_finish(&manager);
	}
}

struct counts {
	size_t n, without_loss, managed;
};

static void convert_to_unit(const struct policy *policy, const char *text, struct counts *counts)
{
	struct strbuf unit = { 0 }, meaning = { 0 };
	struct losses losses = { 0 };
	struct diags diags = { 0 };
	struct policy *written;

	if (convert_to_systemd(policy, &unit, &losses, &diags) ||
	    systemd_read(unit.text, false, &meaning, &diags))
		fail_msg("%s\n%s", text, diags_text(&diags));
	written = loss_read_back(meaning.text, &diags);
	assert_non_null(written);
	counts->without_loss += !losses_grades(&losses);
	check_witnesses(policy, written, &losses, text);
	check_policy(policy, written, losses_grades(&losses), "systemd", text);
	/* Most would take long; those that may not differ at all are all compared. */
	if (counts->n++ % MANAGED_ONE_IN == 0 || !losses_grades(&losses)) {
		check_managed(policy, unit.text, losses_grades(&losses), text);
		counts->managed++;
	}
	policy_destroy(written);
	losses_finish(&losses);
	strbuf_finish(&unit);
	strbuf_finish(&meaning);
}

static void convert_to_profile(const struct policy *policy, const char *text, struct counts *counts)
{
	const struct oci_machine machine = { .arch = arch_native(), .kernel = sys_newest_kernel };
	struct strbuf profile = { 0 }, back = { 0 };
	struct losses losses = { 0 };
	struct diags diags = { 0 };
	struct policy *written = NULL;

	convert_to_oci(policy, &profile, &losses);
	convert_check_oci(policy, profile.text, &losses);
	counts->n++;
	counts->without_loss += !losses_grades(&losses);
	if (!convert_from_oci_text("profile", profile.text, &machine, &back, &losses, &diags))
		written = loss_read_back(back.text, &diags);
	if (written) {
		check_witnesses(policy, written, &losses, text);
		check_policy(policy, written, losses_grades(&losses), "oci", text);
	} else {
		assert_int_equal(losses_grades(&losses),
				 1U << LOSS_WIDER | 1U << LOSS_NARROWER | 1U << LOSS_OTHER);
	}
	policy_destroy(written);
	diags_finish(&diags);
	losses_finish(&losses);
	strbuf_finish(&profile);
	strbuf_finish(&back);
}

static void print_and_parse(const struct policy *policy, const char *text)
{
	struct strbuf printed = { 0 }, again = { 0 };
	struct policy_diff diff = { 0 };
	struct diags diags = { 0 };
	struct policy *back;

	policy_print(policy, &printed);
	back = read_policy(printed.text);
	policy_print(back, &again);
	assert_string_equal(printed.text, again.text);
	check_policy(policy, back, 0, "print", text);
	assert_int_equal(policy_diff(policy, back, &diff, &diags), 0);
	assert_int_equal(diff.calls.n + diff.settings.n, 0);
	policy_diff_finish(&diff);
	policy_destroy(back);
	strbuf_finish(&printed);
	strbuf_finish(&again);
}

static size_t count_policies(size_t usual)
{
	const char *text = getenv("PINFOLD_CONVERSION_POLICIES");

	return text ? strtoul(text, NULL, 10) : usual;
}

static void for_each_policy(void (*convert)(const struct policy *policy, const char *text,
					    struct counts *counts),
			    size_t usual, struct counts *counts)
{
	for (size_t i = count_policies(usual); i > 0; i--) {
		char *text;
		struct policy *policy = make_policy(&text);

		convert(policy, text, counts);
		policy_destroy(policy);
		free(text);
	}
	print_message("%zu of %zu without a loss\n", counts->without_loss, counts->n);
}

static void print(const struct policy *policy, const char *text, struct counts *counts)
{
	print_and_parse(policy, text);
	counts->without_loss = ++counts->n;
}

static void test_a_unit_for_systemd_has_no_other_change_than_its_losses(void **state)
{
	struct counts counts = { 0 };

	(void)state;
	for_each_policy(convert_to_unit, POLICIES, &counts);
	assert_true(counts.without_loss > counts.n / 50 && counts.managed);
}

static void test_an_oci_profile_has_no_other_change_than_its_losses(void **state)
{
	struct counts counts = { 0 };

	(void)state;
	for_each_policy(convert_to_profile, PROFILES, &counts);
	assert_true(counts.without_loss > counts.n / 50);
}

static void test_a_printed_policy_is_the_policy(void **state)
{
	struct counts counts = { 0 };

	(void)state;
	for_each_policy(print, POLICIES, &counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_unit_for_systemd_has_no_other_change_than_its_losses),
		cmocka_unit_test(test_an_oci_profile_has_no_other_change_than_its_losses),
		cmocka_unit_test(test_a_printed_policy_is_the_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
