// SPDX-License-Identifier: GPL-2.0-or-later
/* Paths are resolved as they were named, without the file system, or not at all; and the calls that
 * have paths agree with the table of calls. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "trace/path_row.h"
#include "trace/place.h"

static void test_paths_are_resolved_or_not_told(void **state)
{
	static const struct {
		const char *folder, *text, *expected;
	} rows[] = {
		{ NULL, "/a/b", "/a/b" },
		{ NULL, "//a/./b/", "/a/b" },
		{ NULL, "/", "/" },
		{ NULL, "/..", "/" },
		{ NULL, "a", NULL },
		{ NULL, "", NULL },
		{ "/x", "", "/x" },
		{ "/x", "/a", "/a" },
		{ "/x", "a/b", "/x/a/b" },
		{ "/x/y", "../a", "/x/a" },
		{ "/x/y", "../../..", "/" },
		{ "/x/y", "./../a", "/x/a" },
		{ "/", "a", "/a" },
		{ "/x", "a/..", NULL },
		{ "/x", "a/../../b", NULL },
		{ NULL, "/a/../b", NULL },
		{ "/x", "..a/...", "/x/..a/..." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *path = path_resolve(rows[i].folder, rows[i].text);

		if (!rows[i].expected)
			assert_null(path);
		else
			assert_string_equal(path, rows[i].expected);
		free(path);
	}
}

/* A row that names an argument other than a string would follow a number. */
static void test_rows_speak_of_strings_and_addresses(void **state)
{
	struct call_table *config = mem_alloc(sizeof(*config));
	size_t n = 0;

	(void)state;
	path_row_ask(config);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		enum arch arch = (enum arch)(slot / SLOTS_PER_ABI);
		uint32_t nr = slot % SLOTS_PER_ABI | (arch == ARCH_X32 ? SYS_X32_BIT : 0);

		for (size_t i = 0; i < PATH_ROWS && config->rows[slot][i].kind; i++, n++) {
			const struct path_row *row = &config->rows[slot][i];
			const struct sys_call *call = sys_call_by_nr(arch, nr);

			assert_non_null(call);
			assert_true(row->arg < call->n_args);
			if (row->kind == PATH_DESCRIPTOR)
				assert_non_null(strstr(call->args[row->arg].name, "fd"));
			if (row->kind == PATH_NAMED)
				assert_int_equal(call->args[row->arg].kind, ARG_STRING);
			if (row->dir_arg != PATH_ARG_NONE)
				assert_non_null(strstr(call->args[row->dir_arg].name, "fd"));
			if (row->flags_arg != PATH_ARG_NONE && !row->is_behind)
				assert_string_equal(call->args[row->flags_arg].name, "flags");
		}
	}
	assert_true(n > 150);
	free(config);
}

static void test_flags_say_what_an_open_does(void **state)
{
	static const struct {
		const char *name;
		size_t row;
		uint32_t flags;
		enum record_access expected;
	} rows[] = {
		{ "openat", 0, O_RDONLY, ACCESS_READ }, { "openat", 0, O_WRONLY, ACCESS_WRITE },
		{ "openat", 0, O_RDWR, ACCESS_WRITE },	{ "openat", 0, O_CREAT, ACCESS_WRITE },
		{ "openat", 0, O_TRUNC, ACCESS_WRITE }, { "openat2", 0, O_PATH, ACCESS_LOOK },
		{ "creat", 0, 0, ACCESS_WRITE },	{ "stat", 0, 0, ACCESS_LOOK },
		{ "rename", 0, 0, ACCESS_WRITE },	{ "rename", 1, 0, ACCESS_WRITE },
		{ "bind", 0, 0, ACCESS_WRITE },		{ "connect", 0, 0, ACCESS_READ },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sys_call *call = sys_call_find(ARCH_X86_64, rows[i].name);

		assert_int_equal(path_row_use(ARCH_X86_64, (uint32_t)call->nr[ARCH_X86_64],
					      rows[i].row, rows[i].flags)
					 .access,
				 rows[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths_are_resolved_or_not_told),
		cmocka_unit_test(test_rows_speak_of_strings_and_addresses),
		cmocka_unit_test(test_flags_say_what_an_open_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
