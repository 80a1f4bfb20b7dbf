// SPDX-License-Identifier: GPL-2.0-or-later
/* The canonical text reads back as the same policy and prints the same. */
#include "random_policy.h"

#include "policy/print.h"

static char *print(const struct policy *policy)
{
	struct strbuf buf = { 0 };

	policy_print(policy, &buf);
	return buf.text;
}

static void a_policy_prints_in_canonical_form(void **state)
{
	struct policy *policy = read_policy(
		"kernel 6.12\nconst RW = O_WRONLY|O_RDWR # why\n"
		"set @mine = read write\n"
		"allow   @mine [777]\n"
		"deny openat if not (flags any RW or dfd == AT_FDCWD) and (flags & ~RW == 0x10 "
		"and (mode in 1..3 7 or mode != -1))\n"
		"kill_process getpid on native x86\n"
		"trap 7 uname\n"
		"deny EPERM rest known acct\n"
		"bind rw \"/a b\" /c\nbind try /usr\ndevice //dev/x\ndevice try \"/dev/a "
		"b\"\ntmpfs /t 65536K mode=700\nhide /x\nguard ./b//c .ci\n"
		"limit memory 1073741824\nlimit time 1500ms grace 2s\n"
		"rlimit nofile 5:unlimited\nuser 7\nnet none\nfd 63 3 63\n");
	char *text = print(policy);

	(void)state;
	assert_string_equal(
		text,
		"policy 1\nkernel 6.12\narch x86_64\ndefault deny EPERM\nunknown deny ENOSYS\n\n"
		"# built in: deny EPERM ioctl if cmd in TIOCSTI TIOCLINUX\n"
		"allow read write [777]\n"
		"deny EPERM openat if not (flags any O_WRONLY|O_RDWR or dfd == AT_FDCWD) and "
		"(flags & ~0x3 == 0x10 and (mode in 1..3 7 or mode != -1))\n"
		"kill getpid on x86_64\n"
		"trap 7 uname\n"
		"deny EPERM known rest acct\n\n"
		"bind rw \"/a b\" /c\nbind try /usr\ndevice /dev/x\ndevice try \"/dev/a b\"\ntmpfs "
		"/t 64M mode=0700\nhide /x\nguard b/c\nguard .ci\n"
		"net none\nuser 7:7\n"
		"limit memory 1G\nlimit time 1500ms grace 2s\nrlimit nofile 5:unlimited\nfd 63\nfd "
		"3\n");
	free(text);
	policy_destroy(policy);
}

/* Prints, reads and prints again; and the two policies compile to the same program. */
static void assert_stable(const char *text)
{
	struct policy *policy = read_policy(text), *again;
	char *first = print(policy), *second;
	struct filter *a, *b;

	again = read_policy(first);
	second = print(again);
	assert_string_equal(first, second);
	a = compile_policy(policy, 0);
	b = compile_policy(again, 0);
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->prog, b->prog, a->len * sizeof(*a->prog));
	filter_destroy(a);
	filter_destroy(b);
	policy_destroy(policy);
	policy_destroy(again);
	free(first);
	free(second);
}

static void what_is_printed_reads_back_the_same(void **state)
{
	(void)state;
	assert_stable("");
	assert_stable("const RW = O_WRONLY|O_RDWR\nallow openat if flags & ~RW == 0\n"
		      "const N = -5\nallow kill if pid == -5 or pid & ~N == 0 or sig in ~RW..-1\n");
	assert_stable("include <base>\n");
	assert_stable("include <default>\n");
	assert_stable("arch x86_64 x86 x32 aarch64\ninclude <default>\n");
	for (unsigned int i = 0; i < 200; i++) {
		char *text;

		random_state = 0x9e3779b97f4a7c15ULL * (i + 7);
		text = random_policy();
		assert_stable(text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy_prints_in_canonical_form),
		cmocka_unit_test(what_is_printed_reads_back_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
