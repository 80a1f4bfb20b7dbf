// SPDX-License-Identifier: GPL-2.0-or-later
/* Each check finds what it is for, at its place, and is silent about its opposite. */
#include "policy_helper.h"

#include "lint/lint.h"

/* Returns the findings as "SEVERITY ID LINE", in their order, separated by ", ". */
static char *lint_text(const char *text)
{
	struct policy *policy = NULL;
	struct diags warnings = { 0 }, diags = { 0 };
	struct findings findings = { 0 };
	struct strbuf buf = { 0 };

	if (policy_parse_text("p", text, strlen(text), &policy, &warnings))
		fail_msg("%s: %s", text, diags_text(&warnings));
	if (lint_policy(policy, &warnings, &findings, &diags))
		fail_msg("%s: %s", text, diags_text(&diags));
	strbuf_puts(&buf, "");
	for (size_t i = 0; i < findings.n; i++) {
		const struct finding *at = &findings.v[i];

		strbuf_printf(&buf, "%s%s %s %u", i ? ", " : "", severity_name(at->severity),
			      at->check->id, at->place.line);
		if (at->has_witness) {
			struct verdict verdict = policy_verdict(policy, &at->witness);

			assert_false(action_is_denial(&verdict.action));
			/* This one is at the denial that the call gets past. */
			if (!str_eq(at->check->id, "dead-denial-part"))
				assert_int_equal(verdict_place(policy, &verdict).line,
						 at->place.line);
		}
	}
	findings_finish(&findings);
	diags_finish(&warnings);
	policy_destroy(policy);
	return buf.text;
}

