// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random policies in the part of the language that libseccomp can express, against libseccomp's own
 * filters: the same verdict for every number, and for arguments at every boundary.
 *
 * libseccomp 2.5 is itself wrong at times: merging 64-bit comparisons of rules for one call it can
 * lose one of them (GHSA-4q85-33p6-j5g6). So each rule is also read by a third judge, a plain loop
 * over what was added, with which we must always agree; if libseccomp does not, the case is
 * counted. PINFOLD_ORACLE_POLICIES sets how many policies are tried.
 */
#include "random_policy.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* With more rules and tests for one call libseccomp's merge hardly ever ends. */
enum { POLICIES = 2000, RULES_MAX = 8, RULES_PER_CALL = 2, TESTS_MAX = 2, NUMBERS = 480 };
enum { PATIENCE_SECONDS = 2 };

/* Arguments that are unsigned longs, so that both compare all 64 bits. */
static const struct {
	int nr;
	const char *name;
	unsigned int args[5], n_args;
} calls[] = {
	{ SYS_mmap, "mmap", { 0, 1, 2, 3 }, 4 },
	{ SYS_munmap, "munmap", { 0, 1 }, 2 },
	{ SYS_mremap, "mremap", { 0, 1, 2, 3, 4 }, 5 },
	{ SYS_madvise, "madvise", { 0, 1 }, 2 },
	{ SYS_brk, "brk", { 0 }, 1 },
	{ SYS_read, "read", { 2 }, 1 },
	{ SYS_getrandom, "getrandom", { 1 }, 1 },
};

static const struct {
	enum scmp_compare op;
	const char *text;
} ops[] = {
	{ SCMP_CMP_NE, "!=" },	      { SCMP_CMP_LT, "<" },  { SCMP_CMP_LE, "<=" },
	{ SCMP_CMP_EQ, "==" },	      { SCMP_CMP_GE, ">=" }, { SCMP_CMP_GT, ">" },
	{ SCMP_CMP_MASKED_EQ, NULL },
};

static const struct {
	const char *text;
	uint32_t theirs, ret;
} actions[] = {
	{ "allow", SCMP_ACT_ALLOW, SECCOMP_RET_ALLOW },
	{ "deny EACCES", SCMP_ACT_ERRNO(EACCES), SECCOMP_RET_ERRNO | EACCES },
	{ "trap 7", SCMP_ACT_TRAP, SECCOMP_RET_TRAP | 7 },
	{ "log", SCMP_ACT_LOG, SECCOMP_RET_LOG },
	{ "kill_thread", SCMP_ACT_KILL_THREAD, SECCOMP_RET_KILL_THREAD },
	{ "kill", SCMP_ACT_KILL_PROCESS, SECCOMP_RET_KILL_PROCESS },
};

static const uint64_t values[] = {
	0,
	1,
	2,
	7,
	0x1000,
	0x7fffffff,
	0x80000000,
	0xffffffff,
	0x100000000,
	0x100000001,
	0x1ffffffff,
	0x500000002,
	0x7fffffffffffffff,
	0x8000000000000000,
	~0ULL - 1,
	~0ULL,
};

struct judged_rule {
	size_t call;
	struct scmp_arg_cmp tests[TESTS_MAX];
	unsigned int n_tests;
};

struct judged_policy {
	struct judged_rule rules[RULES_MAX];
	unsigned int n_rules;
	size_t action[ARRAY_SIZE(calls)]; /* one for all rules of a call: libseccomp has no order */
};

static bool test_holds(const struct scmp_arg_cmp *test, const struct seccomp_data *data)
{
	uint64_t value = data->args[test->arg];

	switch (test->op) {
	case SCMP_CMP_NE:
		return value != test->datum_a;
	case SCMP_CMP_LT:
		return value < test->datum_a;
	case SCMP_CMP_LE:
		return value <= test->datum_a;
	case SCMP_CMP_EQ:
		return value == test->datum_a;
	case SCMP_CMP_GE:
		return value >= test->datum_a;
	case SCMP_CMP_GT:
		return value > test->datum_a;
	default:
		return (value & test->datum_a) == test->datum_b;
	}
}

