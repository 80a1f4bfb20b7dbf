// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles in JSON, read and written, against libseccomp: a filter that it builds from the same
 * profile gives the verdicts of the policy. Values are as wide as the kernel reads them: of a
 * 32-bit argument's upper half the language, unlike libseccomp, says nothing.
 */
#include "policy_helper.h"

#include <json-c/json.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "convert/convert.h"

enum { VALUES_MAX = 64 };

static const char *profile_path(void)
{
	const char *top = getenv("top_srcdir");
	static char path[4096];

	snprintf(path, sizeof(path), "%s/../shared/data/moby/default.json", top ? top : ".");
	return path;
}

static uint32_t their_action(struct json_object *entry, const char *action, const char *errnum)
{
	const char *name = json_object_get_string(json_object_object_get(entry, action));
	struct json_object *number = json_object_object_get(entry, errnum);

	if (str_eq(name, "SCMP_ACT_ALLOW"))
		return SCMP_ACT_ALLOW;
	if (str_eq(name, "SCMP_ACT_LOG"))
		return SCMP_ACT_LOG;
	if (str_eq(name, "SCMP_ACT_KILL_PROCESS"))
		return SCMP_ACT_KILL_PROCESS;
	assert_string_equal(name, "SCMP_ACT_ERRNO");
	return SCMP_ACT_ERRNO((uint32_t)json_object_get_int(number));
}

