// SPDX-License-Identifier: GPL-2.0-or-later
/* The built-in rules: which of them apply for which use, and which statement disables which. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "filter/verdict.h"
#include "policy/built_in.h"
#include "tests/unit/policy_helper.h"

enum { AUDIT_X86_64 = 0xc000003e };

/* Reads POLICY for USE. */
static struct policy *read_for(enum policy_use use, const char *statement)
{
	const char *space = strchr(statement, ' ');
	char *verb = mem_printf("%.*s", (int)(space - statement), statement);
	const struct policy_option options[] = { { verb, space + 1 }, { "default", "allow" } };
	const struct policy_source source = { .use = use, .options = options, .n_options = 2 };
	struct policy *policy = NULL;
	struct diags diags = { 0 };

	if (policy_parse(&source, &policy, &diags))
		fail_msg("%s: %s", statement, diags_text(&diags));
	diags_finish(&diags);
	free(verb);
	return policy;
}

static bool is_denied(enum policy_use use, const char *statement, const char *name,
		      const uint64_t args[6])
{
	struct policy *policy = read_for(use, statement);
	const struct sys_call *call = sys_call_find(ARCH_X86_64, name);
	struct seccomp_data data = { .nr = call->nr[ARCH_X86_64], .arch = AUDIT_X86_64 };
	struct verdict verdict;

	memcpy(data.args, args, sizeof(data.args));
	verdict = policy_verdict(policy, &data);
	policy_destroy(policy);
	return action_is_denial(&verdict.action);
}

static void each_wall_stands_unless_its_statement_takes_it_down(void **state)
{
	static const struct {
		const char *call;
		uint64_t args[6];
		enum policy_use least;
		const char *remedy; /* NULL: none */
	} rows[] = {
		{ "ioctl", { 0, 0x5412 }, POLICY_AS_TEXT, NULL },
		{ "ioctl", { 0, 0x10000541c }, POLICY_AS_TEXT, NULL },
		{ "chmod", { 1, 04000 }, POLICY_AS_FILTER, "allow set-id" },
		{ "fchmodat", { 0, 1, 02755 }, POLICY_AS_FILTER, "allow set-id" },
		{ "creat", { 1, 0xffff0000 | S_ISUID }, POLICY_AS_FILTER, "allow set-id" },
		{ "openat", { 0, 1, O_CREAT, 06755 }, POLICY_AS_FILTER, "allow set-id" },
		{ "open", { 1, O_TMPFILE | O_RDWR, 04755 }, POLICY_AS_FILTER, "allow set-id" },
		{ "openat2", { 0 }, POLICY_IN_PEN, "allow set-id" },
		{ "io_uring_setup", { 0 }, POLICY_IN_PEN, "allow set-id" },
		{ "sched_setaffinity", { 1 }, POLICY_AS_FILTER, NULL },
		{ "prlimit64", { 0x100000001, 7 }, POLICY_AS_FILTER, NULL },
		{ "setpriority", { 2, 0 }, POLICY_AS_FILTER, NULL },
		{ "setpriority", { 1, 1 }, POLICY_AS_FILTER, NULL },
		{ "ioprio_set", { 3, 1000 }, POLICY_AS_FILTER, NULL },
		{ "setpriority", { 1, 0 }, POLICY_IN_PEN, "tty new" },
		{ "ioprio_set", { 2, 17 }, POLICY_IN_PEN, "tty new" },
		{ "socket", { 40, 1 }, POLICY_AS_FILTER, "net host" },
		{ "socket", { 16, 3, 15 }, POLICY_AS_FILTER, "net host" },
		{ "fanotify_init", { 0 }, POLICY_AS_FILTER, "net host" },
		{ "setrlimit", { 4, 1 }, POLICY_IN_PEN, "rlimit core unlimited" },
		{ "prlimit64", { 0, 4, 1, 0 }, POLICY_IN_PEN, "rlimit core unlimited" },
		{ "prlimit64", { 0, 4, 1, 1 }, POLICY_IN_PEN, "rlimit core unlimited" },
	};
	static const char *const others[] = { "limit pids 9", "rlimit core 0", "rlimit nofile 9",
					      "net none" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (enum policy_use use = POLICY_AS_TEXT; use <= POLICY_IN_PEN; use++)
			if (is_denied(use, "limit pids 9", rows[i].call, rows[i].args) !=
			    (use >= rows[i].least))
				fail_msg("row %zu, use %d", i, use);
		for (size_t k = 0; k < ARRAY_SIZE(others); k++)
			assert_true(
				is_denied(POLICY_IN_PEN, others[k], rows[i].call, rows[i].args));
		if (rows[i].remedy)
			assert_false(is_denied(POLICY_IN_PEN, rows[i].remedy, rows[i].call,
					       rows[i].args));
		else
			assert_true(is_denied(POLICY_IN_PEN, "allow set-id", rows[i].call,
					      rows[i].args));
	}
}

