// SPDX-License-Identifier: GPL-2.0-or-later
#include "learn/sibling.h"

#include "base/mem.h"
#include "base/str.h"

static const struct sibling_row rows[] = {
	{ { "open", "openat", "openat2" }, false },
	{ { "stat", "newfstatat", "fstatat64", "stat64", "statx" }, false },
	{ { "lstat", "newfstatat", "fstatat64", "lstat64", "statx" }, false },
	{ { "fstat", "newfstatat", "fstatat64", "fstat64", "statx" }, false },
	{ { "access", "faccessat", "faccessat2" }, false },
	{ { "readlink", "readlinkat" }, false },
	{ { "mkdir", "mkdirat" }, false },
	{ { "unlink", "unlinkat" }, false },
	{ { "rmdir", "unlinkat" }, false },
	{ { "rename", "renameat", "renameat2" }, false },
	{ { "link", "linkat" }, false },
	{ { "symlink", "symlinkat" }, false },
	{ { "chmod", "fchmodat", "fchmodat2" }, false },
	{ { "chown", "fchownat" }, false },
	{ { "utime", "utimes", "futimesat", "utimensat", "utimensat_time64" }, false },
	{ { "getdents", "getdents64" }, false },
	{ { "dup2", "dup3" }, false },
	{ { "pipe", "pipe2" }, false },
	{ { "fcntl", "fcntl64" }, false },
	{ { "poll", "ppoll", "ppoll_time64" }, false },
	{ { "select", "_newselect", "pselect6", "pselect6_time64" }, false },
	{ { "epoll_wait", "epoll_pwait", "epoll_pwait2" }, false },
	{ { "epoll_create", "epoll_create1" }, false },
	{ { "eventfd", "eventfd2" }, false },
	{ { "inotify_init", "inotify_init1" }, false },
	{ { "signalfd", "signalfd4" }, false },
	{ { "accept", "accept4" }, false },
	{ { "clone", "clone3" }, false },
	{ { "fork", "vfork" }, false },
	{ { "wait4", "waitid" }, false },
	{ { "mmap", "mmap2" }, false },
	{ { "nanosleep", "clock_nanosleep", "clock_nanosleep_time64" }, false },
	{ { "futex", "futex_time64" }, false },
	{ { "getrlimit", "ugetrlimit", "prlimit64" }, false },
	{ { "clock_getres", "clock_getres_time64" }, false },
	{ { "clock_settime", "clock_settime64" }, false },
	{ { "clock_adjtime", "clock_adjtime64" }, false },
	{ { "timer_gettime", "timer_gettime64" }, false },
	{ { "timer_settime", "timer_settime64" }, false },
	{ { "timerfd_gettime", "timerfd_gettime64" }, false },
	{ { "timerfd_settime", "timerfd_settime64" }, false },
	{ { "recvmmsg", "recvmmsg_time64" }, false },
	{ { "mq_timedsend", "mq_timedsend_time64" }, false },
	{ { "mq_timedreceive", "mq_timedreceive_time64" }, false },
	{ { "semtimedop", "semtimedop_time64" }, false },
	{ { "io_pgetevents", "io_pgetevents_time64" }, false },
	{ { "rt_sigtimedwait", "rt_sigtimedwait_time64" }, false },
	{ { "sched_rr_get_interval", "sched_rr_get_interval_time64" }, false },
	{ { "utimensat", "utimensat_time64" }, false },
	/* The vDSO answers these if it can, otherwise the kernel does. */
	{ { "clock_gettime", "clock_gettime64", "gettimeofday", "time", "clock_getres", "getcpu" },
	  true },
	/* What a C library starts with. */
	{ { "rseq", "set_robust_list", "set_tid_address", "getrandom" }, true },
};

bool sibling_is_blind(const char *name)
{
	return str_eq(name, "openat2") || str_eq(name, "clone3");
}

const struct sibling_row *sibling_row(size_t i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}

bool sibling_call(const struct record_call *call, const char *name, struct record_call *ret_call)
{
	const struct sys_call *from = sys_call_by_nr(call->arch, call->nr);
	const struct sys_call *to = sys_call_find(call->arch, name);
	struct record_call sibling = { .arch = call->arch, .allowed = call->allowed };

	if (!to)
		return false;
	sibling.nr = (uint32_t)to->nr[call->arch];
	sibling.other = call->other;
	for (size_t i = 0; from && i < to->n_args; i++) {
		int index = sys_call_arg(from, sys_arg_label(&to->args[i]));

		if (index >= 0 && to->args[i].family == from->args[index].family)
			sibling.values[i] = call->values[index];
	}
	*ret_call = sibling;
	return true;
}