/* The third judge. */
static uint32_t read_rules(const struct judged_policy *policy, const struct seccomp_data *data)
{
	for (unsigned int i = 0; i < policy->n_rules; i++) {
		const struct judged_rule *rule = &policy->rules[i];
		bool holds = calls[rule->call].nr == data->nr;

		for (unsigned int k = 0; holds && k < rule->n_tests; k++)
			holds = test_holds(&rule->tests[k], data);
		if (holds)
			return actions[policy->action[rule->call]].ret;
	}
	return SECCOMP_RET_ERRNO | EPERM;
}

static uint64_t random_value(void)
{
	return values[random_below(ARRAY_SIZE(values))];
}

static void make_test(struct scmp_arg_cmp *test, unsigned int arg)
{
	*test = (struct scmp_arg_cmp){ .arg = arg,
				       .op = ops[random_below(ARRAY_SIZE(ops))].op,
				       .datum_a = random_value() };
	if (test->op == SCMP_CMP_MASKED_EQ)
		test->datum_b = random_value() & test->datum_a;
}

static void make_rule(struct judged_rule *rule)
{
	unsigned int n;

	*rule = (struct judged_rule){ .call = random_below(ARRAY_SIZE(calls)) };
	n = calls[rule->call].n_args;
	for (unsigned int i = 0; i < n && rule->n_tests < TESTS_MAX; i++)
		if (random_below(2))
			make_test(&rule->tests[rule->n_tests++], calls[rule->call].args[i]);
}

static void make_policy(struct judged_policy *policy)
{
	unsigned int of_call[ARRAY_SIZE(calls)] = { 0 }, wish = 1 + random_below(RULES_MAX);

	*policy = (struct judged_policy){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		policy->action[i] = random_below(ARRAY_SIZE(actions));
	while (wish--) {
		struct judged_rule *rule = &policy->rules[policy->n_rules];

		make_rule(rule);
		policy->n_rules += of_call[rule->call]++ < RULES_PER_CALL;
	}
}

static void write_test(struct strbuf *text, const struct scmp_arg_cmp *test)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].op == test->op && ops[i].text)
			strbuf_printf(text, "arg%u %s %#llx", test->arg, ops[i].text,
				      (unsigned long long)test->datum_a);
	if (test->op == SCMP_CMP_MASKED_EQ)
		strbuf_printf(text, "arg%u & %#llx == %#llx", test->arg,
			      (unsigned long long)test->datum_a, (unsigned long long)test->datum_b);
}

static void write_policy(struct strbuf *text, const struct judged_policy *policy)
{
	strbuf_puts(text, "unknown deny EPERM\n");
	for (unsigned int i = 0; i < policy->n_rules; i++) {
		const struct judged_rule *rule = &policy->rules[i];

		strbuf_printf(text, "%s %s", actions[policy->action[rule->call]].text,
			      calls[rule->call].name);
		for (unsigned int k = 0; k < rule->n_tests; k++) {
			strbuf_puts(text, k ? " and " : " if ");
			write_test(text, &rule->tests[k]);
		}
		strbuf_puts(text, "\n");
	}
}

/* In a separate process: some merges of libseccomp never end. */
static _Noreturn void compile_by_libseccomp(const struct judged_policy *policy, int fd)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	alarm(PATIENCE_SECONDS);
	for (unsigned int i = 0; i < policy->n_rules; i++) {
		const struct judged_rule *rule = &policy->rules[i];
		int err = seccomp_rule_add_array(ctx, actions[policy->action[rule->call]].theirs,
						 calls[rule->call].nr, rule->n_tests, rule->tests);

		if (err && err != -EEXIST)
			_exit(1);
	}
	_exit(seccomp_export_bpf(ctx, fd) != 0);
}

/* Stores libseccomp's program in PROG and returns its length, 0 if libseccomp did not end. */
static size_t ask_libseccomp(const struct judged_policy *policy, struct sock_filter *prog)
{
	FILE *file = tmpfile();
	ssize_t len = 0;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		compile_by_libseccomp(policy, fileno(file));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status)) {
		assert_int_equal(WEXITSTATUS(status), 0);
		len = pread(fileno(file), prog, sizeof(*prog) * BPF_MAXINSNS, 0);
		assert_true(len > 0);
	}
	fclose(file);
	return (size_t)len / sizeof(*prog);
}

