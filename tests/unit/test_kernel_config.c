// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading the options that a kernel was built with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "doctor/kernel_config.h"

struct row {
	const char *text;
	bool is_config, has_bpf, has_bpf_syscall;
};

static const struct row rows[] = {
	{ "", false, false, false },
	{ "CONFIG_BPF=y\nCONFIG_BPF_SYSCALL=y\n", true, true, true },
	{ "# a comment\n\nCONFIG_BPF=y\n# CONFIG_BPF_SYSCALL is not set\n", true, true, false },
	{ "CONFIG_BPF_SYSCALL=m", true, false, true },
	{ "CONFIG_BPF=y", true, true, false },
	{ "CONFIG_BPF=n\nCONFIG_BPF_SYSCALL=\n", true, false, false },
	{ "CONFIG_BPF=\"y\"\n", true, false, false },
	{ "CONFIG_BPF=yes\n", true, false, false },
	{ "CONFIG_BPF =y\n", true, false, false },
	{ " CONFIG_BPF=y\n", false, false, false },
	{ "BPF=y\nBPF_SYSCALL=y\n", false, false, false },
	{ "CONFIG_HAVE_BPF=y\nCONFIG_BPF_SYSCALL_X=y\n", true, false, false },
	{ "CONFIG_BPF=y\r\nCONFIG_BPF_SYSCALL=y\r\n", true, true, true },
	{ "\n\nCONFIG_\n", true, false, false },
	{ "CONFIG_BPF_SYSCALL=y CONFIG_BPF=y\n", true, false, false },
	{ "an error page\n", false, false, false },
};

static void test_only_lines_that_set_an_option_set_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct config_option options[] = { { "BPF", false }, { "BPF_SYSCALL", false } };

		print_message("%s\n", rows[i].text);
		assert_int_equal(config_scan(rows[i].text, options, 2), rows[i].is_config);
		assert_int_equal(options[0].is_set, rows[i].has_bpf);
		assert_int_equal(options[1].is_set, rows[i].has_bpf_syscall);
	}
}

static void test_an_option_stays_set(void **state)
{
	struct config_option option = { "BPF", false };

	(void)state;
	config_scan("CONFIG_BPF=y\n", &option, 1);
	config_scan("CONFIG_X=y\n", &option, 1);
	assert_true(option.is_set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_lines_that_set_an_option_set_it),
		cmocka_unit_test(test_an_option_stays_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
