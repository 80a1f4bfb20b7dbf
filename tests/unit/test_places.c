// SPDX-License-Identifier: GPL-2.0-or-later
/* Directories that were used become as few binds as describe them, and none wider than the run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "learn/places.h"

enum { USED_MAX = 6 };

/* USED are directories, "+" in front where they were written; EXPECTED stand one after the other.
 */
static const struct row {
	const char *binds[3], *used[USED_MAX], *expected;
} rows[] = {
	{ { "/d" }, { "/d/a", "/d/a/b" }, "/d/a" },
	{ { "/d" }, { "/d/a/b", "/d/a" }, "/d/a" },
	{ { "/d" }, { "/d/a", "/d/a", "+/d/a" }, "+/d/a" },
	{ { "/d" }, { "+/d/a/b", "/d/a" }, "/d/a +/d/a/b" },
	{ { "/d" }, { "/d/a/b", "+/d/a" }, "+/d/a" },
	{ { "/d" }, { "/d/a", "/d/a-b", "/d/a/c", "/d/a0" }, "/d/a /d/a-b /d/a0" },
	{ { "/d" }, { "+/d/a", "/d/a-b/x", "+/d/a/c/d" }, "+/d/a /d/a-b/x" },
	{ { "/d" }, { "/d/ab", "/d/a" }, "/d/a /d/ab" },
	{ { "/d" }, { "/dd", "/", "/d/x" }, "/d/x" },
	{ { "/d", "/d/e" }, { "/d", "/d/e/x" }, "/d" },
	{ { "/usr" }, { "/usr/lib", "/etc", "/tmp/x" }, "/usr/lib" },
	{ { "/tmp/d" }, { "/tmp/d/x", "/tmp/e" }, "/tmp/d/x" },
	{ { NULL }, { "/usr/lib", "/etc", "/tmp", "/proc/1", "/run/x" }, "" },
};

static struct record make_record(const struct row *row)
{
	struct record record = { 0 };

	for (size_t i = 0; i < USED_MAX && row->used[i]; i++) {
		bool is_written = *row->used[i] == '+';

		*array_append(&record.files.paths) = (struct record_path){
			.path = mem_strdup(row->used[i] + is_written),
			.access = is_written ? ACCESS_WRITE : ACCESS_READ,
		};
	}
	return record;
}

static struct settings make_settings(const struct row *row)
{
	struct settings settings = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(row->binds) && row->binds[i]; i++) {
		struct bind_setting *bind = array_append(&settings.binds);

		bind->source = bind->target = (char *)row->binds[i];
	}
	return settings;
}

static void test_uses_are_few_and_not_wider(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct record record = make_record(&rows[i]);
		struct settings settings = make_settings(&rows[i]);
		struct place_uses uses;
		struct strbuf got = { 0 };

		place_list_uses(&record, &settings, true, &uses);
		strbuf_puts(&got, "");
		for (size_t k = 0; k < uses.n; k++)
			strbuf_printf(&got, "%s%s%s", k ? " " : "", uses.v[k].is_written ? "+" : "",
				      uses.v[k].path);
		assert_string_equal(got.text, rows[i].expected);
		strbuf_finish(&got);
		place_finish_uses(&uses);
		free(settings.binds.v);
		record_finish(&record);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uses_are_few_and_not_wider),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
