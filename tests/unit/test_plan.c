// SPDX-License-Identifier: GPL-2.0-or-later
/* The plan of a pen as text: which steps, in which order. Needs no privilege and starts nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/pen.h"
#include "tests/unit/kept_settings.h"

static const struct place here = { .file = "test", .line = 3, .col = 1 };

/* Returns the steps of the plan without their numbers, one a line, freed by the caller. */
static char *plan_of(char *const *argv)
{
	struct pen_request request = { .settings = &settings, .argv = argv };
	struct strbuf words = { 0 };
	struct diags diags = { 0 };
	auto_free char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_int_equal(pen_print_plan(&request, to, &diags), 0);
	fclose(to);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		strbuf_printf(&words, "%s\n", strchr(line, '.') + 2);
	return words.text;
}

static const char *const command[] = { "true", NULL };

/* The words stand in the plan, in this order. */
static void assert_order(const char *const *words, size_t n)
{
	auto_free char *plan = plan_of((char *const *)command);
	const char *at = plan;

	for (size_t i = 0; i < n; i++) {
		const char *found = strstr(at, words[i]);

		if (!found)
			fail_msg("not found, or too early: '%s' in\n%s", words[i], plan);
		at = found + strlen(words[i]);
	}
}

static void assert_absent(const char *word)
{
	auto_free char *plan = plan_of((char *const *)command);

	if (strstr(plan, word))
		fail_msg("'%s' is in\n%s", word, plan);
}

static void rights_shrink_in_the_order_of_the_theory(void **state)
{
	static const char *const words[] = {
		"supervisor  check that descriptors 0, 1 and 2 are not directories",
		"supervisor  make a cgroup with pids at most 512",
		"pid 1       join the cgroup",
		"pid 1       make all mounts private",
		"pid 1       make an empty root in memory",
		"pid 1       bind '/usr'\n",
		"pid 1       mount a new '/proc', read-only, and forbid user namespaces",
		"pid 1       hide '/proc/",
		"pid 1       move to the new root and detach the old one",
		"pid 1       wipe the caller's arguments and environment",
		"pid 1       close all other descriptors",
		"pid 1       empty the capability bounding set",
		"pid 1       set no_new_privs, be not dumpable",
		"pid 2       become user ",
		"pid 2       drop all capabilities\n",
		"pid 2       leave the caller's ",
		"pid 2       reset signals and umask",
		"pid 2       set rlimit core to 1:1",
		"pid 2       start in '",
		"pid 2       find the command 'true'",
		"pid 2       close all descriptors but 0, 1 and 2",
		"pid 2       install the filter and execute 'true'\n",
	};

	(void)state;
	assert_order(words, ARRAY_SIZE(words));
}

static void the_filter_is_the_last_step(void **state)
{
	auto_free char *plan = plan_of((char *const *)command);
	char *last;

	(void)state;
	plan[strlen(plan) - 1] = '\0';
	last = strrchr(plan, '\n') + 1;
	assert_non_null(strstr(last, "install the filter"));
}

static void mounts_are_in_the_order_of_their_depth(void **state)
{
	static const char *const words[] = {
		"bind '/usr'\n",
		"mount a private '/tmp' of 1024 KiB in memory\n",
		"bind '/b' on '/tmp/b', writable\n",
		"bind '/a' on '/tmp/b/a'\n",
		"hide '/tmp/b/a/x'\n",
		"make '/' read-only\n",
		"move to the new root",
	};

	(void)state;
	*array_append(&settings.binds) = (struct bind_setting){ here, (char *)"/a",
								(char *)"/tmp/b/a", false, false };
	*array_append(&settings.binds) = (struct bind_setting){ here, (char *)"/b",
								(char *)"//tmp/./b/", true, false };
	*array_append(&settings.hidden) = (struct path_setting){ here, (char *)"/tmp/b/a/x" };
	settings.limits[LIMIT_MEMORY] = (struct limit_setting){ .place = here, .value = 4 << 20 };
	assert_order(words, ARRAY_SIZE(words));
}

static void what_is_written_replaces_the_default(void **state)
{
	(void)state;
	*array_append(&settings.tmpfs) =
		(struct tmpfs_setting){ .place = here, .target = (char *)"/tmp", .size = 8192 };
	assert_order((const char *const[]){ "mount a private '/tmp' of 8 KiB in memory" }, 1);
	assert_order((const char *const[]){ "mount a private '/tmp'" }, 1);
	*array_append(&settings.rlimits) = (struct rlimit_setting){ here, RLIMIT_CORE, 5, 6 };
	assert_order((const char *const[]){ "set rlimit core to 5:6" }, 1);
	assert_absent("core to 1:1");
	settings.net = (struct net_setting){ here, NET_HOST };
	assert_absent("loopback");
	settings.hostname = (struct path_setting){ here, (char *)"box" };
	assert_order((const char *const[]){ "set the host name 'box'" }, 1);
}

static void every_wall_taken_down_is_told(void **state)
{
	static const char *const words[] = {
		"supervisor  make the namespaces user, mount, pid, net; those of the caller stay "
		"for ipc, uts, cgroup\n",
		"pid 1       empty the capability bounding set but cap_net_bind_service, "
		"cap_net_admin\n",
		"pid 2       drop all capabilities but cap_net_bind_service, cap_net_admin\n",
		"pid 2       leave the caller's session and its terminal\n",
	};

	(void)state;
	assert_order((const char *const[]){ "make the namespaces user, mount, pid, net, ipc, uts, "
					    "cgroup\n" },
		     1);
	for (size_t i = 0; i < SHARE_COUNT; i++)
		settings.shared[i] = here;
	settings.capabilities = (struct capability_setting){ here, 1 << 10 | 1 << 12 };
	settings.tty = (struct tty_setting){ here, TTY_NEW };
	assert_order(words, ARRAY_SIZE(words));
	assert_absent("set the host name");
}