// clang-format off
static const struct {
	const char *policy, *says;
} rows[] = {
	{ "allow read write", "" },
	/* risks */
	{ "allow read\nallow ptrace", "warning ptrace 2" },
	{ "allow ptrace if request == PTRACE_TRACEME", "warning ptrace 1" },
	{ "log bpf", "warning bpf 1" },
	{ "trap bpf", "" },
	{ "deny EPERM ptrace\nallow @debug", "warning perf-event 2, warning ptrace-gap 2, "
	  "warning pidfd-getfd 2, note accounting 2" },
	{ "allow clone", "warning clone3-no-fallback 0, warning user-namespace 1, note namespace 1" },
	{ "deny ENOSYS clone3\nallow clone if not flags any CLONE_NEWUSER", "note namespace 2" },
	{ "deny ENOSYS clone3\nallow clone if flags any CLONE_THREAD and not flags any 0x7e020000", "" },
	{ "allow unshare if flags == CLONE_NEWUSER", "warning user-namespace 1" },
	{ "allow unshare if flags == CLONE_FS", "" },
	{ "allow clone3", "note clone3 1" },
	{ "allow personality", "warning personality 1" },
	{ "allow personality if persona in PER_LINUX 0xffffffff", "" },
	{ "allow mknod if mode & S_IFMT == S_IFBLK and mode & 0o7777 == 0", "warning device-node 1" },
	{ "allow mknod if mode & S_IFMT == S_IFIFO and mode & 0o7777 == 0", "" },
	{ "allow chmod if mode has S_ISUID", "note set-id-file 1" },
	{ "allow open if flags == O_RDONLY", "" },
	{ "arch x86_64 x86\nallow ptrace", "warning ptrace 2" },
	{ "arch x86_64 x86\nallow ptrace on x86", "warning ptrace 2" },
	/* io_uring */
	{ "allow io_uring_setup", "error io-uring-bypass 1, warning io-uring 1" },
	/* siblings */
	{ "allow openat if flags == O_RDONLY\nallow openat2", "warning openat2-gap 2" },
	{ "allow openat openat2", "note set-id-file 1" },
	{ "allow openat2", "" },
	{ "deny EACCES open if flags any O_WRONLY\nallow open openat if flags only 3", "warning open-gap 2" },
	{ "deny EACCES open openat if flags any O_WRONLY\nallow open openat if flags only 3", "" },
	{ "deny EACCES open\nallow openat if flags == O_RDONLY", "warning open-gap 2" },
	{ "deny ENOSYS open\nallow openat if flags == O_RDONLY", "" },
	{ "allow open openat if flags == O_RDONLY\nallow creat if mode == 0", "warning open-gap 2" },
	{ "deny EACCES execve\nallow execveat", "warning exec-gap 2" },
	{ "allow execveat", "" },
	{ "allow clone if flags == 17\nallow clone3", "warning clone3-gap 2, note clone3 2" },
	{ "deny EPERM fork\nallow vfork", "" },
	{ "deny EPERM clone\nallow fork\ndeny ENOSYS clone3", "warning process-gap 2" },
	{ "allow mprotect if not prot has PROT_WRITE|PROT_EXEC\nallow mmap if not prot has PROT_WRITE|PROT_EXEC", "" },
	{ "allow mprotect if not prot has PROT_WRITE|PROT_EXEC\nallow mmap", "warning exec-memory-gap 2" },
	{ "allow mprotect if not prot has PROT_WRITE|PROT_EXEC\nallow pkey_mprotect", "warning exec-memory-gap 2" },
	{ "deny EPERM rename\nallow renameat2", "warning rename-gap 2" },
	{ "deny EPERM chmod fchmodat if mode any S_ISUID\nallow chmod fchmodat fchmod if mode & 0o2000 == 0",
	  "warning no-fallback 0, warning mode-gap 2, note set-id-file 2" },
	{ "deny EPERM sendto\nallow sendmmsg", "warning send-gap 2" },
	{ "deny EPERM connect\nallow sendto", "warning connect-gap 2" },
	{ "deny EPERM seccomp\nallow prctl if option == PR_SET_SECCOMP", "note seccomp-gap 2" },
	{ "deny EPERM seccomp\nallow prctl if option == PR_SET_NAME", "" },
	{ "deny EPERM kill if sig == SIGKILL\nallow kill\nallow tgkill if sig != SIGKILL", "" },
	{ "deny EPERM kill if sig == SIGKILL\nallow kill\nallow tgkill", "note signal-gap 3" },
	{ "arch x86\nallow socket if domain == AF_UNIX\nallow socketcall", "warning socketcall-gap 3" },
	{ "arch x86\ndeny EPERM socket if domain == AF_INET\nallow socketcall", "" },
	{ "arch x86\ndeny EPERM socketcall if call == 1\nallow socket if domain == AF_UNIX\nallow socketcall", "" },
	/* ABIs */
	{ "arch x86_64 x86\ndeny EPERM setuid on x86_64\nallow setuid", "warning abi-gap 3" },
	{ "arch x86_64 x86\ndeny EPERM kill on x86_64 if sig == SIGKILL\nallow kill if sig != SIGKILL", "" },
	{ "arch x86_64 x86\nallow kill on x86_64 if sig == SIGTERM\nallow kill on x86", "warning abi-gap 3" },
	{ "arch x86_64 x86\nallow setuid on x86", "" },
	{ "arch x86_64 x86\nallow setuid on x86\ndeny EPERM setuid on x86_64", "" },
	{ "arch x86_64 x86\nallow setuid on x86\nallow setuid on x86_64 if uid == 0\ndeny EPERM setuid on x86_64", "warning abi-gap 2" },
	/* fallbacks */
	{ "deny EPERM clone3\nallow clone if flags == 17", "warning clone3-no-fallback 1" },
	{ "deny ENOSYS clone3\nallow clone if flags == 17", "" },
	{ "deny EPERM faccessat2\nallow faccessat", "warning no-fallback 1, note read-gap 2" },
	{ "deny EPERM fchmodat2\nallow fchmodat if mode == 0", "warning no-fallback 1, warning mode-gap 2" },
	{ "deny ENOSYS fchmodat2\nallow fchmodat", "note set-id-file 2" },
	{ "arch x86\nallow clock_gettime futex", "warning no-fallback 0" },
	{ "arch x86\nallow clock_gettime futex\ndeny ENOSYS clock_gettime64 futex_time64", "" },
	{ "arch x86\ndeny ENOSYS clock_gettime64\nallow futex clock_gettime\ndeny EPERM futex_time64", "warning i386-gap 3, warning no-fallback 4" },
	/* what is new, and what i386 has twice */
	{ "deny EPERM mount\nallow open_tree_attr", "warning mount-gap 2, warning mount 2" },
	{ "deny EPERM open_tree\nallow open_tree_attr", "warning mount-gap 2, warning mount 2" },
	{ "arch x86\ndeny EPERM clock_gettime\nallow clock_gettime64", "warning i386-gap 3" },
	{ "arch x86\ndeny EPERM setuid\nallow setuid32", "warning i386-gap 3" },
	{ "arch x86\ndeny EPERM utimensat\nallow utimensat_time64", "warning time-gap 3" },
	{ "deny EPERM setxattr\nallow setxattrat", "warning xattr-gap 2" },
	{ "deny EPERM removexattr\nallow removexattrat", "warning xattr-gap 2" },
	{ "deny EPERM accept\nallow accept4", "warning accept-gap 2" },
	{ "allow ioctl if cmd == TCGETS\nallow file_setattr", "note attribute-gap 2" },
	{ "allow vfork\ndeny ENOSYS clone3\nallow clone if flags == 0x1200011", "" },
	{ "allow vfork\ndeny ENOSYS clone3\nallow clone if flags & 0x7e010000 == 0x10000", "warning process-gap 1, note namespace 3" },
	/* <base> reads; its condition does not belong to the policy */
	{ "allow openat if flags only O_RDWR|O_CREAT\ninclude <base>", "note set-id-file 1" },
	{ "allow open openat if flags only O_RDONLY\nallow creat\ninclude <base>", "warning open-gap 2, note set-id-file 2" },
	{ "unknown kill", "warning unknown-no-fallback 1" },
	{ "unknown deny EPERM", "warning unknown-no-fallback 1" },
	{ "default kill", "" },
	{ "unknown allow", "warning unknown-allow 1" },
	{ "deny EINTR read", "warning retry-error 1" },
	{ "default deny EAGAIN", "warning retry-error 1" },
	/* dead rules */
	{ "allow read if fd <= 5\ndeny EIO read if fd == 3", "error dead-denial 2" },
	{ "allow read if fd <= 5\ndeny EIO read if fd == 6", "" },
	{ "allow read if fd <= 5\ndeny EIO read if fd in 5 6", "warning dead-denial-part 2" },
	{ "allow read if fd <= 5\ndeny EIO rest read if fd in 5 6", "" },
	{ "allow read if fd <= 5\nallow read if fd == 7\ndeny EIO read if fd >= 7", "warning dead-denial-part 3" },
	{ "allow read if fd <= 5\ndeny EIO read", "" },
	{ "deny EIO read if fd <= 5\ndeny EPERM read if fd <= 6", "" },
	{ "deny EIO read if fd <= 5\nallow read if fd == 3\n", "warning dead-rule 2" },
	{ "allow read if fd > 5\nallow read if fd <= 5\nlog read", "warning dead-rule 3" },
	{ "allow kill if pid == 3 and pid == 4", "warning condition-never 1" },
	{ "allow madvise if advice & 3 == 1 and advice == 2", "warning condition-never 1" },
	{ "allow socket if domain == 1 or domain != 1", "warning condition-always 1" },
	{ "allow read\nallow read if fd == 1", "warning language 2" },
	{ "allow read if fd <= 1\nallow read write if fd == 1", "" },
	{ "deny EPERM uname getcwd prlimit64\ninclude <base>", "" },
	/* the pen */
	{ "bind rw /etc/app", "warning writable-system 1" },
	{ "bind /etc/app", "" },
	{ "bind rw /", "warning writable-system 1" },
	{ "bind rw /home/me/out", "" },
	{ "bind /run/docker.sock", "warning control-socket 1" },
	{ "net host", "note net-host 1" },
	{ "net user", "note net-user 1" },
	{ "net none", "" },
	{ "share ipc", "note shared-namespace 1" },
	{ "share uts cgroup", "note shared-namespace 1, note shared-namespace 1" },
	{ "share net", "note net-host 1" },
	{ "capability sys_chroot", "note capability 1" },
	{ "capability wake_alarm", "note capability 1" },
	{ "tty keep", "" },
	{ "fd 3 63", "note descriptor 1, note descriptor 1" },
	/* devices */
	{ "device /dev/mem", "warning machine-device 1" },
	{ "device /dev//./sda1", "warning machine-device 1" },
	{ "device try /dev/nvme0n1", "warning machine-device 1" },
	{ "device /dev/dm-0", "warning machine-device 1" },
	{ "device /dev/mapper/root", "warning machine-device 1" },
	{ "device /dev/loop0", "warning machine-device 1" },
	{ "device /dev/uinput", "warning machine-device 1" },
	{ "device /dev/input", "warning machine-device 1" },
	{ "device /dev/input/event0", "warning machine-device 1" },
	{ "device /dev/vfio/1", "warning machine-device 1" },
	{ "device /dev/tty1", "warning machine-device 1" },
	{ "device /dev/vcsa1", "warning machine-device 1" },
	{ "device /dev/kvm", "note device 1" },
	{ "device /dev/fuse", "note device 1" },
	{ "device /dev/dri", "note device 1" },
	{ "device /dev/net/tun", "note device 1" },
	{ "device /dev/memory-of-mine", "note device 1" },
	/* what a stranger would ask for, and what is next to it */
	{ "bind / /host", "warning host-root 1" },
	{ "bind /usr", "" },
	{ "root /", "warning host-root 1" },
	{ "root /srv/app", "" },
	{ "bind /proc/1/root /host", "warning host-process 1" },
	{ "bind /proc/self/fd/3 /host", "warning host-process 1" },
	{ "root /proc/1/cwd", "warning host-process 1" },
	{ "bind /proc/cpuinfo", "" },
	{ "bind /home", "warning home 1" },
	{ "bind /home/me", "warning home 1" },
	{ "bind rw /root", "warning home 1" },
	{ "bind /root/.bashrc", "warning home 1" },
	{ "bind /home/me/project", "" },
	{ "bind /rootfs", "" },
	{ "bind /home/me/.ssh", "warning secrets 1" },
	{ "bind /home/me/.aws/credentials /x", "warning secrets 1" },
	{ "bind /home/me/.config/gh", "warning secrets 1" },
	{ "bind /home/me/.config", "" },
	{ "bind /home/me/x.ssh", "" },
	{ "bind /etc/ssh", "warning secrets 1" },
	{ "bind /etc/ssl", "" },
	{ "bind /run", "warning control-socket 1" },
	{ "bind /var/lib", "warning host-state 1" },
	{ "bind /var/lib/app", "" },
	{ "bind /var/lib/postgresql/15/main /db", "warning host-state 1" },
	{ "bind /var/lib/mysqld", "" },
	{ "bind /var/log", "warning host-state 1" },
	{ "bind /var/mail/root", "warning host-state 1" },
	{ "bind /boot", "warning host-state 1" },
	{ "bind /bootstrap", "" },
	{ "bind /var/spool/cron", "warning host-state 1" },
	{ "bind rw /var/spool/cron/crontabs", "warning host-state 1" },
	{ "bind /var/spool/mail", "" },
	{ "bind /srv/app/db.sock", "warning socket 1" },
	{ "bind /run/user/1000", "warning socket 1" },
	{ "bind /srv/app/socks", "" },
	{ "bind /srv/../etc /x", "warning parent-path 1" },
	{ "bind /srv/..app", "" },
	{ "user 0", "warning user-root 1" },
	{ "user 1000:0", "warning user-root 1" },
	{ "user 1000", "" },
	{ "env keep *", "warning env-all 1" },
	{ "env keep GITHUB_TOKEN", "warning env-secret 1" },
	{ "env keep SECRET_*", "warning env-secret 1" },
	{ "env keep GITHUB_PAT", "warning env-secret 1" },
	{ "env keep DATABASE_URL", "warning env-secret 1" },
	{ "env keep PATH", "" },
	{ "env keep LC_*", "" },
	{ "env keep KEYMAP", "" },
	{ "env set A_TOKEN=1", "" },
	{ "env file /usr/lib/os-release", "note env-file 1" },
	{ "rlimit core unlimited", "warning core-dump 1" },
	{ "rlimit core 0", "" },
	{ "rlimit core 1", "" },
	{ "limit pids 4194304", "note limit-pids 1" },
	{ "limit pids 512", "" },
	{ "limit memory 1000000G", "note limit-memory 1" },
	{ "limit memory 64M", "" },
};
// clang-format on

