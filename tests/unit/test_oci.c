// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles in JSON, read and written, against the filter that runc makes of them with libseccomp.
 * Values are as wide as the kernel reads them: the language, unlike libseccomp, says nothing about
 * the upper half of a 32-bit argument.
 */
#include "oci_file.h"
#include "oci_verdicts.h"

#include <dirent.h>

#include "convert/convert.h"

static const char *data_path(const char *name)
{
	const char *top = getenv("top_srcdir");
	static char path[4096];

	snprintf(path, sizeof(path), "%s/../shared/data/%s", top ? top : ".", name);
	return path;
}

/* The filters of POLICY and of PROFILE; fails for a difference that is not in LOSSES. */
static void compare_with(struct json_object *profile, const char *capability,
			 const struct policy *policy, const char *text, const struct losses *losses,
			 bool is_written)
{
	static struct sock_filter theirs[BPF_MAXINSNS];
	struct runtime runtime;
	struct filter *filter = compile_policy(policy, 0);
	struct comparison with = { .runtime = &runtime,
				   .policy = policy,
				   .ours = filter,
				   .theirs = theirs,
				   .losses = losses,
				   .is_written = is_written,
				   .json = "",
				   .text = text };

	read_runtime(profile, capability, &runtime);
	assert_int_equal(runtime_filter(&runtime, theirs, &with.n_theirs), RUNTIME_STARTS);
	with.stub = runtime_stub(&runtime);
	compare_all(&with);
	if (with.difference)
		fail_msg("%s", with.difference);
	assert_int_equal(with.n_wrong, 0);
	free(runtime.rules.v);
	filter_destroy(filter);
}

static bool is_skipped(const char *path)
{
	if (access(path, R_OK) == 0)
		return false;
	print_message("no %s\n", path);
	return true;
}

static bool starts(struct json_object *profile, const char *capability)
{
	static struct sock_filter prog[BPF_MAXINSNS];
	struct runtime runtime;
	enum runtime_answer answer;
	size_t len;

	read_runtime(profile, capability, &runtime);
	answer = runtime_filter(&runtime, prog, &len);
	free(runtime.rules.v);
	return answer == RUNTIME_STARTS;
}

/* Reads the profile in PATH as this libseccomp knows it. */
static void read_and_compare(const char *path, const char *capability)
{
	struct oci_machine machine = { ARCH_X86_64, sys_newest_kernel, capability };
	struct json_object *file = json_object_from_file(path);
	char known[] = "/tmp/pinfold-profile-XXXXXX";
	int fd = mkstemp(known);
	struct strbuf text = { 0 };
	struct losses losses = { 0 };
	struct diags diags = { 0 };
	struct policy *policy;

	assert_non_null(file);
	drop_unknown_names(seccomp_of(file));
	assert_int_equal(json_object_to_fd(fd, file, 0), 0);
	close(fd);
	if (convert_from_oci(known, &machine, &text, &losses, &diags)) {
		/* The runtime refuses it, too. */
		assert_false(starts(seccomp_of(file), capability));
	} else {
		policy = read_policy(text.text);
		compare_with(seccomp_of(file), capability, policy, text.text, &losses, false);
		policy_destroy(policy);
	}
	unlink(known);
	json_object_put(file);
	strbuf_finish(&text);
	losses_finish(&losses);
	diags_finish(&diags);
}

static void test_the_default_profile_is_read_as_runc_takes_it(void **state)
{
	(void)state;
	if (is_skipped(data_path("moby/default.json")))
		skip();
	read_and_compare(data_path("moby/default.json"), "CAP_NONE");
	read_and_compare(data_path("moby/default.json"), "CAP_SYS_ADMIN");
	read_and_compare(data_path("moby/default.json"), "CAP_SYS_PTRACE");
}