struct verdicts {
	const struct judged_policy *policy;
	const struct filter *filter;
	const struct sock_filter *theirs;
	size_t n_theirs;
	const char *text;
	unsigned int wrong; /* on libseccomp's part */
};

static uint32_t simulate(const struct sock_filter *prog, size_t len,
			 const struct seccomp_data *data)
{
	uint32_t ret;

	assert_int_equal(filter_simulate(prog, len, data, &ret, NULL), 0);
	/* libseccomp's trap has no data. */
	return (ret & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRAP ? SECCOMP_RET_TRAP : ret;
}

static void compare(struct verdicts *verdicts, const struct seccomp_data *data)
{
	uint32_t ours = simulate(verdicts->filter->prog, verdicts->filter->len, data);
	uint32_t meant = read_rules(verdicts->policy, data), theirs;

	if ((meant & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRAP)
		meant = SECCOMP_RET_TRAP;
	if (ours != meant)
		fail_msg("nr %d: 0x%x, meant 0x%x under:\n%s", data->nr, ours, meant,
			 verdicts->text);
	if (!verdicts->n_theirs)
		return;
	theirs = simulate(verdicts->theirs, verdicts->n_theirs, data);
	if (theirs != meant && !verdicts->wrong++)
		print_message("libseccomp: nr %d (0x%llx, 0x%llx, 0x%llx, 0x%llx): 0x%x, not 0x%x, "
			      "under:\n%s",
			      data->nr, (unsigned long long)data->args[0],
			      (unsigned long long)data->args[1], (unsigned long long)data->args[2],
			      (unsigned long long)data->args[3], theirs, meant, verdicts->text);
}

static void compare_all(struct verdicts *verdicts)
{
	for (int nr = 0; nr < NUMBERS; nr++) {
		struct seccomp_data data = { .nr = nr, .arch = AUDIT_ARCH_X86_64 };

		compare(verdicts, &data);
	}
	for (unsigned int turn = 0; turn < ARRAY_SIZE(calls) * 64; turn++) {
		struct seccomp_data data = { .nr = calls[turn % ARRAY_SIZE(calls)].nr,
					     .arch = AUDIT_ARCH_X86_64 };

		/* At a boundary, or next to one. */
		for (size_t i = 0; i < 6; i++)
			data.args[i] = random_value() + random_below(3) - 1;
		compare(verdicts, &data);
	}
}

static void libseccomp_means_the_same(void **state)
{
	const char *wish = getenv("PINFOLD_ORACLE_POLICIES");
	unsigned long turns = wish ? strtoul(wish, NULL, 10) : POLICIES, wrong = 0, endless = 0;
	static struct sock_filter prog[BPF_MAXINSNS];

	(void)state;
	for (unsigned long turn = 0; turn < turns; turn++) {
		struct judged_policy judged;
		struct verdicts verdicts = { .policy = &judged,
					     .theirs = prog,
					     .wrong = wrong > 0 };
		struct strbuf text = { 0 };
		struct policy *policy;
		struct filter *filter;

		random_state = 0x9e3779b97f4a7c15 ^ (turn + 1);
		make_policy(&judged);
		write_policy(&text, &judged);
		verdicts.text = text.text;
		verdicts.n_theirs = ask_libseccomp(&judged, prog);
		policy = read_policy(text.text);
		filter = compile_policy(policy, 0);
		verdicts.filter = filter;
		compare_all(&verdicts);
		wrong += verdicts.wrong > (wrong > 0);
		endless += verdicts.n_theirs == 0;
		filter_destroy(filter);
		policy_destroy(policy);
		strbuf_finish(&text);
	}
	print_message(
		"%lu policies, all as meant; libseccomp's filter was wrong for %lu, and did not "
		"come to be for %lu\n",
		turns, wrong, endless);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(libseccomp_means_the_same) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