static void every_check_finds_what_it_is_for(void **state)
{
	bool has_failed = false;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *text = mem_printf("%s\n", rows[i].policy);
		char *says = lint_text(text);

		if (!str_eq(says, rows[i].says)) {
			print_error("%s\n  says '%s'\n  not  '%s'\n", rows[i].policy, says,
				    rows[i].says);
			has_failed = true;
		}
		free(text);
		free(says);
	}
	assert_false(has_failed);
}

static void every_risk_is_found_under_a_policy_that_allows_all(void **state)
{
	char *says = lint_text("arch x86_64 x86\ndefault allow\n");
	const struct lint_check *check;

	(void)state;
	/* The risks come first in the table. */
	for (size_t i = 0; !str_eq((check = lint_check_row(i))->id, "io-uring-bypass"); i++) {
		char *id = mem_printf(" %s 2", check->id);

		if (!strstr(says, id))
			fail_msg("%s is not in %s", check->id, says);
		free(id);
	}
	assert_null(strstr(says, "error"));
	free(says);
}

static void io_uring_is_an_error_where_any_call_it_replaces_is_denied(void **state)
{
	static const char *const calls[] = { "socket", "open", "connect", "openat" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		char *text = mem_printf("default allow\ndeny EACCES %s\n", calls[i]);
		char *says = lint_text(text);

		assert_non_null(strstr(says, "error io-uring-bypass 1"));
		free(text);
		free(says);
	}
}

