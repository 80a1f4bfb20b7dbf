// SPDX-License-Identifier: GPL-2.0-or-later
/* The meaning of policies as tables: one call, one verdict. The compiled filter agrees each time.
 */
#include "policy_helper.h"

#include <linux/audit.h>

struct row {
	const char *policy;
	enum arch arch;
	const char *call; /* a name, or "#NUMBER" */
	uint64_t args[6];
	const char *verdict;
};

#define TRUNCATED(value) ((value) | 0x100000000)

// clang-format off
static const struct row rows[] = {
	/* default and unknown */
	{ "", ARCH_X86_64, "read", { 0 }, "deny EPERM" },
	{ "", ARCH_X86_64, "#100000", { 0 }, "deny ENOSYS" },
	{ "", ARCH_X86_64, "#4294967295", { 0 }, "deny ENOSYS" },
	{ "", ARCH_X86, "read", { 0 }, "kill" },
	{ "", ARCH_X32, "read", { 0 }, "kill" },
	{ "", ARCH_X86_64, "#3221225472", { 0 }, "kill" },
	{ "default allow", ARCH_X86_64, "#100000", { 0 }, "allow" },
	{ "default log", ARCH_X86_64, "#100000", { 0 }, "log" },
	{ "default kill", ARCH_X86_64, "#100000", { 0 }, "deny ENOSYS" },
	{ "default kill\nunknown trap 3", ARCH_X86_64, "#100000", { 0 }, "trap 3" },
	{ "kernel 5.10", ARCH_X86_64, "cachestat", { 0 }, "deny ENOSYS" },
	{ "kernel 6.5", ARCH_X86_64, "cachestat", { 0 }, "deny EPERM" },
	{ "kernel 5.10\nallow cachestat", ARCH_X86_64, "cachestat", { 0 }, "allow" },
	{ "allow [777]", ARCH_X86_64, "#777", { 0 }, "allow" },
	{ "arch x86_64 x86\nallow [3]", ARCH_X86, "#3", { 0 }, "deny EPERM" },
	/* order */
	{ "deny EIO read\nallow @basic-io", ARCH_X86_64, "read", { 0 }, "deny EIO" },
	{ "allow read if fd == 0\nlog read", ARCH_X86_64, "read", { 0 }, "allow" },
	{ "allow read if fd == 0\nlog read", ARCH_X86_64, "read", { 1 }, "log" },
	{ "allow read if fd == 0", ARCH_X86_64, "read", { 1 }, "deny EPERM" },
	{ "kill_thread read", ARCH_X86_64, "read", { 1 }, "kill_thread" },
	/* arch */
	{ "arch x86_64 x86\nallow getpid", ARCH_X86, "getpid", { 0 }, "allow" },
	{ "arch x86_64 x86\nallow getpid on x86", ARCH_X86_64, "getpid", { 0 }, "deny EPERM" },
	{ "arch x86_64 x86\nallow getpid on x86", ARCH_X86, "getpid", { 0 }, "allow" },
	{ "arch x86\nallow getpid", ARCH_X86_64, "getpid", { 0 }, "kill" },
	{ "arch x86_64 x32\nallow getpid", ARCH_X32, "getpid", { 0 }, "allow" },
	{ "arch x32\nallow getpid", ARCH_X86_64, "#4294967295", { 0 }, "kill" },
	{ "arch aarch64\nallow getpid", ARCH_AARCH64, "getpid", { 0 }, "allow" },
	/* 32 bits: only the low half counts, with sign */
	{ "allow close if fd == 3", ARCH_X86_64, "close", { TRUNCATED(3ULL) }, "allow" },
	{ "allow openat if dfd == AT_FDCWD", ARCH_X86_64, "openat", { 0xffffff9c }, "allow" },
	{ "allow openat if dfd == AT_FDCWD", ARCH_X86_64, "openat", { -100ULL }, "allow" },
	{ "allow kill if pid > 0", ARCH_X86_64, "kill", { 0xffffffff }, "deny EPERM" },
	{ "allow kill if pid > 0", ARCH_X86_64, "kill", { 0x7fffffff }, "allow" },
	{ "allow kill if pid < 0", ARCH_X86_64, "kill", { 0x80000000 }, "allow" },
	{ "allow kill if pid < 0", ARCH_X86_64, "kill", { 0 }, "deny EPERM" },
	{ "allow kill if pid in -3..2", ARCH_X86_64, "kill", { 0xfffffffd }, "allow" },
	{ "allow kill if pid in -3..2", ARCH_X86_64, "kill", { 0xfffffffc }, "deny EPERM" },
	{ "allow kill if pid in -3..2", ARCH_X86_64, "kill", { 2 }, "allow" },
	{ "allow kill if pid in -3..2", ARCH_X86_64, "kill", { 3 }, "deny EPERM" },
	{ "allow ioctl", ARCH_X86_64, "ioctl", { 0, TRUNCATED(0x5412ULL) }, "deny EPERM" },
	{ "allow ioctl", ARCH_X86_64, "ioctl", { 0, 0x541c }, "deny EPERM" },
	{ "allow ioctl", ARCH_X86_64, "ioctl", { 0, 0x5413 }, "allow" },
	{ "arch x86\nallow ioctl", ARCH_X86, "ioctl", { 0, 0x5412 }, "deny EPERM" },
	/* 16 bits */
	{ "allow chmod if mode == 0o755", ARCH_X86_64, "chmod", { 0, 0x101ed }, "allow" },
	{ "deny EIO chmod if mode any S_ISUID\nallow chmod", ARCH_X86_64, "chmod", { 0, 0x10800 }, "deny EIO" },
	/* 64 bits: whole, with sign */
	{ "allow read if count <= 0x100000000", ARCH_X86_64, "read", { 0, 0, 0x100000000 }, "allow" },
	{ "allow read if count <= 0x100000000", ARCH_X86_64, "read", { 0, 0, 0x100000001 }, "deny EPERM" },
	{ "allow read if count < 5", ARCH_X86_64, "read", { 0, 0, TRUNCATED(4ULL) }, "deny EPERM" },
	{ "allow lseek if offset < 0", ARCH_X86_64, "lseek", { 0, -1ULL }, "allow" },
	{ "allow lseek if offset < 0", ARCH_X86_64, "lseek", { 0, 0xffffffff }, "deny EPERM" },
	{ "allow lseek if offset >= -5", ARCH_X86_64, "lseek", { 0, -6ULL }, "deny EPERM" },
	{ "allow lseek if offset >= -5", ARCH_X86_64, "lseek", { 0, 7 }, "allow" },
	{ "arch x86\nallow lseek if offset < 0", ARCH_X86, "lseek", { 0, 0xffffffff }, "allow" },
	/* bits */
	{ "allow openat if not flags any O_WRONLY|O_RDWR", ARCH_X86_64, "openat", { 0, 0, 2 }, "deny EPERM" },
	{ "allow openat if not flags any O_WRONLY|O_RDWR", ARCH_X86_64, "openat", { 0, 0, 0x80000 }, "allow" },
	{ "allow mprotect if not prot has PROT_WRITE|PROT_EXEC", ARCH_X86_64, "mprotect", { 0, 0, 6 }, "deny EPERM" },
	{ "allow mprotect if not prot has PROT_WRITE|PROT_EXEC", ARCH_X86_64, "mprotect", { 0, 0, 7 }, "deny EPERM" },
	{ "allow mprotect if not prot has PROT_WRITE|PROT_EXEC", ARCH_X86_64, "mprotect", { 0, 0, 4 }, "allow" },
	{ "allow mmap if prot only PROT_READ|PROT_WRITE", ARCH_X86_64, "mmap", { 0, 0, 3 }, "allow" },
	{ "allow mmap if prot only PROT_READ|PROT_WRITE", ARCH_X86_64, "mmap", { 0, 0, 5 }, "deny EPERM" },
	{ "allow mmap if prot only PROT_READ|PROT_WRITE", ARCH_X86_64, "mmap", { 0, 0, 1ULL << 40 }, "deny EPERM" },
	{ "allow socket if type & 0xf in SOCK_STREAM SOCK_DGRAM", ARCH_X86_64, "socket", { 0, 0x80001 }, "allow" },
	{ "allow socket if type & 0xf in SOCK_STREAM SOCK_DGRAM", ARCH_X86_64, "socket", { 0, 3 }, "deny EPERM" },
	{ "allow openat if flags & ~O_CLOEXEC == 0", ARCH_X86_64, "openat", { 0, 0, 0x80000 }, "allow" },
	{ "allow openat if flags only ~O_CLOEXEC", ARCH_X86_64, "openat", { 0, 0, 0x80000 }, "deny EPERM" },
	/* logic: not before and before or */
	{ "allow read if fd == 1 or fd == 2 and count == 0", ARCH_X86_64, "read", { 1, 0, 5 }, "allow" },
	{ "allow read if (fd == 1 or fd == 2) and count == 0", ARCH_X86_64, "read", { 1, 0, 5 }, "deny EPERM" },
	{ "allow read if not fd == 1 and count == 0", ARCH_X86_64, "read", { 2, 0, 5 }, "deny EPERM" },
	{ "allow read if not (fd == 1 and count == 0)", ARCH_X86_64, "read", { 1, 0, 5 }, "allow" },
	{ "allow openat if filename != 0", ARCH_X86_64, "openat", { 0, 1ULL << 32 }, "allow" },
	{ "allow openat if filename != 0", ARCH_X86_64, "openat", { 0, 0 }, "deny EPERM" },
	/* constants differ between machines */
	{ "arch x86_64 aarch64\nallow openat if flags has O_DIRECTORY", ARCH_X86_64, "openat", { 0, 0, 0x10000 }, "allow" },
	{ "arch x86_64 aarch64\nallow openat if flags has O_DIRECTORY", ARCH_AARCH64, "openat", { 0, 0, 0x10000 }, "deny EPERM" },
	{ "arch x86_64 aarch64\nallow openat if flags has O_DIRECTORY", ARCH_AARCH64, "openat", { 0, 0, 0x4000 }, "allow" },
	/* i386's multiplexed calls */
	{ "arch x86\nallow socket", ARCH_X86, "socketcall", { 1 }, "allow" },
	{ "arch x86\nallow socket", ARCH_X86, "socketcall", { 2 }, "deny EPERM" },
	{ "arch x86\nallow socket if domain == 1", ARCH_X86, "socketcall", { 1 }, "deny EPERM" },
	{ "arch x86\ndeny EIO socket if domain == 1\nallow socketcall", ARCH_X86, "socketcall", { 1 }, "deny EIO" },
	{ "arch x86\nallow accept", ARCH_X86, "socketcall", { 5 }, "allow" },
	{ "arch x86\nallow semop", ARCH_X86, "ipc", { 0x10001 }, "allow" },
	{ "arch x86\nallow shmat", ARCH_X86, "ipc", { 1 }, "deny EPERM" },
};
// clang-format on

