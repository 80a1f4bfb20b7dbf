// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <asm/unistd.h>
#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <signal.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/arch.h"
#include "sys/constant.h"
#include "sys/name.h"
#include "sys/set.h"
#include "sys/syscall.h"

static const uint32_t scmp_arch[] = {
	[ARCH_X86_64] = SCMP_ARCH_X86_64,
	[ARCH_X86] = SCMP_ARCH_X86,
	[ARCH_X32] = SCMP_ARCH_X32,
	[ARCH_AARCH64] = SCMP_ARCH_AARCH64,
};

/*
 * Calls that libseccomp multiplexes on x86 (its numbers are those of the direct calls, under the
 * same names) are compared too; its pseudo numbers are negative.
 */
static void our_numbers_are_those_of_libseccomp(void **state)
{
	const struct sys_call *call;
	unsigned int compared = 0;

	(void)state;
	for (size_t i = 0; (call = sys_call_row(i)); i++) {
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			int nr = seccomp_syscall_resolve_name_arch(scmp_arch[arch], call->name);

			if (nr < 0 || call->nr[arch] == -1)
				continue;
			if (nr != call->nr[arch])
				fail_msg("%s on %s: %d, libseccomp has %d", call->name,
					 arch_get(arch)->name, call->nr[arch], nr);
			compared++;
		}
	}
	assert_true(compared > 1400);
}

static void every_number_of_libseccomp_is_ours(void **state)
{
	unsigned int compared = 0;

	(void)state;
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		uint32_t bit = arch == ARCH_X32 ? SYS_X32_BIT : 0;

		for (uint32_t nr = 0; nr < 1024; nr++) {
			char *name = seccomp_syscall_resolve_num_arch(scmp_arch[arch],
								      (int)(nr | bit));
			const char *ours = sys_call_name(arch, nr | bit);

			if (name && (!ours || !str_eq(name, ours)))
				fail_msg("%s %u: %s, libseccomp has %s", arch_get(arch)->name, nr,
					 ours ? ours : "nothing", name);
			compared += name != NULL;
			free(name);
		}
	}
	assert_true(compared > 1400);
}

static void numbers_find_the_row_that_holds_them(void **state)
{
	const struct sys_call *call;

	(void)state;
	for (size_t i = 0; (call = sys_call_row(i)); i++) {
		bool any = false;

		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			if (call->nr[arch] == -1)
				continue;
			any = true;
			assert_ptr_equal(sys_call_by_nr(arch, (uint32_t)call->nr[arch]), call);
			assert_ptr_equal(sys_call_find(arch, call->name), call);
			assert_int_equal((call->nr[arch] & (int)SYS_X32_BIT) != 0,
					 arch == ARCH_X32);
		}
		assert_true(any);
	}
	assert_null(sys_call_by_nr(ARCH_X86_64, SYS_X32_BIT | 1));
	assert_null(sys_call_by_nr(ARCH_X32, 1));
	assert_null(sys_call_by_nr(ARCH_X86_64, UINT32_MAX));
	assert_null(sys_call_by_nr(ARCH_X32, UINT32_MAX));
	assert_null(sys_call_by_nr(ARCH_X86, 600));
	assert_null(sys_call_find(ARCH_AARCH64, "open"));
	assert_true(sys_call_exists("open"));
	assert_false(sys_call_exists("opem"));
	assert_false(sys_call_exists(""));
	assert_false(sys_call_exists("zzz"));
}

static void the_table_of_calls_is_sound(void **state)
{
	const struct sys_call *call, *last = NULL;

	(void)state;
	for (size_t i = 0; (call = sys_call_row(i)); i++, last = call) {
		int32_t nr = call->nr[ARCH_X86_64];

		assert_true(!last || strcmp(last->name, call->name) <= 0);
		assert_true(call->since <= sys_newest_kernel);
		/* Since then the kernel has one number for all ABIs, and the version is known. */
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			int32_t own = call->nr[arch] & ~(int32_t)SYS_X32_BIT;

			if (call->nr[arch] == -1 || own < 424 || (arch == ARCH_X32 && own >= 512))
				continue;
			assert_true(call->since >= (5 << 8 | 1));
			assert_true(nr == -1 || own == nr);
		}
		for (int a = 0; a < SYS_ARGS_MAX; a++) {
			const struct sys_arg *arg = &call->args[a];

			assert_int_equal(a < call->n_args, arg->kind != ARG_NONE);
			if (a >= call->n_args)
				continue;
			assert_int_equal(sys_call_arg(call, arg->name), a);
			assert_int_equal(sys_call_arg(call, sys_arg_label(arg)), a);
			/* A 64-bit value takes two registers where they have 32 bits. */
			if (call->nr[ARCH_X86] != -1 &&
			    (arg->kind == ARG_S64 || arg->kind == ARG_U64))
				fail_msg("%s: %s on x86", call->name, arg->name);
		}
	}
}

