// SPDX-License-Identifier: GPL-2.0-or-later
/* Purposes as rows of calls and built-in sets; a call belongs to the first row that names it. */
#include "learn/purpose.h"

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/set.h"
#include "sys/syscall.h"

enum { NAMES_MAX = 32 };

static const struct {
	enum purpose purpose;
	const char *names[NAMES_MAX];
} rows[] = {
	{ PURPOSE_MEMORY,
	  { "brk",
	    "mmap",
	    "mmap2",
	    "munmap",
	    "mprotect",
	    "pkey_mprotect",
	    "mremap",
	    "madvise",
	    "msync",
	    "mincore",
	    "memfd_create",
	    "memfd_secret",
	    "membarrier",
	    "mseal",
	    "map_shadow_stack",
	    "get_mempolicy",
	    "process_mrelease",
	    "remap_file_pages",
	    "userfaultfd",
	    "@memlock",
	    "@pkey" } },
	{ PURPOSE_SIGNALS,
	  { "@signal", "kill", "tkill", "tgkill", "rt_sigqueueinfo", "sigreturn", "rt_sigreturn",
	    "restart_syscall" } },
	{ PURPOSE_NETWORK, { "@network-io" } },
	{ PURPOSE_TIME,
	  { "@timer", "@clock", "clock_gettime", "clock_gettime64", "clock_getres",
	    "clock_getres_time64", "clock_nanosleep", "clock_nanosleep_time64", "nanosleep",
	    "gettimeofday", "time", "times" } },
	{ PURPOSE_EVENTS, { "@io-event", "fanotify_init", "fanotify_mark" } },
	{ PURPOSE_INOUT,
	  { "@basic-io", "@aio", "fcntl", "fcntl64", "ioctl", "pipe", "pipe2", "sendfile",
	    "sendfile64", "splice", "tee", "vmsplice", "copy_file_range", "fadvise64",
	    "fadvise64_64", "readahead" } },
	{ PURPOSE_PROCESSES,
	  { "@process",	       "execve",	  "arch_prctl", "futex",	 "futex_time64",
	    "futex_wait",      "futex_waitv",	  "futex_wake", "futex_requeue", "set_tid_address",
	    "set_robust_list", "get_robust_list", "rseq",	"exit",		 "exit_group",
	    "sched_yield",     "setsid",	  "setpgid",	"getpgrp",	 "set_thread_area",
	    "get_thread_area" } },
	{ PURPOSE_IDS, { "getuid",     "geteuid",     "getgid",	     "getegid",	    "getpid",
			 "gettid",     "getppid",     "getresuid",   "getresgid",   "getgroups",
			 "getpgid",    "getsid",      "getuid32",    "geteuid32",   "getgid32",
			 "getegid32",  "getresuid32", "getresgid32", "getgroups32", "setfsuid",
			 "setfsuid32", "setfsgid",    "setfsgid32",  "capset",	    "@setuid" } },
	{ PURPOSE_LIMITS,
	  { "@resources", "getrlimit", "ugetrlimit", "prlimit64", "sysinfo", "getrusage",
	    "sched_getaffinity", "getpriority", "ioprio_get", "sched_getattr", "sched_getparam",
	    "sched_getscheduler", "sched_get_priority_max", "sched_get_priority_min",
	    "sched_rr_get_interval", "sched_rr_get_interval_time64" } },
	{ PURPOSE_FILES,
	  { "@file-system", "@sync", "@chown", "umask", "statfs", "fstatfs", "flock", "cachestat",
	    "readdir", "statmount", "listmount", "name_to_handle_at", "open_by_handle_at",
	    "open_tree", "open_tree_attr" } },
	{ PURPOSE_IPC, { "@ipc" } },
};

static bool has_name(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n && names[i]; i++) {
		const struct sys_set *set = *names[i] == '@' ? sys_set_find(names[i]) : NULL;

		if (str_eq(names[i], name) || (set && has_name(set->members, SIZE_MAX, name)))
			return true;
	}
	return false;
}

enum purpose purpose_of(enum arch arch, uint32_t nr)
{
	const char *name = sys_call_name(arch, nr);

	for (size_t i = 0; name && i < ARRAY_SIZE(rows); i++)
		if (has_name(rows[i].names, NAMES_MAX, name))
			return rows[i].purpose;
	return PURPOSE_REST;
}

const char *purpose_about(enum purpose purpose)
{
	static const char *const about[] = {
		[PURPOSE_FILES] = "Files",
		[PURPOSE_INOUT] = "Reading and writing",
		[PURPOSE_EVENTS] = "Waiting for events",
		[PURPOSE_MEMORY] = "Memory",
		[PURPOSE_PROCESSES] = "Processes and threads",
		[PURPOSE_SIGNALS] = "Signals",
		[PURPOSE_NETWORK] = "Network",
		[PURPOSE_IPC] = "Communication between processes",
		[PURPOSE_TIME] = "Time",
		[PURPOSE_IDS] = "Identities",
		[PURPOSE_LIMITS] = "Limits and resources",
		[PURPOSE_REST] = "The rest",
	};

	return about[purpose];
}