static void shipped_policies_come_out_as_meant(void **state)
{
	char *by_default = lint_text("include <default>\n");
	char *base = lint_text("include <base>\n");

	(void)state;
	assert_null(strstr(by_default, "warning"));
	assert_null(strstr(by_default, "error"));
	assert_string_equal(base, "");
	free(by_default);
	free(base);
}

static void ids_are_words_and_reasons_are_sentences_without_a_stop(void **state)
{
	const struct lint_check *check;

	(void)state;
	for (size_t i = 0; (check = lint_check_row(i)); i++) {
		assert_int_equal(strspn(check->id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
				 strlen(check->id));
		assert_true(*check->reason && !str_ends(check->reason, "."));
		assert_true(check->severity < SEVERITY_COUNT);
	}
}

/* What lint says about every call that the oldest supported kernels lack: next to the denial of
 * another call; alone, if there is no other; or nothing. */
static const struct {
	const char *call, *other;
	bool is_harmless;
} judged[] = {
	/* reads what is open or has a name anyway; only concerns the process itself */
	{ "cachestat", NULL, true },
	{ "close_range", NULL, true },
	{ "epoll_pwait2", NULL, true },
	{ "file_getattr", NULL, true },
	{ "landlock_add_rule", NULL, true },
	{ "landlock_create_ruleset", NULL, true },
	{ "landlock_restrict_self", NULL, true },
	{ "lsm_get_self_attr", NULL, true },
	{ "lsm_list_modules", NULL, true },
	{ "map_shadow_stack", NULL, true },
	{ "memfd_secret", NULL, true },
	{ "mseal", NULL, true },
	{ "pidfd_open", NULL, true },
	{ "process_mrelease", NULL, true },
	{ "set_mempolicy_home_node", NULL, true },
	/* nothing without io_uring_setup */
	{ "io_uring_enter", NULL, true },
	{ "io_uring_register", NULL, true },
	{ "clone3", NULL, false },
	{ "fsconfig", NULL, false },
	{ "fsopen", NULL, false },
	{ "fspick", NULL, false },
	{ "io_uring_setup", NULL, false },
	{ "listmount", NULL, false },
	{ "lsm_set_self_attr", NULL, false },
	{ "mount_setattr", "mount", false },
	{ "pidfd_getfd", "ptrace", false },
	{ "process_madvise", NULL, false },
	{ "quotactl_fd", NULL, false },
	{ "statmount", NULL, false },
	{ "faccessat2", "access", false },
	{ "fchmodat2", "chmod", false },
	{ "file_setattr", "ioctl", false },
	{ "fsmount", "mount", false },
	{ "futex_requeue", "futex", false },
	{ "futex_wait", "futex", false },
	{ "futex_waitv", "futex", false },
	{ "futex_wake", "futex", false },
	{ "getxattrat", "getxattr", false },
	{ "listxattrat", "listxattr", false },
	{ "move_mount", "mount", false },
	{ "open_tree", "mount", false },
	{ "open_tree_attr", "open_tree", false },
	{ "openat2", "openat", false },
	{ "pidfd_send_signal", "kill", false },
	{ "removexattrat", "removexattr", false },
	{ "setxattrat", "setxattr", false },
	{ "clock_adjtime64", "clock_adjtime", false },
	{ "clock_getres_time64", "clock_getres", false },
	{ "clock_gettime64", "clock_gettime", false },
	{ "clock_nanosleep_time64", "clock_nanosleep", false },
	{ "clock_settime64", "clock_settime", false },
	{ "futex_time64", "futex", false },
	{ "io_pgetevents_time64", "io_pgetevents", false },
	{ "mq_timedreceive_time64", "mq_timedreceive", false },
	{ "mq_timedsend_time64", "mq_timedsend", false },
	{ "ppoll_time64", "ppoll", false },
	{ "pselect6_time64", "pselect6", false },
	{ "recvmmsg_time64", "recvmmsg", false },
	{ "rt_sigtimedwait_time64", "rt_sigtimedwait", false },
	{ "sched_rr_get_interval_time64", "sched_rr_get_interval", false },
	/* the older call has no number of its own: a rule for it decides ipc's */
	{ "semtimedop_time64", NULL, true },
	{ "timer_gettime64", "timer_gettime", false },
	{ "timer_settime64", "timer_settime", false },
	{ "timerfd_gettime64", "timerfd_gettime", false },
	{ "timerfd_settime64", "timerfd_settime", false },
	{ "utimensat_time64", "utimensat", false },
};

static void every_new_call_is_judged(void **state)
{
	const struct sys_call *call;

	(void)state;
	for (size_t i = 0; (call = sys_call_row(i)); i++) {
		bool is_i386 = call->nr[ARCH_X86_64] == -1;
		size_t k = 0;
		char *alone, *both, *says;

		if (sys_call_is_exempt(call->name) ||
		    (!call->since && !str_ends(call->name, "_time64") &&
		     !(is_i386 && str_ends(call->name, "time64"))))
			continue;
		while (k < ARRAY_SIZE(judged) && !str_eq(judged[k].call, call->name))
			k++;
		if (k == ARRAY_SIZE(judged))
			fail_msg("%s has no judgement", call->name);
		alone = mem_printf("arch %s\nallow %s\n", is_i386 ? "x86" : "x86_64", call->name);
		both = mem_printf("arch %s\ndeny EPERM %s\nallow %s\n", is_i386 ? "x86" : "x86_64",
				  judged[k].other ? judged[k].other : "nosuch", call->name);
		says = lint_text(judged[k].is_harmless || !judged[k].other ? alone : both);
		if (judged[k].is_harmless)
			assert_string_equal(says, "");
		else if (!judged[k].other)
			assert_string_not_equal(says, "");
		else if (!strstr(says, "gap 3"))
			fail_msg("%s says '%s'", both, says);
		free(says);
		free(alone);
		free(both);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_check_finds_what_it_is_for),
		cmocka_unit_test(every_risk_is_found_under_a_policy_that_allows_all),
		cmocka_unit_test(every_new_call_is_judged),
		cmocka_unit_test(io_uring_is_an_error_where_any_call_it_replaces_is_denied),
		cmocka_unit_test(shipped_policies_come_out_as_meant),
		cmocka_unit_test(ids_are_words_and_reasons_are_sentences_without_a_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