static void calls_newer_than_libseccomp_have_the_numbers_of_the_headers(void **state)
{
	static const struct {
		const char *name;
		int nr;
		unsigned int since;
	} rows[] = {
		{ "futex_waitv", __NR_futex_waitv, 5 << 8 | 16 },
		{ "set_mempolicy_home_node", __NR_set_mempolicy_home_node, 5 << 8 | 17 },
#ifdef __NR_cachestat
		{ "cachestat", __NR_cachestat, 6 << 8 | 5 },
#endif
#ifdef __NR_fchmodat2
		{ "fchmodat2", __NR_fchmodat2, 6 << 8 | 6 },
#endif
#ifdef __NR_map_shadow_stack
		{ "map_shadow_stack", __NR_map_shadow_stack, 6 << 8 | 6 },
#endif
#ifdef __NR_futex_wake
		{ "futex_wake", __NR_futex_wake, 6 << 8 | 7 },
		{ "futex_wait", __NR_futex_wait, 6 << 8 | 7 },
		{ "futex_requeue", __NR_futex_requeue, 6 << 8 | 7 },
#endif
#ifdef __NR_statmount
		{ "statmount", __NR_statmount, 6 << 8 | 8 },
		{ "listmount", __NR_listmount, 6 << 8 | 8 },
#endif
#ifdef __NR_lsm_get_self_attr
		{ "lsm_get_self_attr", __NR_lsm_get_self_attr, 6 << 8 | 8 },
		{ "lsm_set_self_attr", __NR_lsm_set_self_attr, 6 << 8 | 8 },
		{ "lsm_list_modules", __NR_lsm_list_modules, 6 << 8 | 8 },
#endif
#ifdef __NR_mseal
		{ "mseal", __NR_mseal, 6 << 8 | 10 },
#endif
#ifdef __NR_setxattrat
		{ "setxattrat", __NR_setxattrat, 6 << 8 | 13 },
		{ "getxattrat", __NR_getxattrat, 6 << 8 | 13 },
		{ "listxattrat", __NR_listxattrat, 6 << 8 | 13 },
		{ "removexattrat", __NR_removexattrat, 6 << 8 | 13 },
#endif
#ifdef __NR_open_tree_attr
		{ "open_tree_attr", __NR_open_tree_attr, 6 << 8 | 15 },
#endif
#ifdef __NR_file_getattr
		{ "file_getattr", __NR_file_getattr, 6 << 8 | 17 },
		{ "file_setattr", __NR_file_setattr, 6 << 8 | 17 },
#endif
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct sys_call *call = sys_call_find(arch_native(), rows[i].name);

		assert_non_null(call);
		assert_int_equal(call->nr[arch_native()], rows[i].nr);
		assert_int_equal(call->since, rows[i].since);
	}
}