static void test_profiles_of_others_are_read_as_runc_takes_them(void **state)
{
	const char *folder = data_path("profiles/oci");
	DIR *dir = opendir(folder);
	struct dirent *file;
	unsigned int n = 0;

	(void)state;
	if (!dir) {
		print_message("no %s\n", folder);
		skip();
	}
	while ((file = readdir(dir))) {
		struct strbuf path = { 0 };

		if (*file->d_name == '.')
			continue;
		strbuf_printf(&path, "%s/%s", folder, file->d_name);
		print_message("%s\n", file->d_name);
		read_and_compare(path.text, "CAP_NONE");
		strbuf_finish(&path);
		n++;
	}
	closedir(dir);
	assert_true(n > 0);
}

/* Fails for a loss of a grade worse than LEAST. */
static void write_and_compare(const char *text, enum loss_grade least)
{
	struct policy *policy = read_policy(text);
	struct strbuf json = { 0 };
	struct losses losses = { 0 };
	struct json_object *profile;

	convert_to_oci(policy, &json, &losses);
	for (size_t i = 0; i < losses.n; i++)
		if (losses.v[i].grade < least)
			fail_msg("%s: %s\n%s", loss_grade_name(losses.v[i].grade),
				 losses.v[i].message, text);
	profile = json_tokener_parse(json.text);
	assert_non_null(profile);
	compare_with(profile, "CAP_NONE", policy, text, &losses, true);
	json_object_put(profile);
	policy_destroy(policy);
	strbuf_finish(&json);
	losses_finish(&losses);
}