static enum scmp_compare their_operator(const char *name)
{
	static const char *const names[] = {
		[SCMP_CMP_NE] = "SCMP_CMP_NE",
		[SCMP_CMP_LT] = "SCMP_CMP_LT",
		[SCMP_CMP_LE] = "SCMP_CMP_LE",
		[SCMP_CMP_EQ] = "SCMP_CMP_EQ",
		[SCMP_CMP_GE] = "SCMP_CMP_GE",
		[SCMP_CMP_GT] = "SCMP_CMP_GT",
		[SCMP_CMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
	};

	for (size_t i = 1; i < ARRAY_SIZE(names); i++)
		if (str_eq(names[i], name))
			return (enum scmp_compare)i;
	fail_msg("%s", name);
	return SCMP_CMP_EQ;
}

static bool has_text(struct json_object *of, const char *key, const char *text)
{
	struct json_object *list = json_object_object_get(of, key);

	for (size_t i = 0; list && i < json_object_array_length(list); i++)
		if (str_eq(json_object_get_string(json_object_array_get_idx(list, i)), text))
			return true;
	return false;
}

/* For amd64 and a kernel newer than any that is asked for; CAPABILITY is the only one. */
static bool is_included(struct json_object *entry, const char *capability)
{
	struct json_object *in = json_object_object_get(entry, "includes");
	struct json_object *out = json_object_object_get(entry, "excludes");

	if (in && json_object_object_get(in, "arches") && !has_text(in, "arches", "amd64"))
		return false;
	if (in && json_object_object_get(in, "caps") && !has_text(in, "caps", capability))
		return false;
	return !out || (!has_text(out, "arches", "amd64") && !has_text(out, "caps", capability));
}

static void add_entry(scmp_filter_ctx ctx, struct json_object *entry, uint32_t but)
{
	struct json_object *names = json_object_object_get(entry, "names");
	struct json_object *args = json_object_object_get(entry, "args");
	uint32_t action = their_action(entry, "action", "errnoRet");
	struct scmp_arg_cmp cmp[6];
	unsigned int n = args ? (unsigned int)json_object_array_length(args) : 0;

	for (unsigned int i = 0; i < n; i++) {
		struct json_object *arg = json_object_array_get_idx(args, i);
		const char *op = json_object_get_string(json_object_object_get(arg, "op"));

		cmp[i].arg =
			(unsigned int)json_object_get_int(json_object_object_get(arg, "index"));
		cmp[i].op = their_operator(op);
		cmp[i].datum_a = json_object_get_uint64(json_object_object_get(arg, "value"));
		cmp[i].datum_b = json_object_get_uint64(json_object_object_get(arg, "valueTwo"));
	}
	for (size_t i = 0; i < json_object_array_length(names) && action != but; i++) {
		const char *name = json_object_get_string(json_object_array_get_idx(names, i));
		int nr = seccomp_syscall_resolve_name(name);

		if (nr != __NR_SCMP_ERROR)
			assert_true(seccomp_rule_add_array(ctx, action, nr, n, cmp) <= 0);
	}
}

static uint32_t their_arch(enum arch arch)
{
	static const uint32_t archs[] = {
		[ARCH_X86_64] = SCMP_ARCH_X86_64,
		[ARCH_X86] = SCMP_ARCH_X86,
		[ARCH_X32] = SCMP_ARCH_X32,
	};

	return archs[arch];
}

/* Gives the program that libseccomp makes of PROFILE for ARCHES; freed by the caller. */
static struct sock_filter *their_filter(struct json_object *profile, const char *capability,
					uint32_t arches, size_t *ret_len)
{
	uint32_t rest = their_action(profile, "defaultAction", "defaultErrnoRet");
	scmp_filter_ctx ctx = seccomp_init(rest);
	struct json_object *entries = json_object_object_get(profile, "syscalls");
	struct sock_filter *program;
	int fd = memfd_create("filter", MFD_CLOEXEC);
	off_t size;

	assert_non_null(ctx);
	for (enum arch arch = ARCH_X86; arch <= ARCH_X32; arch++)
		if (arches >> arch & 1)
			assert_int_equal(seccomp_arch_add(ctx, their_arch(arch)), 0);
	for (size_t i = 0; i < json_object_array_length(entries); i++)
		if (is_included(json_object_array_get_idx(entries, i), capability))
			add_entry(ctx, json_object_array_get_idx(entries, i), rest);
	assert_int_equal(seccomp_export_bpf(ctx, fd), 0);
	seccomp_release(ctx);
	size = lseek(fd, 0, SEEK_END);
	program = mem_alloc((size_t)size);
	assert_int_equal(pread(fd, program, (size_t)size, 0), size);
	close(fd);
	*ret_len = (size_t)size / sizeof(*program);
	return program;
}

/* The numbers around everything that the profile compares with. */
static size_t list_values(struct json_object *profile, uint64_t *values)
{
	struct json_object *entries = json_object_object_get(profile, "syscalls");
	size_t n = 0;

	values[n++] = 0;
	values[n++] = UINT64_MAX;
	for (size_t i = 0; i < json_object_array_length(entries); i++) {
		struct json_object *entry = json_object_array_get_idx(entries, i);
		struct json_object *args = json_object_object_get(entry, "args");

		for (size_t k = 0; args && k < json_object_array_length(args); k++) {
			struct json_object *arg = json_object_array_get_idx(args, k);
			bool has_two = json_object_object_get(arg, "valueTwo");
			uint64_t value = json_object_get_uint64(
				json_object_object_get(arg, has_two ? "valueTwo" : "value"));

			for (int delta = -1; delta <= 1 && n < VALUES_MAX; delta++)
				values[n++] = value + (uint64_t)delta;
		}
	}
	return n;
}

struct comparison {
	const struct policy *policy;
	struct sock_filter *program;
	size_t len;
	enum arch arch;
	uint64_t values[VALUES_MAX];
	size_t n_values, n_calls;
};

/* Both judge a call with VALUE in argument ARG. */
static void compare_verdicts(const struct comparison *with, const struct sys_call *row, size_t arg,
			     uint64_t value)
{
	struct seccomp_data data = { .nr = row->nr[with->arch],
				     .arch = arch_get(with->arch)->audit_arch };
	struct verdict verdict;
	uint32_t theirs;

	if (arg < row->n_args)
		data.args[arg] = sys_arg_bits(with->arch, row->args[arg].kind, value);
	verdict = policy_verdict(with->policy, &data);
	assert_int_equal(filter_simulate(with->program, with->len, &data, &theirs, NULL), 0);
	if (verdict.rule && str_eq(verdict.rule->place.file, POLICY_BUILT_IN))
		return;
	if (theirs != action_to_ret(&verdict.action))
		fail_msg("%s, %s, argument %zu: 0x%llx: 0x%x, not 0x%x", arch_get(with->arch)->name,
			 row->name, arg, (unsigned long long)data.args[arg],
			 action_to_ret(&verdict.action), theirs);
}

/* Both judge every call of an ABI with every value in each of the first three arguments. */
static void compare_arch(struct comparison *with)
{
	const struct sys_call *row;

	for (size_t i = 0; (row = sys_call_row(i)); i++) {
		/* An older libseccomp does not know the newest calls. */
		if (row->nr[with->arch] == -1 ||
		    seccomp_syscall_resolve_name(row->name) == __NR_SCMP_ERROR)
			continue;
		with->n_calls++;
		for (size_t arg = 0; arg < 3 && (!arg || arg < row->n_args); arg++)
			for (size_t k = 0; k < with->n_values; k++)
				compare_verdicts(with, row, arg, with->values[k]);
	}
}

static void compare(struct json_object *profile, const char *capability,
		    const struct policy *policy)
{
	struct comparison with = { .policy = policy };

	with.n_values = list_values(profile, with.values);
	with.program = their_filter(profile, capability, policy->arches, &with.len);
	for (with.arch = ARCH_X86_64; with.arch <= ARCH_X32; with.arch++)
		if (policy->arches >> with.arch & 1)
			compare_arch(&with);
	assert_true(with.n_calls > 300);
	free(with.program);
}

static void read_and_compare(const char *capability)
{
	struct oci_machine machine = { ARCH_X86_64, sys_newest_kernel, capability };
	struct json_object *profile = json_object_from_file(profile_path());
	struct strbuf text = { 0 };
	struct losses losses = { 0 };
	struct diags diags = { 0 };
	struct policy *policy;

	if (!profile) {
		print_message("no profile at %s\n", profile_path());
		skip();
	}
	assert_int_equal(convert_from_oci(profile_path(), &machine, &text, &losses, &diags), 0);
	policy = read_policy(text.text);
	assert_int_equal(policy->arches, 1U << ARCH_X86_64 | 1U << ARCH_X86 | 1U << ARCH_X32);
	compare(profile, capability, policy);
	policy_destroy(policy);
	json_object_put(profile);
	strbuf_finish(&text);
	losses_finish(&losses);
	diags_finish(&diags);
}

static void test_the_default_profile_is_read_as_libseccomp_reads_it(void **state)
{
	(void)state;
	read_and_compare("CAP_NONE");
}

static void test_capabilities_choose_entries(void **state)
{
	(void)state;
	read_and_compare("CAP_SYS_ADMIN");
	read_and_compare("CAP_SYS_PTRACE");
}

static void write_and_compare(const char *text)
{
	struct policy *policy = read_policy(text);
	struct strbuf json = { 0 };
	struct losses losses = { 0 };
	struct json_object *profile;

	convert_to_oci(policy, &json, &losses);
	profile = json_tokener_parse(json.text);
	assert_non_null(profile);
	compare(profile, "CAP_NONE", policy);
	json_object_put(profile);
	policy_destroy(policy);
	strbuf_finish(&json);
	losses_finish(&losses);
}

static void test_what_is_written_is_the_policy(void **state)
{
	static const char *const texts[] = {
		"unknown deny EPERM\nallow execve read write\n",
		"unknown deny EPERM\nallow execve\nallow socket if domain in AF_UNIX AF_INET\n",
		"unknown deny EPERM\nallow execve\nallow lseek if whence < 2\n"
		"allow kill if sig in 0 9..15 and pid > 0\n",
		"unknown deny EPERM\nallow execve\nallow mmap if not prot has "
		"PROT_WRITE|PROT_EXEC\n"
		"deny EIO mprotect if prot any PROT_EXEC\nallow mprotect\n",
		"unknown deny EPERM\nallow execve\nallow openat if flags only O_RDONLY|O_CLOEXEC\n",
		"unknown deny EPERM\nallow execve\nallow lseek if offset < -5 or whence == 3\n",
		"unknown deny EPERM\nallow execve\nallow getpriority if which != 7\n",
		"default allow\nunknown allow\ndeny EIO uname\nkill socket if domain > 3\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		write_and_compare(texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_default_profile_is_read_as_libseccomp_reads_it),
		cmocka_unit_test(test_capabilities_choose_entries),
		cmocka_unit_test(test_what_is_written_is_the_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