static void signatures_follow_the_abi(void **state)
{
	const struct sys_call *native = sys_call_find(ARCH_X86_64, "mmap");
	const struct sys_call *old = sys_call_find(ARCH_X86, "mmap");

	(void)state;
	assert_int_equal(native->n_args, 6);
	assert_int_equal(old->n_args, 1);
	assert_int_equal(old->args[0].kind, ARG_POINTER);
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_X86, "mmap2"), "prot"), 2);
	assert_int_equal(sys_call_find(ARCH_X86_64, "pread64")->n_args, 4);
	assert_int_equal(sys_call_find(ARCH_X86, "pread64")->n_args, 5);
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_X86_64, "clone"), "tls"), 4);
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_X86, "clone"), "tls"), 3);
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_AARCH64, "clone"), "tls"), 3);
	assert_int_equal(sys_call_find(ARCH_X86, "setuid")->args[0].kind, ARG_USHORT);
	assert_int_equal(sys_call_find(ARCH_X86, "setuid32")->args[0].kind, ARG_UINT);
	assert_int_equal(sys_call_find(ARCH_X86_64, "setuid")->args[0].kind, ARG_UINT);
	assert_int_equal(sys_call_find(ARCH_X32, "ioctl")->args[2].kind, ARG_UINT);
	assert_int_equal(sys_call_find(ARCH_X86_64, "ioctl")->args[2].kind, ARG_ULONG);
	/* The kernel narrows these on entry, whatever their type says. */
	assert_int_equal(sys_call_find(ARCH_X86_64, "clone")->args[0].kind, ARG_UINT);
	assert_int_equal(sys_call_find(ARCH_X86_64, "mmap")->args[4].kind, ARG_INT);
}

static void arguments_are_found_by_both_names_and_by_place(void **state)
{
	const struct sys_call *call = sys_call_find(ARCH_X86_64, "socket");

	(void)state;
	assert_int_equal(sys_call_arg(call, "family"), 0);
	assert_int_equal(sys_call_arg(call, "domain"), 0);
	assert_string_equal(sys_arg_label(&call->args[0]), "domain");
	assert_int_equal(sys_call_arg(call, "type"), 1);
	assert_int_equal(sys_call_arg(call, "arg2"), 2);
	assert_int_equal(sys_call_arg(call, "arg3"), -1);
	assert_int_equal(sys_call_arg(call, "arg"), -1);
	assert_int_equal(sys_call_arg(call, "arg00"), -1);
	assert_int_equal(sys_call_arg(call, "flags"), -1);
	assert_int_equal(call->args[0].family, FAMILY_AF);

	/* What the policy language's own examples say. */
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_X86_64, "mprotect"), "prot"), 2);
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_X86_64, "openat"), "flags"), 2);
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_X86_64, "ioctl"), "cmd"), 1);
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_X86_64, "kill"), "sig"), 1);
	assert_int_equal(sys_call_arg(sys_call_find(ARCH_X86_64, "clone"), "flags"), 0);
}

static void widths_and_signs_are_the_kernels(void **state)
{
	(void)state;
	assert_int_equal(sys_arg_width(ARCH_X86_64, ARG_INT), 32);
	assert_int_equal(sys_arg_width(ARCH_X86_64, ARG_USHORT), 16);
	assert_int_equal(sys_arg_width(ARCH_X86_64, ARG_ULONG), 64);
	assert_int_equal(sys_arg_width(ARCH_X86_64, ARG_POINTER), 64);
	assert_int_equal(sys_arg_width(ARCH_X86, ARG_ULONG), 32);
	assert_int_equal(sys_arg_width(ARCH_X86, ARG_STRING), 32);
	assert_int_equal(sys_arg_width(ARCH_X32, ARG_ULONG), 64);
	assert_int_equal(sys_arg_width(ARCH_AARCH64, ARG_S64), 64);
	assert_true(sys_arg_is_signed(ARG_INT));
	assert_true(sys_arg_is_signed(ARG_LONG));
	assert_true(sys_arg_is_signed(ARG_S64));
	assert_false(sys_arg_is_signed(ARG_UINT));
	assert_false(sys_arg_is_signed(ARG_ULONG));
	assert_false(sys_arg_is_signed(ARG_POINTER));
}

static void every_argument_family_has_constants(void **state)
{
	bool has_constants[FAMILY_COUNT] = { false };
	const struct constant *constant;
	const struct sys_call *call;

	(void)state;
	for (size_t i = 0; (constant = constant_row(i)); i++) {
		assert_ptr_equal(constant_find_in(constant->name, constant->family), constant);
		has_constants[constant->family] = true;
	}
	/* Those of socket options are their levels'. */
	has_constants[FAMILY_SOCKOPT] = true;
	for (int family = FAMILY_NONE + 1; family < FAMILY_COUNT; family++)
		assert_true(has_constants[family]);
	for (size_t i = 0; (call = sys_call_row(i)); i++) {
		for (int a = 0; a < call->n_args; a++)
			assert_true(call->args[a].family == FAMILY_NONE ||
				    has_constants[call->args[a].family]);
	}
}

