// SPDX-License-Identifier: GPL-2.0-or-later
/* Members of kernel types are where libbpf finds them, or are not found at all. */
#include "ebpf/member.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>
#include <cmocka.h>

#include "base/mem.h"
#include "ebpf/kernel.h"

static uint32_t offset_by_libbpf(const struct btf *btf, const char *type, const char *name)
{
	int id = btf__find_by_name_kind(btf, type, BTF_KIND_STRUCT);
	const struct btf_type *t = btf__type_by_id(btf, (uint32_t)id);

	assert_true(id > 0);
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(t)[i].name_off), name))
			return btf_member_bit_offset(t, i) / 8;
	fail();
	return 0;
}

static void they_are_where_libbpf_finds_them(void **state)
{
	struct kernel_member members[] = { { "fs_struct", "root", 0 },
					   { "fs_struct", "pwd", 0 },
					   { "files_struct", "fdt", 0 },
					   { "pid", "level", 0 } };
	struct btf *btf = btf__load_vmlinux_btf();

	(void)state;
	/* Before, there is nothing to map. */
	if (!btf || kernel_is_before(6, 16))
		skip();
	assert_true(kernel_find_members(members, ARRAY_SIZE(members)));
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		assert_int_equal(members[i].offset,
				 offset_by_libbpf(btf, members[i].type, members[i].name));
	btf__free(btf);
}

/* The last is the first in its type, which is how it looks if there is none. */
static void what_is_not_there_is_not_found(void **state)
{
	static const char *const rows[][2] = { { "fs_struct", "no_such_member" },
					       { "no_such_type", "root" },
					       { "fs_struc", "root" },
					       { "fs_struct", "" },
					       { "path", "mnt" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct kernel_member members[] = { { "fs_struct", "pwd", 0 },
						   { rows[i][0], rows[i][1], 0 } };

		assert_false(kernel_find_members(members, ARRAY_SIZE(members)));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_where_libbpf_finds_them),
		cmocka_unit_test(what_is_not_there_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
