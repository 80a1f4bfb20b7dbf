// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What runc and crun call between installing their filter and starting the command. With
 * no_new_privs the filter is one of the last steps; without, it is installed with the runtime's
 * capabilities, before these and its user are given up. Found with traces of runc 1.1.5, 1.1.15,
 * 1.2.9, 1.3.4 and 1.4.0 and of crun 1.8.1 and 1.21, by removing each call in turn, and by reading
 * their sources. The startContainer hooks are separate programs and not covered.
 */
#include "convert/runtime_call.h"

#include "base/mem.h"

#define RUNC	 (RUNTIME_RUNC_1_1 | RUNTIME_RUNC_1_2)
#define CRUN	 RUNTIME_CRUN
#define HARMLESS (TOLERATES_EPERM | TOLERATES_ENOSYS)

enum { ALWAYS = false, PLAIN = true, NEEDED = 0 };

static const struct runtime_call calls[] = {
	{ "execve", NULL, RUNC | CRUN, ALWAYS, NEEDED },
	{ "close", NULL, RUNC, ALWAYS, NEEDED },
	{ "close", NULL, CRUN, ALWAYS, HARMLESS },
	{ "close_range", NULL, RUNTIME_RUNC_1_2 | CRUN, ALWAYS, HARMLESS },
	/* runc's FIFO, which start opens, and directories and files in /proc and /etc. */
	{ "openat", "flags only O_WRONLY|O_CLOEXEC|O_DIRECTORY", RUNC, ALWAYS, NEEDED },
	{ "openat2", NULL, RUNTIME_RUNC_1_2, ALWAYS, NEEDED },
	{ "statx", NULL, RUNTIME_RUNC_1_2, ALWAYS, NEEDED },
	{ "fstat", NULL, RUNTIME_RUNC_1_2, ALWAYS, NEEDED },
	{ "write", NULL, RUNC, ALWAYS, NEEDED },
	{ "fstatfs", NULL, RUNC, ALWAYS, NEEDED },
	{ "getdents64", NULL, RUNC, ALWAYS, NEEDED },
	{ "fcntl", "cmd in F_GETFL F_SETFL F_SETFD F_DUPFD_CLOEXEC", RUNC, ALWAYS, HARMLESS },
	/* Go's own runtime, now and then. */
	{ "futex", NULL, RUNC, ALWAYS, NEEDED },
	{ "rt_sigreturn", NULL, RUNC, ALWAYS, NEEDED },
	{ "mmap", "prot only PROT_READ|PROT_WRITE", RUNC, ALWAYS, NEEDED },
	{ "epoll_pwait", NULL, RUNC, ALWAYS, NEEDED },
	{ "epoll_ctl", NULL, RUNC, ALWAYS, HARMLESS },
	{ "munmap", NULL, RUNC, ALWAYS, HARMLESS },
	{ "madvise", NULL, RUNC, ALWAYS, HARMLESS },
	{ "nanosleep", NULL, RUNC, ALWAYS, HARMLESS },
	{ "sched_yield", NULL, RUNC, ALWAYS, HARMLESS },
	/* The other is glibc's, for setting the ids of all threads. */
	{ "tgkill", "sig in SIGURG 33", RUNC, ALWAYS, HARMLESS },
	{ "getpid", NULL, RUNC, ALWAYS, HARMLESS },
	/* From its own user and capabilities to the container's. */
	{ "read", NULL, RUNC | CRUN, PLAIN, NEEDED },
	{ "prctl", "option in PR_CAPBSET_DROP PR_CAP_AMBIENT PR_SET_KEEPCAPS", RUNC | CRUN, PLAIN,
	  NEEDED },
	{ "capset", NULL, RUNC | CRUN, PLAIN, NEEDED },
	{ "capget", NULL, RUNC, PLAIN, NEEDED },
	{ "setgroups", NULL, RUNC, PLAIN, NEEDED },
	{ "setgid", NULL, RUNC, PLAIN, NEEDED },
	{ "setuid", NULL, RUNC, PLAIN, NEEDED },
	{ "fchown", NULL, RUNC, PLAIN, TOLERATES_EPERM },
	{ "chdir", NULL, RUNC, PLAIN, NEEDED },
	{ "getcwd", NULL, RUNC, PLAIN, NEEDED },
	{ "getppid", NULL, RUNC, PLAIN, NEEDED },
	{ "fstat", NULL, RUNTIME_RUNC_1_1, PLAIN, NEEDED },
	{ "newfstatat", NULL, RUNC, PLAIN, NEEDED },
	{ "faccessat2", NULL, RUNC, PLAIN, NEEDED },
	{ "write", NULL, CRUN, PLAIN, NEEDED },
	{ "setresgid", NULL, CRUN, PLAIN, NEEDED },
	{ "setresuid", NULL, CRUN, PLAIN, NEEDED },
	{ "rt_sigaction", NULL, CRUN, PLAIN, NEEDED },
	{ "rt_sigprocmask", NULL, CRUN, PLAIN, NEEDED },
	{ "pselect6", NULL, CRUN, PLAIN, NEEDED },
};

const struct runtime_call *runtime_call_row(size_t i)
{
	return i < ARRAY_SIZE(calls) ? &calls[i] : NULL;
}