static void a_network_by_pasta_is_told(void **state)
{
	(void)state;
	if (access("/usr/bin/pasta", X_OK) < 0)
		skip();
	settings.net = (struct net_setting){ here, NET_USER };
	assert_order((const char *const[]){ "pid, net, ipc, ",
					    "supervisor  connect the pen's network to the host's "
					    "by '/usr/bin/pasta', without ports",
					    "set up the loopback network" },
		     3);
}

static void a_name_is_not_given_to_the_host(void **state)
{
	struct pen_request request = { .settings = &settings, .argv = (char *const *)command };
	struct diags diags = { 0 };

	(void)state;
	settings.shared[SHARE_UTS] = here;
	settings.hostname = (struct path_setting){ here, (char *)"box" };
	assert_int_equal(pen_print_plan(&request, stdout, &diags), -EINVAL);
	assert_int_equal(diags.v[0].line, 3);
	diags_finish(&diags);
}

static void the_environment_is_told_without_values(void **state)
{
	(void)state;
	*array_append(&settings.env) = (struct env_setting){
		.place = here, .verb = ENV_SET, .name = (char *)"TOKEN", .value = (char *)"hunter2"
	};
	assert_order((const char *const[]){ "supervisor  make an environment of ", "TOKEN\n" }, 2);
	assert_absent("hunter2");
}

static void every_limit_is_told(void **state)
{
	static const char *const words[] = {
		"make a cgroup with pids at most 9, memory at most 4096 bytes (with version 1 a "
		"quarter of it for sockets), swap at most 512 "
		"bytes, 150% of one CPU\n",
		"end the pen 250 ms after its start\n",
		"end the pen when it has used 1500 ms of CPU time\n",
		"pid 2       set rlimit cpu to 3:3\n",
	};

	(void)state;
	settings.limits[LIMIT_PIDS] = (struct limit_setting){ here, 9, 0 };
	settings.limits[LIMIT_MEMORY] = (struct limit_setting){ here, 4096, 0 };
	settings.limits[LIMIT_SWAP] = (struct limit_setting){ here, 512, 0 };
	settings.limits[LIMIT_CPU] = (struct limit_setting){ here, 150, 0 };
	settings.limits[LIMIT_TIME] = (struct limit_setting){ here, 250000000, 0 };
	settings.limits[LIMIT_CPUTIME] = (struct limit_setting){ here, 1500000000, 0 };
	assert_order(words, ARRAY_SIZE(words));
	/* What is written is not second-guessed. */
	*array_append(&settings.rlimits) = (struct rlimit_setting){ here, RLIMIT_CPU, 7, 8 };
	assert_order((const char *const[]){ "set rlimit cpu to 7:8\n" }, 1);
	assert_absent("set rlimit cpu to 3:3");
}

static void a_root_of_its_own_replaces_the_view(void **state)
{
	static const char *const words[] = { "make '/srv/jail' the root, read-only\n",
					     "mount a private '/tmp'", "mount a private '/dev'" };

	(void)state;
	settings.root = (struct path_setting){ here, (char *)"/srv/jail" };
	assert_order(words, ARRAY_SIZE(words));
	assert_absent("bind '/usr'");
}

static void names_cannot_forge_a_step(void **state)
{
	char *const argv[] = { (char *)"a\n99. pid 2  b\033[2J", NULL };
	auto_free char *plan = plan_of(argv);

	(void)state;
	assert_null(strstr(plan, "\n99."));
	assert_null(strchr(plan, '\033'));
	assert_non_null(strstr(plan, "a\\n99."));
}

static void an_impossible_wish_has_a_place(void **state)
{
	struct pen_request request = { .settings = &settings, .argv = (char *const *)command };
	struct diags diags = { 0 };

	(void)state;
	*array_append(&settings.binds) =
		(struct bind_setting){ here, (char *)"/a", (char *)"/proc/self", false, false };
	assert_int_equal(pen_print_plan(&request, stdout, &diags), -EINVAL);
	assert_int_equal(diags.n, 1);
	assert_string_equal(diags.v[0].file, "test");
	assert_int_equal(diags.v[0].line, 3);
	diags_finish(&diags);
}

int main(void)
{
#define PLAN_TEST(name) cmocka_unit_test_teardown(name, reset_settings)
	const struct CMUnitTest tests[] = {
		PLAN_TEST(rights_shrink_in_the_order_of_the_theory),
		PLAN_TEST(the_filter_is_the_last_step),
		PLAN_TEST(mounts_are_in_the_order_of_their_depth),
		PLAN_TEST(what_is_written_replaces_the_default),
		PLAN_TEST(every_wall_taken_down_is_told),
		PLAN_TEST(a_network_by_pasta_is_told),
		PLAN_TEST(a_name_is_not_given_to_the_host),
		PLAN_TEST(the_environment_is_told_without_values),
		PLAN_TEST(every_limit_is_told),
		PLAN_TEST(a_root_of_its_own_replaces_the_view),
		PLAN_TEST(names_cannot_forge_a_step),
		PLAN_TEST(an_impossible_wish_has_a_place),
	};
#undef PLAN_TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