static void sets_name_calls_and_sets_that_exist(void **state)
{
	const struct sys_set *set;
	size_t i;

	(void)state;
	for (i = 0; (set = sys_set_row(i)); i++) {
		assert_ptr_equal(sys_set_find(set->name), set);
		assert_non_null(set->members[0]);
		for (const char *const *member = set->members; *member; member++) {
			if (**member == '@')
				assert_non_null(sys_set_find(*member));
			else if (!sys_call_exists(*member))
				fail_msg("%s has %s", set->name, *member);
		}
	}
	assert_int_equal(i, 28);
	assert_null(sys_set_find("basic-io"));
	assert_null(sys_set_find("@nothing"));
}

static void names_of_errors_and_signals_go_both_ways(void **state)
{
	(void)state;
	assert_string_equal(errno_name(1), "EPERM");
	assert_string_equal(errno_name(133), "EHWPOISON");
	assert_null(errno_name(0));
	assert_null(errno_name(134));
	assert_null(errno_name(-1));
	assert_null(errno_name(512));
	for (int number = 1; number <= 133; number++) {
		if (errno_name(number))
			assert_int_equal(errno_find(errno_name(number)), number);
		else
			assert_true(number == 41 || number == 58);
	}
	assert_int_equal(errno_find("EWOULDBLOCK"), EAGAIN);
	assert_int_equal(errno_find("EFOO"), -1);
	for (int number = 1; number < 32; number++)
		assert_int_equal(signal_find(signal_name(number)), number);
	assert_string_equal(signal_name(SIGSYS), "SIGSYS");
	assert_null(signal_name(0));
	assert_null(signal_name(34));
	assert_int_equal(signal_find("SIGPOLL"), SIGIO);
	assert_int_equal(signal_find("SIG_BLOCK"), -1);
}

static void the_abi_of_a_call_follows_from_arch_and_number(void **state)
{
	(void)state;
	assert_int_equal(arch_of_call(AUDIT_ARCH_X86_64, 0), ARCH_X86_64);
	assert_int_equal(arch_of_call(AUDIT_ARCH_X86_64, 0x3fffffff), ARCH_X86_64);
	assert_int_equal(arch_of_call(AUDIT_ARCH_X86_64, 0x40000000), ARCH_X32);
	assert_int_equal(arch_of_call(AUDIT_ARCH_X86_64, 0xfffffffe), ARCH_X32);
	assert_int_equal(arch_of_call(AUDIT_ARCH_X86_64, UINT32_MAX), ARCH_X86_64);
	assert_int_equal(arch_of_call(AUDIT_ARCH_I386, 0x40000000), ARCH_X86);
	assert_int_equal(arch_of_call(AUDIT_ARCH_AARCH64, 1), ARCH_AARCH64);
	assert_int_equal(arch_of_call(AUDIT_ARCH_ARM, 1), ARCH_NONE);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		assert_int_equal(arch_find(arch_get(arch)->name), arch);
	assert_int_equal(arch_find("native"), arch_native());
	assert_int_equal(arch_find("i386"), ARCH_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_numbers_are_those_of_libseccomp),
		cmocka_unit_test(every_number_of_libseccomp_is_ours),
		cmocka_unit_test(numbers_find_the_row_that_holds_them),
		cmocka_unit_test(the_table_of_calls_is_sound),
		cmocka_unit_test(calls_newer_than_libseccomp_have_the_numbers_of_the_headers),
		cmocka_unit_test(signatures_follow_the_abi),
		cmocka_unit_test(arguments_are_found_by_both_names_and_by_place),
		cmocka_unit_test(widths_and_signs_are_the_kernels),
		cmocka_unit_test(every_argument_family_has_constants),
		cmocka_unit_test(sets_name_calls_and_sets_that_exist),
		cmocka_unit_test(names_of_errors_and_signals_go_both_ways),
		cmocka_unit_test(the_abi_of_a_call_follows_from_arch_and_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