static void test_what_is_written_is_the_policy(void **state)
{
	static const char *const texts[] = {
		"allow execve read write\n",
		"allow execve\nallow socket if domain in AF_UNIX AF_INET\n",
		"allow execve\nallow lseek if whence < 2\n"
		"allow kill if sig in 0 9..15 and pid > 0\n",
		"allow execve\nallow mmap if not prot has PROT_WRITE|PROT_EXEC\n"
		"deny EIO mprotect if prot any PROT_EXEC\nallow mprotect\n",
		"allow execve\nallow openat if flags only O_RDONLY|O_CLOEXEC\n",
		"allow execve\nallow lseek if offset < -5 or whence == 3\n",
		"allow execve\nallow getpriority if which != 7\n",
		"kernel 5.8\nallow execve close\n",

		"default deny ENOSYS\nallow execve read\n",
		"default allow\nunknown allow\ndeny EIO uname\nkill socket if domain > 3\n",
		"default log\nunknown log\nallow execve\ntrap openat2\n",
		/* 'not a and not b' of podman's profile, and four actions of one call. */
		"allow execve\ndeny EINVAL socket if domain == AF_NETLINK and protocol == 9\n"
		"allow socket if protocol != 9\nallow socket if domain != AF_NETLINK\n",
		"include <default>\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		write_and_compare(texts[i], LOSS_NOTE);
}

/* From an allowed socket libseccomp derives a rule that opens socketcall, too. */
static void test_socketcall_and_ipc_stay_shut(void **state)
{
	static const struct {
		enum loss_grade least;
		const char *text;
	} rows[] = {
		{ LOSS_NOTE, "allow execve socket bind semop\n" },
		{ LOSS_NOTE, "allow execve socketcall ipc\n" },
		{ LOSS_NOTE, "allow execve\nallow socketcall if call in 1 3\n" },
		{ LOSS_NOTE, "default allow\nunknown allow\ndeny EIO socket if type == 3\n" },
		{ LOSS_NOTE, "allow execve\ndeny EIO recv socket\n" },
		{ LOSS_OTHER, "allow execve\nallow socket if domain == AF_UNIX\n" },
		{ LOSS_OTHER, "allow execve\nallow socket if type == SOCK_STREAM\n" },
		{ LOSS_OTHER, "default deny ENOSYS\nallow execve\nallow semop if nsops == 1\n" },
		{ LOSS_NARROWER, "allow execve bind\nallow socket if domain == AF_UNIX\n" },
		{ LOSS_NARROWER, "allow execve\ndeny EIO bind if addrlen < 3\nallow bind\n"
				 "kill connect\nallow socket if domain == AF_UNIX\n" },
		{ LOSS_NARROWER,
		  "default log\nunknown log\nallow execve\nkill socket if domain > 3\n"
		  "deny EIO socket if domain == 2\n" },
		{ LOSS_WIDER, "default kill\nallow execve\nallow socket if domain == AF_UNIX\n" },
		{ LOSS_WIDER, "default kill_thread\nallow execve\nallow shmat if shmid == 1\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf text = { 0 };

		strbuf_printf(&text, "arch x86_64 x86\n%s", rows[i].text);
		write_and_compare(text.text, rows[i].least);
		strbuf_finish(&text);
	}
}

/* It loads the call number with the first call of an ABI's list, and not at all with a call that
 * the ABI lacks. */
static void test_libseccomp_finds_what_is_written_of_each_abi(void **state)
{
	static const char *const texts[] = {
		"arch x86_64 x86\ndefault allow\nunknown allow\ndeny EPERM semop\n",
		"arch x86_64 x86\ndefault allow\nunknown allow\ndeny EPERM accept\n",
		"arch x86_64 x86\ndefault log\nunknown log\nkill semtimedop recv\n",
		"arch x86_64 x86 x32\ndefault allow\nunknown allow\ndeny EPERM waitpid fcntl64\n",
		"arch x86_64 x86 x32\ndefault allow\nunknown allow\nlog shmget if shmflg == 7\n",
		"arch x86_64 x86 x32\ndefault allow\nunknown allow\ndeny EIO semop if nsops == 7\n",
		"arch x86_64 x86\ndefault allow\nunknown allow\ndeny EPERM mseal semop\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		write_and_compare(texts[i], LOSS_NARROWER);
	/* With a call that each ABI has, there is nothing to report. */
	write_and_compare("arch x86_64 x86\ndefault allow\nunknown allow\nkill semop ptrace\n",
			  LOSS_NOTE);
	write_and_compare("default allow\nunknown allow\ndeny EIO uname if name == 0\n", LOSS_NOTE);
}

static void test_what_cannot_be_written_is_a_loss(void **state)
{
	static const char *const texts[] = {
		"allow execve\nunknown deny EPERM\n",
		"unknown kill\nallow execve\n",
		"default kill\nallow execve\n",
		"default kill_thread\nunknown deny ENOSYS\nallow execve file_setattr\n",
		"deny EIO execve\nallow read\n",
		"allow execve if filename == 0\n",
		"default allow\nunknown allow\ndeny execve\n",
		"arch x86\nallow execve read\n",
		"arch x32\nallow execve read\n",
		/* To libseccomp, x32 is a 32-bit ABI. */
		"arch x86_64 x32\nallow execve\nallow lseek if offset < 5\n",
		"arch x86_64 x32\nallow execve\nallow mmap if len == 0x100000001\n",
		"arch x86_64 x86\nallow execve\nallow lseek on x86\n",
		"arch x86_64 x86 x32 aarch64\nallow execve\nallow brk if brk & 0xff == 1\n"
		"deny EIO mremap if old_len > 0x7fffffff\nallow mremap\n",
		"allow execve\ntrap 7 uname\n",
		"allow execve\nallow lseek if offset < 0x123456789abcdef and fd != 7 and whence != "
		"3 "
		"and offset != 0x1111 and offset != 0x2222222222\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		write_and_compare(texts[i], LOSS_WIDER);
}

static void test_random_policies_are_written_or_listed(void **state)
{
	(void)state;
	for (unsigned int turn = 0; turn < 30; turn++) {
		char *text;

		random_state = 0x9e3779b97f4a7c15 ^ (turn + 1);
		text = random_policy();
		write_and_compare(text, LOSS_WIDER);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_default_profile_is_read_as_runc_takes_it),
		cmocka_unit_test(test_profiles_of_others_are_read_as_runc_takes_them),
		cmocka_unit_test(test_what_is_written_is_the_policy),
		cmocka_unit_test(test_socketcall_and_ipc_stay_shut),
		cmocka_unit_test(test_libseccomp_finds_what_is_written_of_each_abi),
		cmocka_unit_test(test_what_cannot_be_written_is_a_loss),
		cmocka_unit_test(test_random_policies_are_written_or_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