static struct seccomp_data make_call(const struct row *row)
{
	struct seccomp_data data = { .arch = arch_get(row->arch)->audit_arch };

	if (row->call[0] == '#') {
		data.nr = (int)strtoul(row->call + 1, NULL, 10);
	} else {
		const struct sys_call *call = sys_call_find(row->arch, row->call);

		assert_non_null(call);
		data.nr = call->nr[row->arch];
	}
	memcpy(data.args, row->args, sizeof(row->args));
	return data;
}

static char *verdict_text(struct verdict verdict)
{
	struct strbuf buf = { 0 };

	action_format(&buf, &verdict.action);
	return buf.text;
}

static void every_call_gets_its_verdict(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy *policy = read_policy(rows[i].policy);
		struct filter *filter = compile_policy(policy, 0);
		struct seccomp_data data = make_call(&rows[i]);
		struct verdict meant = policy_verdict(policy, &data);
		struct verdict done = filter_decide(filter, &data);
		char *text = verdict_text(meant);

		if (!str_eq(text, rows[i].verdict))
			fail_msg("%s: %s: %s instead of %s", rows[i].policy, rows[i].call, text,
				 rows[i].verdict);
		if (!verdict_is_same(&meant, &done))
			fail_msg("%s: %s: the filter differs", rows[i].policy, rows[i].call);
		free(text);
		filter_destroy(filter);
		policy_destroy(policy);
	}
}