static void what_is_beside_a_wall_goes_on(void **state)
{
	static const struct {
		const char *call;
		uint64_t args[6];
	} rows[] = {
		{ "ioctl", { 0, 0x5413 } },
		{ "chmod", { 1, 01777 } },
		{ "openat", { 0, 1, O_RDONLY, 06755 } },
		{ "openat", { 0, 1, O_DIRECTORY, 06755 } },
		{ "openat", { 0, 1, O_CREAT, 0755 } },
		{ "mknod", { 1, S_IFIFO | 0644 } },
		{ "setxattr", { 0 } },
		{ "sched_setaffinity", { 0 } },
		{ "sched_setscheduler", { 17 } },
		{ "setpriority", { 0, 0, 5 } },
		{ "ioprio_set", { 1, 0 } },
		{ "socket", { 1, 1 } },
		{ "socket", { 16, 3, 0 } },
		{ "socket", { 16, 3, 16 } },
		{ "setrlimit", { 7, 1 } },
		{ "prlimit64", { 0, 4, 0, 1 } },
		{ "prlimit64", { 0, 7, 1, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (is_denied(POLICY_IN_PEN, "limit pids 9", rows[i].call, rows[i].args))
			fail_msg("row %zu: %s", i, rows[i].call);
}

static void file_capabilities_are_shut_where_the_command_could_set_them(void **state)
{
	static const char *const calls[] = { "setxattr", "lsetxattr", "fsetxattr", "setxattrat" };
	const uint64_t none[6] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		assert_true(is_denied(POLICY_IN_PEN, "capability setfcap", calls[i], none));
		assert_false(is_denied(POLICY_IN_PEN, "capability net_raw", calls[i], none));
	}
}

/* If the rules of a policy are not consulted, under an ABI that it does not list, these still
 * apply. */
static void they_hold_for_every_abi(void **state)
{
	struct policy *policy = read_for(POLICY_IN_PEN, "net host");
	struct policy *built_in = policy_read_built_in(policy);
	struct seccomp_data data = { .arch = arch_get(ARCH_X86)->audit_arch };
	struct verdict verdict;

	(void)state;
	data.nr = sys_call_find(ARCH_X86, "chmod")->nr[ARCH_X86];
	data.args[1] = 04755;
	verdict = policy_verdict(built_in, &data);
	assert_true(action_is_denial(&verdict.action));
	data.args[1] = 0755;
	verdict = policy_verdict(built_in, &data);
	assert_false(action_is_denial(&verdict.action));
	/* the walls are those of the policy */
	data.nr = sys_call_find(ARCH_X86, "socket")->nr[ARCH_X86];
	data.args[0] = 40;
	verdict = policy_verdict(built_in, &data);
	assert_false(action_is_denial(&verdict.action));
	policy_destroy(built_in);
	policy_destroy(policy);
}

/* What Landlock does not restrict, in a pen that may have no namespaces. */
static void a_pen_that_may_lack_namespaces_has_more_walls(void **state)
{
	static const struct {
		const char *call;
		uint64_t args[6];
	} denied[] = {
		{ "chmod", { 1, 0600 } },
		{ "fchmodat2", { 0, 1, 0600 } },
		{ "lchown", { 1 } },
		{ "utimensat", { 0, 1 } },
		{ "utimensat", { 0, 0, 1 } },
		{ "fsetxattr", { 0 } },
		{ "file_setattr", { 0 } },
		{ "ioctl", { 0, 0x40086602 } },
		{ "inotify_add_watch", { 0 } },
		{ "open_by_handle_at", { 0 } },
		{ "prlimit64", { 17 } },
		{ "sched_setaffinity", { 17 } },
		{ "sched_setattr", { 17 } },
		{ "setpriority", { 0, 17 } },
		{ "setpriority", { 1, 0 } },
		{ "ioprio_set", { 1, 17 } },
		{ "shmget", { 0 } },
		{ "semop", { 0 } },
		{ "msgctl", { 0 } },
		{ "mq_open", { 0 } },
		{ "keyctl", { 0 } },
		{ "socket", { 1, 1 } },
		{ "socket", { 2, 1 } },
		{ "socket", { 16, 3 } },
		{ "connect", { 0 } },
		{ "bind", { 0 } },
		{ "socketpair", { 1, 2 } },
		{ "socketpair", { 1, 3 } },
		{ "socketpair", { 30, 1 } },
		{ "clone3", { 0 } },
		{ "clone", { 0x10000000 } },
		{ "unshare", { 0x20000 } },
		{ "setns", { 0 } },
		{ "io_uring_setup", { 0 } },
	};
	static const struct {
		const char *call;
		uint64_t args[6];
	} allowed[] = {
		{ "utimensat", { 0, 0, 0 } }, { "prlimit64", { 0 } },
		{ "setpriority", { 0, 0 } },  { "socketpair", { 1, 1 } },
		{ "socketpair", { 1, 5 } },   { "clone", { 17 } },
		{ "unshare", { 0x400 } },     { "kill", { 17, 9 } },
	};
	static const char *const pens[] = { "pen landlock", "pen auto" };

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(pens); k++) {
		for (size_t i = 0; i < ARRAY_SIZE(denied); i++)
			if (!is_denied(POLICY_IN_PEN, pens[k], denied[i].call, denied[i].args))
				fail_msg("%s: row %zu", pens[k], i);
		for (size_t i = 0; i < ARRAY_SIZE(allowed); i++)
			if (is_denied(POLICY_IN_PEN, pens[k], allowed[i].call, allowed[i].args))
				fail_msg("%s: row %zu that is allowed", pens[k], i);
	}
	assert_false(is_denied(POLICY_IN_PEN, "pen namespaces", "socket", denied[22].args));
}

static void the_remedy_of_a_line_is_that_of_its_rule(void **state)
{
	struct strbuf text = { 0 };
	unsigned int lines = 0;

	(void)state;
	built_in_write(&text);
	for (char *rest = NULL, *line = strtok_r(text.text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		lines++;
		if (strstr(line, "chmod") && strstr(line, "S_ISUID"))
			assert_string_equal(built_in_remedy(lines), "allow set-id");
		if (strstr(line, "chmod") && !strstr(line, "S_ISUID"))
			assert_string_equal(built_in_remedy(lines), "allow set-mode");
		if (strstr(line, "TIOCSTI"))
			assert_null(built_in_remedy(lines));
	}
	assert_true(lines > 10);
	assert_null(built_in_remedy(0));
	assert_null(built_in_remedy(lines + 1));
	strbuf_finish(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wall_stands_unless_its_statement_takes_it_down),
		cmocka_unit_test(what_is_beside_a_wall_goes_on),
		cmocka_unit_test(file_capabilities_are_shut_where_the_command_could_set_them),
		cmocka_unit_test(they_hold_for_every_abi),
		cmocka_unit_test(a_pen_that_may_lack_namespaces_has_more_walls),
		cmocka_unit_test(the_remedy_of_a_line_is_that_of_its_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
