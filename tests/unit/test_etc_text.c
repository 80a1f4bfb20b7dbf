// SPDX-License-Identifier: GPL-2.0-or-later
/* The texts of the pen's /etc, made from what the files of the host or of another root say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pen/account.h"
#include "pen/etc_text.h"

/* EXPECTED NULL: nothing is to be changed. */
static void expect_text(char *got, const char *expected)
{
	if (expected && got)
		assert_string_equal(got, expected);
	else
		assert_true(!expected && !got);
	free(got);
}

static void the_user_has_a_line(void **state)
{
	static const char known[] = "root:x:0:0::/root:/bin/sh\nme:x:7:8:Me:/home/me:/bin/zsh\n"
				    "twin:x:7:8::/home/twin:/bin/sh";

	(void)state;
	expect_text(etc_text_users("", 5, 6, "/tmp"), "pinfold:x:5:6:pinfold:/tmp:/bin/sh\n");
	expect_text(etc_text_users("a:x:1:1::/:", 5, 6, "/tmp"),
		    "pinfold:x:5:6:pinfold:/tmp:/bin/sh\na:x:1:1::/:\n");
	expect_text(etc_text_users("pinfold:x:1:1::/:\npinfolds:x:2:2::/:\n+::::::\n", 5, 6, "/x"),
		    "pinfold:x:5:6:pinfold:/x:/bin/sh\npinfolds:x:2:2::/:\n+::::::\n");
	expect_text(etc_text_users(known, 7, 9, "/home/me"), NULL);
	expect_text(etc_text_users(known, 7, 9, "/tmp"),
		    "root:x:0:0::/root:/bin/sh\nme:x:7:8:Me:/tmp:/bin/zsh\n"
		    "twin:x:7:8::/home/twin:/bin/sh");
	/* what would be another field, or another line, is not a home */
	expect_text(etc_text_users("", 5, 6, "/a:/bin/sh\nroot::0:0::"),
		    "pinfold:x:5:6:pinfold:/:/bin/sh\n");
	expect_text(etc_text_users("", 5, 6, NULL), "pinfold:x:5:6:pinfold:/:/bin/sh\n");
	/* invalid lines */
	expect_text(etc_text_users("5\n:x:5:5\nx:x:5x:5::/:\nx:x::5::/:\nx:x:99999999995:5::/:\n",
				   5, 6, "/"),
		    "pinfold:x:5:6:pinfold:/:/bin/sh\n5\n:x:5:5\nx:x:5x:5::/:\nx:x::5::/:\n"
		    "x:x:99999999995:5::/:\n");
}

static void each_group_has_a_line(void **state)
{
	static const gid_t groups[] = { 5, 6, 6, 65534, 65534, 5 };

	(void)state;
	expect_text(etc_text_groups("a:x:5:\nb:x:6:\nnobody:x:65534:\n", groups, 6), NULL);
	expect_text(etc_text_groups("pinfold:x:9:\na:x:7:", groups, 6),
		    "pinfold:x:5:\npinfold-6:x:6:\nnogroup:x:65534:\na:x:7:\n");
	expect_text(etc_text_groups("a:x:5:me\n", groups, 2), "pinfold-6:x:6:\na:x:5:me\n");
}

static void no_other_source_is_asked(void **state)
{
	(void)state;
	expect_text(etc_text_sources(""), NULL);
	expect_text(etc_text_sources("passwd: files\ngroup:\tfiles # all\nhosts: files dns\n"),
		    NULL);
	expect_text(
		etc_text_sources("# x\npasswd: sss files\n  group: compat\nshadow:\nhosts: dns"),
		"# x\npasswd: files\n  group: files\nshadow: files\nhosts: dns\n");
	expect_text(
		etc_text_sources("passwd_compat: nis\ninitgroups: files [SUCCESS=continue] ldap"),
		"passwd_compat: nis\ninitgroups: files\n");
}

static void the_host_has_an_address(void **state)
{
	(void)state;
	expect_text(etc_text_hosts("", "pen"), "127.0.1.1\tpen.localdomain pen\n"
					       "127.0.0.1\tlocalhost\n::1\tlocalhost\n");
	expect_text(etc_text_hosts("127.0.0.1 localhost\n", "a.b.c"),
		    "127.0.1.1\ta.b.c a\n127.0.0.1 localhost\n");
	expect_text(etc_text_hosts("1.2.3.4\tother PEN\n127.0.0.1 localhost", "pen"), NULL);
	expect_text(
		etc_text_hosts("1.2.3.4 other # pen\npen 1.2.3.4\n127.0.0.1 localhost\n", "pen"),
		"127.0.1.1\tpen.localdomain pen\n1.2.3.4 other # pen\npen 1.2.3.4\n"
		"127.0.0.1 localhost\n");
	expect_text(etc_text_hosts("127.0.0.1 localhost\n", "a b"), NULL);
	expect_text(etc_text_hosts("127.0.0.1 localhost\n", ""), NULL);
}

static void a_resolver_can_be_reached(void **state)
{
	static const struct {
		const char *text, *upstream, *expected;
		bool forwards;
	} rows[] = {
		{ "nameserver 10.0.0.1\n", "", NULL, false },
		{ "search a\nnameserver 127.0.0.53\noptions edns0\n",
		  "nameserver 10.0.0.1\nsearch b\n", "nameserver 10.0.0.1\nsearch b\n", false },
		{ "search a\nnameserver 127.0.0.53\noptions edns0", "nameserver 127.0.0.1\n",
		  "search a\noptions edns0\nnameserver F\n", true },
		{ "nameserver ::1\nnameserver\t10.0.0.1 \nnameserver 0.0.0.0\n",
		  "nameserver 10.9.9.9\n", "nameserver\t10.0.0.1 \n", false },
		{ "nameserver ::ffff:127.0.0.1\nnameserver ::\n", "", "nameserver F\n", true },
		{ "", "", "nameserver F\n", true },
		{ "#nameserver 10.0.0.1\nnameservers 10.0.0.1\n", "",
		  "#nameserver 10.0.0.1\nnameservers 10.0.0.1\nnameserver F\n", true },
		{ "nameserver fe80::1%eth0\n", "", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool forwards = false;

		expect_text(etc_text_resolver(rows[i].text, rows[i].upstream, "F", &forwards),
			    rows[i].expected);
		assert_int_equal(forwards, rows[i].forwards);
	}
}

static void a_name_is_found_whole(void **state)
{
	static const char text[] = "aa:x:1:2\na:x:3:4\na:x:5:6\n";
	struct account account;
	uint32_t group;

	(void)state;
	assert_true(account_find_name(text, "a", 1, &account));
	assert_int_equal(account.id, 3);
	assert_true(account_get_id(&account, FIELD_GROUP, &group));
	assert_int_equal(group, 4);
	assert_false(account_find_name(text, "", 0, &account));
	assert_false(account_find_name(text, "a:x", 3, &account));
	assert_false(account_find_id(text, 7, &account));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_user_has_a_line),
		cmocka_unit_test(each_group_has_a_line),
		cmocka_unit_test(no_other_source_is_asked),
		cmocka_unit_test(the_host_has_an_address),
		cmocka_unit_test(a_resolver_can_be_reached),
		cmocka_unit_test(a_name_is_found_whole),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