static void a_foreign_audit_arch_is_killed(void **state)
{
	struct policy *policy = read_policy("default allow\n");
	struct seccomp_data data = { .arch = AUDIT_ARCH_PPC64, .nr = 1 };
	struct verdict verdict = policy_verdict(policy, &data);

	(void)state;
	assert_int_equal(verdict.action.kind, ACTION_KILL_PROCESS);
	assert_int_equal(verdict.by, VERDICT_ARCH);
	policy_destroy(policy);
}

static void count_test(const struct verdict_test *test, void *context)
{
	struct strbuf *buf = context;

	strbuf_printf(buf, "%s=%lld %d;", test->test->arg, (long long)test->value, test->is_true);
}

static void an_explanation_tells_each_test_in_order(void **state)
{
	struct policy *policy = read_policy("allow read if fd == 1 and count == 0\n"
					    "log read if not fd == 7\n");
	struct seccomp_data data = { .arch = AUDIT_ARCH_X86_64, .nr = 0, .args = { 1, 0, 9 } };
	struct strbuf told = { 0 };
	struct verdict verdict = verdict_explain(policy, &data, count_test, &told);

	(void)state;
	assert_int_equal(verdict.action.kind, ACTION_LOG);
	assert_string_equal(told.text, "fd=1 1;count=9 0;fd=1 0;");
	assert_int_equal(verdict_place(policy, &verdict).line, 2);
	strbuf_finish(&told);
	policy_destroy(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_gets_its_verdict),
		cmocka_unit_test(a_foreign_audit_arch_is_killed),
		cmocka_unit_test(an_explanation_tells_each_test_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
